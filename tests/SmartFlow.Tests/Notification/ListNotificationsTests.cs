using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification.Centre;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Notification.CreditNotices;

namespace SmartFlow.Tests.Notification;

public sealed class ListNotificationsTests
{
    [Fact]
    public async Task Reading_is_everybodys_own_and_an_event_that_comes_twice_is_kept_once()
    {
        await using var f = await StartAsync(s => s.Settings["Notification:KeptPerUser"] = "3");
        for (var i = 0; i < 5; i++)
            await TellAsync(f, $"e{i}");
        await TellAsync(f, "e4");
        var items = (await f.User.GetAsync(Centre + "?page_size=2")).Json;
        items.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(3);
        items.GetProperty("items").GetArrayLength().ShouldBe(2);
        var first = items.GetProperty("items")[0].GetProperty("id").GetInt64();
        var other = await f.App.SignUpAsync("another");
        (await other.PostAsync($"{Centre}/{first}/read")).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.PostAsync($"{Centre}/read-all")).ShouldBe(HttpStatusCode.NoContent);
        (await UnreadAsync(f.User)).ShouldBe(3);
        (await UnreadAsync(other)).ShouldBe(0);
        (await f.User.PostAsync($"{Centre}/{first}/read")).ShouldBe(HttpStatusCode.NoContent);
        (await f.User.PostAsync($"{Centre}/{first}/read")).ShouldBe(HttpStatusCode.NoContent);
        (await UnreadAsync(f.User)).ShouldBe(2);
        (await f.User.PostAsync($"{Centre}/read-all")).ShouldBe(HttpStatusCode.NoContent);
        (await UnreadAsync(f.User)).ShouldBe(0);
        (await f.App.Anonymous.FetchAsync(Centre)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    private static async Task TellAsync(CallFixture f, string eventId)
    {
        var centre = f.App.Services.GetServices<IConsumer>().OfType<TellOfCredit>().Single();
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                user_id = f.User.Id,
                balance_micros = 1,
                threshold_micros = 2,
            }
        );
        var told = await centre.HandleAsync(
            [new(eventId, "credit.balance.low", "1", payload, "", f.App.Clock.GetUtcNow())],
            default
        );
        told.Single().ShouldBeNull();
    }
}
