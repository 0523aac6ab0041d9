using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Forum;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

[Collection(nameof(PlazaOfNotices))]
public sealed class TestChannelTests(Plaza plaza)
{
    [Fact]
    public async Task A_test_says_at_once_what_became_of_it_and_is_no_notice_and_its_owners_alone()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        // Quiet at every hour but one minute.
        (
            await mei.PutAsync(
                Centre + "/preferences",
                new
                {
                    language = "zh-CN",
                    time_zone = "Asia/Shanghai",
                    quiet_from = "00:01",
                    quiet_to = "00:00",
                    deadline_minutes = 0,
                    block_minutes = 0,
                    course_minutes = 0,
                    outlook_at = (string?)null,
                    kinds = Array.Empty<object>(),
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        var channel = await mei.PostAsync(Channels, new { type = "webhook", address = "https://127.0.0.1/hook" });
        var test = $"{Channels}/{channel.ShouldBe(HttpStatusCode.Created).Json.GetProperty("id")}/test";
        var outcome = (await mei.PostAsync(test)).ShouldBe(HttpStatusCode.OK).Json;
        (outcome.GetProperty("delivered").GetBoolean(), outcome.GetProperty("reason").GetString()).ShouldBe(
            (false, "private_address")
        );
        (await mei.GetAsync(Centre)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await li.PostAsync(test)).ShouldBeRefused(ErrorCodes.NotFound);
    }
}
