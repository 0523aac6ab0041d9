using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

public sealed class ListChannelsTests
{
    [Fact]
    public async Task Channels_are_everybodys_own_and_bounded()
    {
        await using var f = await NotificationFixture.StartAsync(s =>
        {
            s.Settings["Notification:ChannelsPerUser"] = "2";
            s.Settings["Notification:TestsPerHour"] = "1";
        });
        var id = (await f.AddWebhookAsync()).GetProperty("id").GetInt64();
        (await f.AddWebhookAsync()).GetProperty("id").GetInt64().ShouldBe(id);
        await f.AddWebhookAsync("/other");
        (await f.User.PostAsync(Channels, new { type = "webhook", address = f.Peer.Url + "/third" })).ShouldBeRefused(
            ErrorCodes.LimitReached
        );
        var other = await f.App.SignUpAsync("another");
        (await other.PostAsync($"{Channels}/{id}/test")).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.PatchAsync($"{Channels}/{id}", new { enabled = false })).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.DeleteAsync($"{Channels}/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await f.User.PostAsync($"{Channels}/{id}/test")).ShouldBe(HttpStatusCode.OK);
        (await f.User.PostAsync($"{Channels}/{id}/test")).ShouldBeRefused(ErrorCodes.RateLimited);
        (await f.User.PatchAsync($"{Channels}/{id}", new { enabled = false })).ShouldBe(HttpStatusCode.OK);
        await f.TellAsync("e1");
        (await f.DeliveriesAsync(d => d.GetProperty("state").GetString() == "sent")).Length.ShouldBe(1);
        (await f.User.DeleteAsync($"{Channels}/{id}")).ShouldBe(HttpStatusCode.NoContent);
    }
}
