using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification.Telling;

namespace SmartFlow.Tests.Notification;

/// <summary>The real program beside a loopback peer, and what a test says of notices and their deliveries.</summary>
internal sealed class NotificationFixture(SmartFlowApp app, LoopbackPeer peer, TestUser user) : IAsyncDisposable
{
    public const string Centre = "/api/v1/notifications";
    public const string Channels = Centre + "/channels";

    public SmartFlowApp App => app;

    public LoopbackPeer Peer => peer;

    public TestUser User => user;

    public static async Task<NotificationFixture> StartAsync(Action<AppSetup>? configure = null)
    {
        var peer = await LoopbackPeer.StartAsync();
        var app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Notification:AllowPrivateNetwork"] = "true";
            setup.Settings["Notification:PublicUrl"] = "https://plan.example.org";
            setup.Settings["Notification:ReminderSeconds"] = "0";
            configure?.Invoke(setup);
        });
        return new NotificationFixture(app, peer, await app.SignUpAsync());
    }

    /// <summary>A channel to the peer.</summary>
    public async Task<JsonElement> AddAsync(object channel) =>
        (await user.PostAsync(Centre + "/channels", channel)).ShouldBe(HttpStatusCode.Created).Json;

    public Task<JsonElement> AddWebhookAsync(string path = "/hook") =>
        AddAsync(
            new
            {
                type = "webhook",
                name = "mine",
                address = peer.Url + path,
            }
        );

    /// <summary>Tells the user of a task that is nearly due.</summary>
    public Task<int> TellAsync(string eventId, SmartFlowApp? at = null, string title = "交作业") =>
        (at ?? app)
            .Services.GetRequiredService<Tell>()
            .TellAsync(
                [
                    new Told(
                        (long)user.Id,
                        eventId,
                        Kinds.TaskDeadline,
                        JsonSerializer.Serialize(new { title, at = "2027-03-01T10:00:00Z" }),
                        app.Clock.GetUtcNow()
                    ),
                ],
                default
            );

    /// <summary>The deliveries of the newest notice, once they are all as wanted.</summary>
    public Task<JsonElement[]> DeliveriesAsync(Func<JsonElement, bool> holds) =>
        Eventually.GetAsync(
            async () =>
                (await user.GetAsync(Centre + "?page_size=1"))
                    .ShouldBe(HttpStatusCode.OK)
                    .Json.GetProperty("items")[0]
                    .GetProperty("deliveries")
                    .EnumerateArray()
                    .ToArray(),
            found => found.Length > 0 && found.All(holds)
        );

    public async Task<JsonElement> DeliveryAsync(string state, string? reason = null) =>
        (
            await DeliveriesAsync(d =>
                d.GetProperty("state").GetString() == state
                && (reason is null || d.GetProperty("reason").GetString() == reason)
            )
        )[0];

    public async Task WishAsync(Action<System.Text.Json.Nodes.JsonObject> change)
    {
        var wish = System
            .Text.Json.Nodes.JsonNode.Parse(
                (await user.GetAsync(Centre + "/preferences")).ShouldBe(HttpStatusCode.OK).Text
            )!
            .AsObject();
        change(wish);
        (await user.PutAsync(Centre + "/preferences", wish)).ShouldBe(HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await peer.DisposeAsync();
    }
}
