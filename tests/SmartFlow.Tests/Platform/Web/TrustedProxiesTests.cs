using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>Whose X-Forwarded headers are believed.</summary>
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.0/8, 192.168.1.1,172.16.0.0/12")]
    [InlineData("::1,2001:db8::/32,fc00::/7,fd00::/8")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void Proxies_and_their_networks_are_taken(string setting) => TrustedProxies.Of(setting).ShouldNotBeEmpty();

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.1, 0.0.0.0/1,128.0.0.0/1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("8.0.0.0/7")]
    [InlineData("2000::/3")]
    [InlineData("::ffff:0:0/96")]
    [InlineData("::/80")]
    [InlineData("fc00::/6")]
    public void What_would_believe_everybody_is_refused(string setting) =>
        Should
            .Throw<SetupException>(() => TrustedProxies.Of(setting))
            .Message.ShouldSatisfyAllConditions(m => m.ShouldContain("Web__TrustedProxies"), m => m.ShouldContain("/"));

    [Theory]
    [InlineData("0.0.0.0/0", "would believe everybody")]
    [InlineData("10.0.0.0/33", "is not an IP address")]
    public async Task It_stops_the_start(string setting, string named) =>
        (
            await Should.ThrowAsync<SetupException>(() =>
                SmartFlowApp.StartAsync(s => s.Settings["Web:TrustedProxies"] = setting)
            )
        ).Message.ShouldContain(named);

    [Fact]
    public async Task Headers_that_are_not_believed_are_told_once_and_change_nothing()
    {
        var log = new LogLines();
        await using var app = await StartAsync("10.0.0.0/8", log);
        for (var i = 0; i < 3; i++)
            await RegisterAsync(app, $"10.1.1.{i}", HttpStatusCode.Created, $"mei{i}");
        // Behind a proxy that is not named everybody is one address.
        await RegisterAsync(app, "10.1.1.9", HttpStatusCode.TooManyRequests, "mei9");
        log.All.Where(l => l.Contains("X-Forwarded", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(l => l.ShouldContain("127.0.0.1"), l => l.ShouldContain("Web:TrustedProxies"));
    }

    [Fact]
    public async Task Those_of_a_proxy_that_is_named_are_believed_and_not_told()
    {
        var log = new LogLines();
        await using var app = await StartAsync("127.0.0.0/8", log);
        for (var i = 0; i < 6; i++)
            await RegisterAsync(app, $"198.51.{i}.1", HttpStatusCode.Created, $"mei{i}");
        log.All.ShouldNotContain(l => l.Contains("X-Forwarded", StringComparison.Ordinal));
    }

    private static Task<SmartFlowApp> StartAsync(string proxies, LogLines log) =>
        SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Web:TrustedProxies"] = proxies;
            s.Settings["RateLimits:AnonymousPerMinute"] = "3";
            s.Services = services => services.AddSingleton<ILoggerProvider>(log);
        });

    private static async Task RegisterAsync(SmartFlowApp app, string from, HttpStatusCode expected, string name) =>
        (
            await app.Anonymous.PostAsync(
                "/api/v1/auth/register",
                new { username = name, password = TestUser.DefaultPassword },
                ("X-Forwarded-For", from)
            )
        ).ShouldBe(expected);
}
