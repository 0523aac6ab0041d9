using System.Globalization;
using System.Net;
using System.Text;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>
/// The official client of the protocol, unchanged, what its user sees of it, and what is no call.
/// </summary>
public sealed class McpServerTests(McpHost host) : IClassFixture<McpHost>
{
    private HttpClient Http => host.App.Anonymous;

    [Fact]
    public async Task The_official_client_reads_proposes_and_applies()
    {
        var (mei, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        await DialogueWorld.MakeAsync(mei, "week", "en", 0);
        await DialogueWorld.MakeAsync(other, "empty", "en", 0);
        var theirs = await DialogueWorld.PlanAsync(other, "theirs", ["a"]);

        var told = await new Node("mcp", "@modelcontextprotocol/sdk").TestAsync(
            "client.test.mjs",
            new()
            {
                ["SMARTFLOW_URL"] = host.App.Url.ToString(),
                ["READ_KEY"] = await mei.KeyAsync("mcp.read"),
                ["PROPOSE_KEY"] = await mei.KeyAsync("mcp.propose"),
                ["APPLY_KEY"] = await mei.KeyAsync("mcp.apply"),
                ["OTHER_PLAN"] = theirs.GetProperty("id").GetUInt64().ToString(CultureInfo.InvariantCulture),
            }
        );

        told.ShouldContain("pass 6");
        await ShouldBeAskedAsync(mei);
        var waiting = (await mei.ProposalsAsync("?state=pending")).Single(p =>
            p.GetProperty("tool").GetString() == "create_task"
        );
        waiting.GetProperty("assistant").GetString().ShouldBe("Claude");
        var accept = $"/api/v1/agent/proposals/{waiting.GetProperty("id").GetString()}/accept";
        (await mei.PostAsync(accept)).ShouldBe(HttpStatusCode.OK);
        (await mei.PostAsync(accept))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("executed_at")
            .GetString()
            .ShouldNotBeNull();
        (await mei.TasksAsync()).Count(t => t.GetProperty("title").GetString() == "buy paper").ShouldBe(1);
        (await mei.ProposalsAsync()).Count(p => p.GetProperty("by_key").GetBoolean()).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"overview","arguments":[]}}""")]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"move_blocks","arguments":{"moves":[null]}}}"""
    )]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_plan","arguments":{"name":{},"start_date":1,"end_date":[],"items":"x"}}}"""
    )]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"nonsense","params":{}}""")]
    public async Task What_is_no_call_is_refused_and_nothing_fails_on_our_side(string body)
    {
        var key = await (await host.NewUserAsync()).KeyAsync("mcp.apply");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Http.SendMcpAsync(key, content);
        ((int)answer.Status).ShouldBeLessThan(500, answer.Text);
        if (answer.Status == HttpStatusCode.OK)
            answer.Text.ShouldNotContain("\"isError\":false");
        answer.Text.ShouldNotContain("internal");
    }

    /// <summary>The notification, with the assistant's name; not of what the key made by itself.</summary>
    private static async Task ShouldBeAskedAsync(TestUser user)
    {
        List<string> told = [];
        await Eventually.IsTrueAsync(
            async () =>
            {
                var notices = (await user.GetAsync("/api/v1/notifications")).Json.GetProperty("items").EnumerateArray();
                told =
                [
                    .. notices
                        .Where(n => n.GetProperty("kind").GetString() == "assistant.change.proposed")
                        .Select(n => n.GetProperty("data").GetRawText()),
                ];
                return told.Count == 2;
            },
            "two proposals are told of"
        );
        told.ShouldAllBe(t => t.Contains("\"assistant\":\"Claude\""));
        told.ShouldNotContain(t => t.Contains("ink"));
    }
}
