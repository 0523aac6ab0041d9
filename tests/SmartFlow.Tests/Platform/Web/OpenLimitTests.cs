using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>What one user or address may hold open, and what a stranger can make us write down.</summary>
public sealed class OpenLimitTests
{
    [Fact]
    public async Task One_connection_too_many_from_an_address_is_told_so_and_the_next_one_after_another_has_gone_is_served()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Web:MaxConnectionsPerAddress"] = "2");
        using var first = await ConnectAsync(app);
        (await AskAsync(first)).ShouldStartWith("HTTP/1.1 200");
        using (var second = await ConnectAsync(app))
        {
            (await AskAsync(second)).ShouldStartWith("HTTP/1.1 200");
            using var third = await ConnectAsync(app);
            var refused = await AskAsync(third);
            refused.ShouldStartWith("HTTP/1.1 503");
            refused.ShouldContain("Retry-After: 5");
        }
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var later = await ConnectAsync(app);
                return (await AskAsync(later)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            },
            "the place of the second is free"
        );
        (await AskAsync(first)).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_trusted_proxy_has_as_many_connections_as_it_needs()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Web:MaxConnectionsPerAddress"] = "1";
            s.Settings["Web:TrustedProxies"] = "127.0.0.1";
        });
        using var first = await ConnectAsync(app);
        using var second = await ConnectAsync(app);
        (await AskAsync(first)).ShouldStartWith("HTTP/1.1 200");
        (await AskAsync(second)).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Open_streams_have_a_number_for_each_user_and_for_each_address()
    {
        var opened = new SemaphoreSlim(0);
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Web:MaxStreamsPerUser"] = "1";
            s.Settings["Web:MaxStreamsPerAddress"] = "2";
            s.Routes = r =>
                r.MapGet("/api/v1/test/stream", async (HttpContext context) =>
                    {
                        context.Response.ContentType = "text/event-stream";
                        await context.Response.Body.FlushAsync();
                        opened.Release();
                        await Task.Delay(Timeout.Infinite, context.RequestAborted)
                            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    })
                    .RequireAuthorization()
                    .WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), ["text/event-stream"]));
        });
        var (mei, li, anna) = (await app.SignUpAsync(), await app.SignUpAsync("liwei"), await app.SignUpAsync("anna"));
        using var ofMei = await OpenAsync(mei);
        (await StatusAsync(mei)).ShouldBe((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(5)));
        (await mei.GetAsync("/api/v1/auth/me")).ShouldBe(HttpStatusCode.OK);
        using var ofLi = await OpenAsync(li);
        (await StatusAsync(anna)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        ofMei.Dispose();
        await Eventually.IsTrueAsync(
            async () => (await StatusAsync(anna)).Status == HttpStatusCode.OK,
            "the place of the first is free"
        );

        async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> StatusAsync(TestUser user)
        {
            using var answer = await user.Http.GetAsync(
                new Uri(app.Url, "/api/v1/test/stream"),
                HttpCompletionOption.ResponseHeadersRead
            );
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
        }

        async Task<HttpResponseMessage> OpenAsync(TestUser user)
        {
            var answer = await user.Http.GetAsync(
                new Uri(app.Url, "/api/v1/test/stream"),
                HttpCompletionOption.ResponseHeadersRead
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            await opened.WaitAsync();
            return answer;
        }
    }

    [Fact]
    public async Task A_calendar_feed_has_a_rate_for_each_user_and_for_each_address()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Planner:FeedReadsPerMinute"] = "2";
            s.Settings["Planner:FeedReadsPerAddressPerMinute"] = "5";
        });
        var (mei, li) = (await FeedAsync("mei"), await FeedAsync("liwei"));
        for (var i = 0; i < 2; i++)
            (await app.Anonymous.FetchAsync(mei)).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync(mei))
            .ShouldBeRefused(ErrorCodes.RateLimited)
            .Header("Retry-After")
            .ShouldNotBeNull();
        (await app.Anonymous.FetchAsync(li)).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync("/api/v1/schedule/feed.ics?token=a")).ShouldBeRefused(ErrorCodes.NotFound);
        (await app.Anonymous.FetchAsync("/api/v1/schedule/feed.ics?token=b")).ShouldBeRefused(ErrorCodes.RateLimited);

        async Task<string> FeedAsync(string name) =>
            (await (await app.SignUpAsync(name)).PostAsync("/api/v1/schedule/feed", new { }))
                .Json.GetProperty("path")
                .GetString()!;
    }

    [Fact]
    public async Task Bad_keys_and_tokens_are_counted_and_told_once_a_minute()
    {
        var lines = new Lines();
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Logging:LogLevel:Default"] = "Information";
            s.Services = services => services.AddSingleton<ILoggerProvider>(lines);
        });
        for (var i = 0; i < 20; i++)
            await SendAsync();
        lines
            .All.ShouldHaveSingleItem()
            .ShouldBe("1 requests came with a key or token that is unknown, revoked or has ended");
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await SendAsync();
        lines.All[^1].ShouldStartWith("40 requests");
        lines.All.Count.ShouldBe(2);

        async Task SendAsync()
        {
            (
                await app.Anonymous.FetchAsync("/v1/models", ("Authorization", $"Bearer sf-{Guid.CreateVersion7():N}"))
            ).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await app.Anonymous.FetchAsync("/api/v1/auth/me", ("Authorization", "Bearer nothing"))).Status.ShouldBe(
                HttpStatusCode.Unauthorized
            );
        }
    }

    [Fact]
    public async Task A_console_that_nobody_reads_stops_nobody()
    {
        var folder = TestFolders.New();
        await using var program = await SmartFlowProcess.StartUnreadAsync(
            folder,
            ("Logging__LogLevel__Default", "Information"),
            ("Logging__LogLevel__Microsoft", "Information"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Information"),
            ("Logging__Console__MaxQueueLength", "100")
        );
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 600),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, token) => (await program.Http.GetAsync("/healthz", token)).StatusCode.ShouldBe(HttpStatusCode.OK)
        );
        await program.KillAsync();
        TestFolders.Delete(folder);
    }

    private static async Task<TcpClient> ConnectAsync(SmartFlowApp app)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Url.Port);
        return client;
    }

    private static async Task<string> AskAsync(TcpClient client)
    {
        var stream = client.GetStream();
        await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var buffer = new byte[16_384];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }

    /// <summary>What is logged of signing in.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyList<string> All => [.. lines];

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("SmartFlow.Platform.Web.Auth", StringComparison.Ordinal)
            || categoryName.StartsWith("Microsoft.AspNetCore.Auth", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
