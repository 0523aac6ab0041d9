using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Agent.Mcp;

[Collection(nameof(AgentCollection))]
public sealed class ListProposalsTests(McpHost host)
{
    [Fact]
    public async Task What_others_want_to_change_is_listed_newest_first_to_its_own_user()
    {
        var (mei, tom) = (await host.NewUserAsync(), await host.NewUserAsync());
        var key = await mei.KeyAsync("mcp.propose");
        var first = await host.App.Anonymous.CallAsync(key, "create_task", new { title = "one" });
        var second = await host.App.Anonymous.CallAsync(key, "create_task", new { title = "two" });
        (await mei.RejectAsync(first)).ShouldBe(HttpStatusCode.OK);

        var all = await mei.ProposalsAsync();
        all.ConvertAll(p => p.GetProperty("state").GetString()).ShouldBe(["pending", "rejected"]);
        (await mei.ProposalsAsync("?page_size=1")).ShouldHaveSingleItem().GetRawText().ShouldBe(all[0].GetRawText());
        var waiting = (await mei.ProposalsAsync("?state=pending")).ShouldHaveSingleItem();
        waiting.GetProperty("id").GetString().ShouldBe(second["proposal_id"]!.GetValue<string>());
        (
            waiting.GetProperty("assistant").GetString(),
            waiting.GetProperty("tool").GetString(),
            waiting.GetProperty("by_key").GetBoolean()
        ).ShouldBe(("Claude", "create_task", false));
        waiting.GetProperty("diff").GetRawText().ShouldContain("two");
        (await tom.ProposalsAsync()).ShouldBeEmpty();
        (await mei.GetAsync("/api/v1/agent/proposals?state=rejected"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("state", out _)
            .ShouldBeTrue();
    }
}
