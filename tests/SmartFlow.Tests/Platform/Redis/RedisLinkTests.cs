using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;
using StackExchange.Redis;

namespace SmartFlow.Tests.Platform.Redis;

/// <summary>A cache that stands still, is away or was configured wrongly.</summary>
public sealed class RedisLinkTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const string Secret = "s3cret-of-nobody";

    [Fact]
    public async Task A_server_that_stands_still_is_asked_once_a_pause_and_used_again_when_it_answers()
    {
        var clock = new TestClock();
        var options = RedisLinks.Options(server.Configuration);
        (options.TimeoutMilliseconds, options.PauseMilliseconds) = (200, 60_000);
        await using var link = await RedisLinks.OpenAsync(options, clock);
        var asked = 0;
        Task<TimeSpan> Ask(IDatabase database)
        {
            Interlocked.Increment(ref asked);
            return database.PingAsync();
        }
        (await link.AskAsync(Ask)).Came.ShouldBeTrue();
        await server.PauseAsync();
        for (var i = 0; i < 100; i++)
            (await link.AskAsync(Ask)).Came.ShouldBeFalse();
        asked.ShouldBe(2);
        link.IsAway.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(61));
        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => link.AskAsync(Ask).AsTask()))).ShouldAllBe(a =>
            !a.Came
        );
        asked.ShouldBe(3);
        await server.ResumeAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(61));
                return (await link.AskAsync(Ask)).Came;
            },
            "it answers again"
        );
        link.IsAway.ShouldBeFalse();
    }

    [Fact]
    public async Task A_password_lets_in_and_a_wrong_one_stops_the_start_saying_what_to_set()
    {
        var locked = new RedisServer();
        await locked.StartAsync(Secret);
        try
        {
            await using (
                var link = await RedisLinks.OpenAsync(RedisLinks.Options($"{locked.Configuration},password={Secret}"))
            )
                (await link.AskAsync(d => d.PingAsync())).Came.ShouldBeTrue();
            foreach (var wrong in new[] { "", ",password=wrong-one" })
            {
                var refused = await Should.ThrowAsync<SetupException>(() =>
                    RedisLinks.OpenAsync(RedisLinks.Options(locked.Configuration + wrong))
                );
                refused.Message.ShouldContain("Redis:Configuration");
                refused.Message.ShouldNotContain("wrong-one");
            }
        }
        finally
        {
            await locked.DisposeAsync();
        }
    }

    [Theory]
    [InlineData($"127.0.0.1:1,passwort={Secret}")]
    [InlineData($"password={Secret}")]
    [InlineData($"127.0.0.1:6379,password={Secret},ssl=perhaps")]
    [InlineData($"127.0.0.1:6379,{Secret}=1")]
    public async Task A_configuration_that_cannot_be_read_stops_the_start_and_is_not_repeated(string configuration)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["Redis:Configuration"] = configuration)
        );
        refused.Message.ShouldContain("Redis:Configuration");
        refused.Message.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task A_host_whose_Redis_is_not_there_serves_degraded_and_ready()
    {
        var log = new LogLines();
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Redis:Configuration"] = $"127.0.0.1:{RedisServer.FreePort()},password={Secret}";
            s.Services = services => services.AddSingleton<ILoggerProvider>(log);
        });
        var ready = await app.Anonymous.GetAsync("/readyz");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("degraded");
        var mei = await app.SignUpAsync();
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
        var lines = string.Join('\n', log.All);
        lines.ShouldContain("Redis:Configuration");
        lines.ShouldNotContain(Secret);
    }
}
