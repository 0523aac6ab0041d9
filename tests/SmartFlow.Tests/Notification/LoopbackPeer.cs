using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Tests.Notification;

/// <summary>What a peer received.</summary>
internal sealed record PeerRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A real HTTP server on a free loopback port: somebody's webhook, bot or push service.</summary>
internal sealed class LoopbackPeer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<PeerRequest> received = new();

    private LoopbackPeer(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    public IReadOnlyCollection<PeerRequest> Received => received;

    /// <summary>Decides each answer, after the request was noted.</summary>
    public Func<HttpContext, int, Task> Answers { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<LoopbackPeer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var peer = new LoopbackPeer(app);
        app.Run(peer.HandleAsync);
        await app.StartAsync();
        return peer;
    }

    public void Says(int status, string body = "") =>
        Answers = (http, _) =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        };

    public Task ReceivesAsync(int count) =>
        Eventually.IsTrueAsync(() => Task.FromResult(received.Count >= count), $"request {count} at the peer");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        received.Enqueue(
            new PeerRequest(
                http.Request.Path,
                http.Request.Headers.ToDictionary(
                    h => h.Key,
                    h => h.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                body.ToArray()
            )
        );
        await Answers(http, received.Count);
    }
}
