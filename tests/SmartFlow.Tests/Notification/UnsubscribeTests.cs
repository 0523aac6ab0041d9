using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification.Channels;
using SmartFlow.Tests.Forum;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

[Collection(nameof(PlazaOfNotices))]
public sealed class UnsubscribeTests(Plaza plaza)
{
    [Fact]
    public async Task A_click_on_our_link_ends_its_channel_as_often_as_it_comes_and_on_a_changed_one_nothing()
    {
        var mei = await plaza.NewUserAsync();
        var id = (await mei.PostAsync(Channels, new { type = "webhook", address = "https://example.org/hook" }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();
        // What a mail to this channel would carry.
        var token = plaza.App.Services.GetRequiredService<Vault>().UnsubscribeToken(id);
        (await plaza.App.Anonymous.FetchAsync(Link(token)))
            .ShouldBe(HttpStatusCode.OK)
            .Text.ShouldContain("<form method=\"post\"");
        var changed = token[..^1] + (token[^1] == 'A' ? 'B' : 'A');
        (await plaza.App.Anonymous.PostAsync(Link(changed))).ShouldBe(HttpStatusCode.OK);
        (await ChannelAsync(mei)).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        for (var i = 0; i < 2; i++)
        {
            (await plaza.App.Anonymous.PostAsync(Link(token))).ShouldBe(HttpStatusCode.OK);
            var ended = await ChannelAsync(mei);
            (ended.GetProperty("enabled").GetBoolean(), ended.GetProperty("off_reason").GetString()).ShouldBe(
                (false, "unsubscribed")
            );
        }
    }

    private static string Link(string token) => $"{Centre}/unsubscribe?token={token}";

    private static async Task<JsonElement> ChannelAsync(TestUser user) =>
        (await user.GetAsync(Channels)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("items")[0];
}
