using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>A proposal is used once, by its own user, and only while the week is as it was.</summary>
[Collection(nameof(AgentCollection))]
public sealed class AnswerProposalTests(McpHost host)
{
    private HttpClient Http => host.App.Anonymous;

    [Fact]
    public async Task A_proposal_is_answered_once_and_by_its_own_user()
    {
        var (mei, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        var key = await mei.KeyAsync("mcp.propose");
        var (first, second) = (
            await Http.CallAsync(key, "create_task", new { title = "one" }),
            await Http.CallAsync(key, "create_task", new { title = "two" })
        );

        (await other.AcceptAsync(first)).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.RejectAsync(first)).ShouldBeRefused(ErrorCodes.NotFound);
        (
            await Http.CallAsync(
                await other.KeyAsync("mcp.read"),
                "get_proposal",
                new { proposal_id = $"{first["proposal_id"]}" }
            )
        )
            .Error()
            .ShouldBe("not_found");
        (await mei.RejectAsync(first))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("state")
            .GetString()
            .ShouldBe("rejected");
        (await mei.AcceptAsync(first)).ShouldBeRefused(ErrorCodes.Conflict);
        (await mei.AcceptAsync(second)).ShouldBe(HttpStatusCode.OK);
        (await mei.RejectAsync(second)).ShouldBeRefused(ErrorCodes.Conflict);

        (await Http.CallAsync(key, "get_proposal", new { proposal_id = $"{first["proposal_id"]}" }))
            .State()
            .ShouldBe("rejected");
        var made = await Http.CallAsync(key, "get_proposal", new { proposal_id = $"{second["proposal_id"]}" });
        (made.State(), made["result"]!["done"]!.GetValue<bool>()).ShouldBe(("accepted", true));
        (await mei.TasksAsync()).Select(t => t.GetProperty("title").GetString()).ShouldBe(["two"]);
    }

    [Fact]
    public async Task What_was_proposed_for_another_week_is_not_made()
    {
        var mei = await host.NewUserAsync();
        var world = await DialogueWorld.MakeAsync(mei, "week", "en", 0);
        var key = await mei.KeyAsync("mcp.propose", "mcp.read");
        var block = await BlockAsync(key, "chapter 2");
        var (first, second) = (
            await MoveAsync(key, block, "2026-11-27", 3),
            await MoveAsync(key, block, "2026-11-28", 3)
        );
        first["base_version"]!.GetValue<long>().ShouldBeGreaterThan(0);
        first["changes"]![0]!["before"]!.GetValue<string>().ShouldContain("Thu");

        (await mei.AcceptAsync(first)).ShouldBe(HttpStatusCode.OK);
        var stale = (await mei.AcceptAsync(second)).ShouldBeRefused(ErrorCodes.Conflict);

        stale.Json.GetProperty("rule").GetString().ShouldBe("version");
        (await Http.CallAsync(key, "get_proposal", new { proposal_id = $"{second["proposal_id"]}" }))
            .State()
            .ShouldBe("failed");
        (await mei.AcceptAsync(second)).ShouldBeRefused(ErrorCodes.Conflict);
        (await world.EndAsync()).ShouldContain("chapter 2 11-27 3-4");
    }

    private async Task<JsonNode> BlockAsync(string key, string title)
    {
        var found = await Http.CallAsync(
            key,
            "query_schedule",
            new
            {
                from = "2026-11-23",
                to = "2026-11-29",
                text = title,
            }
        );
        return found["blocks"]!.AsArray().Single(b => b!["title"]!.GetValue<string>() == title)!["block_id"]!;
    }

    private async Task<JsonObject> MoveAsync(string key, JsonNode block, string date, int section)
    {
        var proposed = await Http.CallAsync(
            key,
            "move_block",
            new
            {
                block_id = block.GetValue<long>(),
                date,
                section_from = section,
            }
        );
        proposed.State().ShouldBe("pending");
        return proposed;
    }
}
