using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Notification;

public sealed class ChangePreferencesTests
{
    [Fact]
    public async Task Switches_of_a_kind_hold_for_a_channel_or_for_all()
    {
        await using var f = await NotificationFixture.StartAsync();
        await f.AddWebhookAsync();
        await f.AddAsync(new { type = "feishu", address = f.Peer.Url + "/bot" });
        f.Peer.Says(200, """{"code":0}""");
        await f.WishAsync(w =>
            w["kinds"] = new JsonArray(
                new JsonObject
                {
                    ["kind"] = "task.deadline.near",
                    ["told"] = true,
                    ["channels"] = new JsonArray("feishu"),
                }
            )
        );
        await f.TellAsync("e1");
        (await f.DeliveriesAsync(d => d.GetProperty("state").GetString() == "sent"))
            .Single()
            .GetProperty("channel_type")
            .GetString()
            .ShouldBe("feishu");
        await f.WishAsync(w =>
            w["kinds"] = new JsonArray(
                new JsonObject
                {
                    ["kind"] = "task.deadline.near",
                    ["told"] = false,
                    ["channels"] = new JsonArray(),
                }
            )
        );
        (await f.TellAsync("e2")).ShouldBe(0);
        (
            await f.User.PutAsync(
                NotificationFixture.Centre + "/preferences",
                new
                {
                    language = "fr",
                    time_zone = "Mars/Base",
                    quiet_from = "25:00",
                    quiet_to = (string?)null,
                    deadline_minutes = 7,
                    block_minutes = 0,
                    course_minutes = 0,
                    kinds = Array.Empty<object>(),
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument).Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["language", "time_zone", "quiet_to", "quiet_from", "deadline_minutes"], ignoreOrder: true);
    }
}
