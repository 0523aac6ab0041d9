using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>
/// Bodies of every route but those of model calls: what has arrived counts, and all of it has to arrive in time.
/// </summary>
public sealed class ArrivingBodiesTests
{
    [Fact]
    public async Task Bodies_that_trickle_have_a_budget_of_their_user_and_of_all_that_is_given_back()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Web:MaxBodyBytes"] = "100000";
            s.Settings["Web:MaxUserBodyBytes"] = "100000";
            s.Settings["Web:MaxTotalBodyBytes"] = "150000";
        });
        var bodies = app.Services.GetRequiredService<ArrivingBodies>();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("liwei"));
        using var first = await BeginAsync(app, "/api/v1/tasks", mei, 90_000, 60_000);
        await Eventually.IsTrueAsync(() => Task.FromResult(bodies.Total == 60_000), "it has arrived");
        // Announced, but not there.
        using var announced = await BeginAsync(app, "/api/v1/tasks", mei, 90_000, 1_000);
        await Eventually.IsTrueAsync(() => Task.FromResult(bodies.Total == 61_000), "what has come counts");

        using var second = await BeginAsync(
            app,
            "/api/v1/courses/import/preview",
            mei,
            90_000,
            45_000,
            "multipart/form-data; boundary=b"
        );
        (await StatusAsync(second)).ShouldBe("HTTP/1.1 429 Too Many Requests");
        using var third = await BeginAsync(app, "/api/v1/tasks", li, 100_000, 95_000);
        (await StatusAsync(third)).ShouldBe("HTTP/1.1 503 Service Unavailable");
        (await mei.PostAsync("/api/v1/tasks", new { title = "a" }, ("Idempotency-Key", "small"))).ShouldBe(
            HttpStatusCode.Created
        );
        first.Dispose();
        announced.Dispose();
        await Eventually.IsTrueAsync(() => Task.FromResult(bodies.Total == 0), "all is given back");
        (
            await mei.PostAsync("/api/v1/tasks", new { title = new string('x', 90_000) }, ("Idempotency-Key", "large"))
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Fact]
    public async Task Before_signing_in_bodies_count_for_their_address()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Web:MaxBodyBytes"] = "100000";
            s.Settings["Web:MaxUserBodyBytes"] = "100000";
        });
        using var first = await BeginAsync(app, "/api/v1/auth/login", null, 90_000, 60_000);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(app.Services.GetRequiredService<ArrivingBodies>().Total == 60_000),
            "it has arrived"
        );
        using var second = await BeginAsync(app, "/api/v1/auth/register", null, 90_000, 60_000);
        (await StatusAsync(second)).ShouldBe("HTTP/1.1 429 Too Many Requests");
    }

    [Theory]
    [InlineData("/api/v1/tasks", "application/json")]
    [InlineData("/api/v1/courses/import/preview", "multipart/form-data; boundary=b")]
    public async Task A_body_that_does_not_come_is_not_waited_for_longer_than_the_settings_say(string path, string type)
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Web:BodySeconds"] = "1");
        using var slow = await BeginAsync(app, path, await app.SignUpAsync(), 90_000, 2_000, type);
        (await StatusAsync(slow)).ShouldBe("HTTP/1.1 408 Request Timeout");
    }

    /// <summary>A request whose body has begun: this much is announced, so much has come.</summary>
    private static async Task<TcpClient> BeginAsync(
        SmartFlowApp app,
        string path,
        TestUser? user,
        int announced,
        int sent,
        string type = "application/json"
    )
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(app.Url.Host, app.Url.Port);
        var (stream, bearer) = (
            socket.GetStream(),
            user is null ? "" : $"Authorization: Bearer {user.AccessToken}\r\n"
        );
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: a\r\n{bearer}Idempotency-Key: k{announced}-{sent}\r\nContent-Type: {type}\r\nContent-Length: {announced}\r\n\r\n"
            )
        );
        var start = type.StartsWith("multipart", StringComparison.Ordinal)
            ? "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
            : "{\"title\":\"";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start.PadRight(sent, 'x')));
        return socket;
    }

    private static async Task<string?> StatusAsync(TcpClient socket)
    {
        using var reader = new StreamReader(socket.GetStream(), leaveOpen: true);
        return await reader.ReadLineAsync();
    }
}
