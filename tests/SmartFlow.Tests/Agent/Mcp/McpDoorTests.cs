using System.Net;
using System.Text;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>Who gets in at /mcp, from which pages, how often and with how much.</summary>
public sealed class McpDoorTests(McpHost host) : IClassFixture<McpHost>
{
    private static readonly object List = new
    {
        jsonrpc = "2.0",
        id = 1,
        method = "tools/list",
        @params = new { },
    };

    private HttpClient Http => host.App.Anonymous;

    [Fact]
    public async Task Only_keys_open_it_and_only_those_for_it()
    {
        var mei = await host.NewUserAsync();
        (await Http.SendMcpAsync(mei.AccessToken, List)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await Http.SendMcpAsync(await mei.KeyAsync("chat"), List)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await Http.SendMcpAsync(await mei.KeyAsync("mcp.read"), List)).ShouldBe(HttpStatusCode.OK);
        (await Http.FetchAsync("/mcp", ("Authorization", $"Bearer {await mei.KeyAsync("mcp.read")}"))).Status.ShouldBe(
            HttpStatusCode.MethodNotAllowed
        );
        // A key without words opens every surface; to change something by itself it has to be said.
        var all = await mei.KeyAsync();
        (await Http.CallAsync(all, "create_task", new { title = "t" })).State().ShouldBe("pending");
        (
            await Http.SendAsync(HttpMethod.Get, "/api/v1/agent/proposals", null, ("Authorization", $"Bearer {all}"))
        ).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_key_that_has_ended_and_a_user_who_is_kept_out_stop_at_once()
    {
        var mei = await host.NewUserAsync();
        var (first, second) = (await mei.KeyAsync("mcp.apply"), await mei.KeyAsync("mcp.apply"));
        (await Http.CallAsync(first, "create_task", new { title = "before" })).State().ShouldBe("accepted");
        var id =
            (await mei.GetAsync("/api/v1/api-keys"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .Max(k => k.GetProperty("id").GetInt64()) - 1;
        (await mei.DeleteAsync($"/api/v1/api-keys/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await Http.SendMcpAsync(first, List)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await Http.SendMcpAsync(second, List)).ShouldBe(HttpStatusCode.OK);

        var boss = await host.App.OperatorAsync();
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/disable", new { reason = "test" })).Status.ShouldBeOneOf(
            HttpStatusCode.OK,
            HttpStatusCode.NoContent
        );
        (await Http.SendMcpAsync(second, List)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Theory]
    [InlineData("https://evil.example.org", false)]
    [InlineData("null", false)]
    [InlineData("http://localhost:6274", true)]
    [InlineData("https://client.example.org", true)]
    [InlineData("https://other.example.org", true)]
    public async Task Pages_ask_from_origins_that_are_listed_or_of_this_machine(string origin, bool allowed)
    {
        var key = await (await host.NewUserAsync()).KeyAsync("mcp.read");
        var answer = await Http.SendMcpAsync(key, List, ("Origin", origin));
        var preflight = await Http.SendAsync(
            HttpMethod.Options,
            "/mcp",
            null,
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST")
        );
        if (!allowed)
        {
            answer.ShouldBeRefused(ErrorCodes.Forbidden);
            preflight.ShouldBeRefused(ErrorCodes.Forbidden);
            return;
        }
        answer.ShouldBe(HttpStatusCode.OK).Header("Access-Control-Allow-Origin").ShouldBe(origin);
        preflight
            .ShouldBe(HttpStatusCode.NoContent)
            .Header("Access-Control-Allow-Headers")!
            .ShouldContain("authorization");
    }

    /// <summary>DNS rebinding: the page's own name means this machine, and its origin has it too.</summary>
    [Fact]
    public async Task A_page_whose_name_was_made_to_mean_this_machine_is_refused()
    {
        var key = await (await host.NewUserAsync()).KeyAsync("mcp.read");
        var port = host.App.Url.Port;
        (
            await Http.SendMcpAsync(
                key,
                List,
                ("Host", $"rebound.example.org:{port}"),
                ("Origin", $"http://rebound.example.org:{port}")
            )
        ).ShouldBeRefused(ErrorCodes.Forbidden);
        (
            await Http.SendMcpAsync(
                key,
                List,
                ("Host", $"rebound.example.org:{port}"),
                ("Origin", "http://localhost:1")
            )
        ).ShouldBeRefused(ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task Bodies_calls_a_minute_and_what_waits_are_limited()
    {
        var mei = await host.NewUserAsync();
        var key = await mei.KeyAsync("mcp.propose");
        using var large = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"X"}}""".Replace(
                "X",
                new string('x', 300_000),
                StringComparison.Ordinal
            ),
            Encoding.UTF8,
            "application/json"
        );
        (await Http.SendMcpAsync(key, large)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        var capped = (
            await mei.PostAsync(
                "/api/v1/api-keys",
                new
                {
                    name = "slow",
                    scopes = new[] { "mcp.read" },
                    limits = new { requests_per_minute = 2 },
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json.GetProperty("key").GetString()!;
        for (var i = 0; i < 2; i++)
            (await Http.CallAsync(capped, "list_tasks", new { }))["failed"]!.GetValue<bool>().ShouldBeFalse();
        var tooMany = await Http.CallAsync(capped, "list_tasks", new { });
        tooMany.Error().ShouldBe("rate_limited");
        tooMany["retry_after_seconds"]!.GetValue<double>().ShouldBeGreaterThan(0);

        for (var i = 0; i < 50; i++)
            (await Http.CallAsync(key, "create_task", new { title = $"t{i}" })).State().ShouldBe("pending");
        (await Http.CallAsync(key, "create_task", new { title = "one more" })).Error().ShouldBe("limit_reached");
    }
}
