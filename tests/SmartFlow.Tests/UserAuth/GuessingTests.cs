using System.Net;
using System.Net.Sockets;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What somebody who guesses can find out, hold up or use up.</summary>
public sealed class GuessingTests
{
    private const string Login = "/api/v1/auth/login";
    private const string Register = "/api/v1/auth/register";

    [Fact]
    public async Task Failures_hold_up_the_guessers_network_and_nobody_else_who_signs_in_under_the_name()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        using var elsewhere = From(app, "127.0.0.2");
        for (var i = 0; i < 6; i++)
            await TryAsync(elsewhere, "mei", "not this one at all");
        (await TryAsync(elsewhere, "mei", TestUser.DefaultPassword)).ShouldBeRefused(ErrorCodes.AccountLocked);
        await app.SignInAsync("mei");
    }

    [Fact]
    public async Task A_name_that_nobody_has_answers_like_one_that_somebody_has_to_the_last_guess()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        for (var i = 0; i < 7; i++)
        {
            var (known, unknown) = (
                await TryAsync(app.Anonymous, "mei", "not this one at all"),
                await TryAsync(app.Anonymous, "nobody", "not this one at all")
            );
            unknown.Status.ShouldBe(known.Status);
            unknown.Text.ShouldBe(known.Text);
        }
    }

    [Fact]
    public async Task Guesses_at_once_count_before_they_are_looked_at()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["UserAuth:PasswordRounds"] = "100000");
        await app.SignUpAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 15).Select(i => TryAsync(app.Anonymous, "mei", $"guess number {i}"))
        );
        answers.Count(a => a.Status == HttpStatusCode.Unauthorized).ShouldBe(5);
        answers.Count(a => a.Code == ErrorCodes.AccountLocked.Code).ShouldBe(10);
    }

    [Fact]
    public async Task More_passwords_than_can_wait_are_refused_and_do_not_count_as_failures()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["UserAuth:PasswordRounds"] = "500000";
            s.Settings["UserAuth:PasswordQueueLimit"] = "1";
        });
        await app.SignUpAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => TryAsync(app.Anonymous, $"nobody{i % 5}", "not this one at all"))
        );
        var refused = answers.Where(a => a.Status == HttpStatusCode.ServiceUnavailable).ToArray();
        refused.Length.ShouldBeGreaterThan(0);
        refused.ShouldAllBe(a => a.Header("Retry-After") == "2");
        answers.Count(a => a.Status == HttpStatusCode.TooManyRequests).ShouldBeLessThan(40 - refused.Length);
        await app.SignInAsync("mei");
    }

    [Fact]
    public async Task Passwords_and_registrations_have_limits_of_their_own_by_network()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["UserAuth:PasswordsPerMinute"] = "5";
            s.Settings["UserAuth:RegistrationsPerHour"] = "2";
        });
        for (var i = 0; i < 2; i++)
            await app.SignUpAsync($"user{i}");
        var third = await app.Anonymous.PostAsync(
            Register,
            new { username = "user2", password = TestUser.DefaultPassword }
        );
        int.Parse(third.ShouldBeRefused(ErrorCodes.RateLimited).Header("Retry-After")!).ShouldBeInRange(3_000, 3_600);
        for (var i = 0; i < 3; i++)
            (await TryAsync(app.Anonymous, $"nobody{i}", "x")).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        (await TryAsync(app.Anonymous, "nobody", "x")).ShouldBeRefused(ErrorCodes.RateLimited);
        using var elsewhere = From(app, "127.0.0.2");
        (await elsewhere.PostAsync(Register, new { username = "user2", password = TestUser.DefaultPassword })).ShouldBe(
            HttpStatusCode.Created
        );
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_network_is_an_address_of_IPv4_or_64_bits_of_IPv6(string one, string other, bool same) =>
        (Network.Of(IPAddress.Parse(one)) == Network.Of(IPAddress.Parse(other))).ShouldBe(same);

    private static Task<Answer> TryAsync(HttpClient http, string username, string password) =>
        http.PostAsync(Login, new { username, password });

    /// <summary>A client at another address of this machine.</summary>
    private static HttpClient From(SmartFlowApp app, string address) =>
        new(
            new SocketsHttpHandler
            {
                UseCookies = false,
                ConnectCallback = async (context, token) =>
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = app.Url,
        };
}
