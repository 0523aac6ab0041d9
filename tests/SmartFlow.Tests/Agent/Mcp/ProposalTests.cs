using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Agent;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>What a proposal or a key changes is changed once, however often it is asked for.</summary>
[Collection(nameof(AgentCollection))]
public sealed class ProposalTests(McpHost host)
{
    private HttpClient Http => host.App.Anonymous;

    [Fact]
    public async Task A_key_that_may_apply_makes_a_change_once_however_often_its_call_comes()
    {
        var mei = await host.NewUserAsync();
        var key = await mei.KeyAsync("mcp.apply");
        (string, string)[] own = [("Idempotency-Key", "mine")];

        var all = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ => Http.CallAsync(key, "create_task", new { title = "by its own key" }, null, own))
        );
        all.Where(a => !a["failed"]!.GetValue<bool>())
            .Select(a => $"{a["proposal_id"]}")
            .Distinct()
            .Count()
            .ShouldBe(1);
        all.Where(a => a["failed"]!.GetValue<bool>()).ShouldAllBe(a => a.Error() == "in_flight");
        // Without a key of its own: the same request id within a short while.
        var (one, two) = (
            await Http.CallAsync(key, "create_task", new { title = "by its id" }, 7),
            await Http.CallAsync(key, "create_task", new { title = "by its id" }, 7)
        );
        one["proposal_id"]!.GetValue<string>().ShouldBe(two["proposal_id"]!.GetValue<string>());
        await Http.CallAsync(key, "create_task", new { title = "by its id" }, 8);
        await Http.CallAsync(key, "create_task", new { title = "something else" }, 7);
        // Another key of the same user has its own.
        await Http.CallAsync(
            await mei.KeyAsync("mcp.apply"),
            "create_task",
            new { title = "by its own key" },
            null,
            own
        );

        (await mei.TasksAsync())
            .Select(t => t.GetProperty("title").GetString()!)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["by its id", "by its id", "by its own key", "by its own key", "something else"]);
        (await Http.CallAsync(key, "create_task", new { title = "another" }, null, own)).Error().ShouldBe("key_reused");
    }

    /// <summary>Dead between the change and the note that it was made: the repeat finds it made.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_whose_maker_died_is_made_once(bool byKey)
    {
        var mei = await host.NewUserAsync();
        var key = await mei.KeyAsync(byKey ? "mcp.apply" : "mcp.propose");
        (string, string)[] own = [("Idempotency-Key", "mine")];
        var proposed = await Http.CallAsync(key, "create_task", new { title = "once" }, null, own);
        if (!byKey)
            (await mei.AcceptAsync(proposed)).ShouldBe(HttpStatusCode.OK);
        await ForgetMadeAsync(mei);

        if (byKey)
            (await Http.CallAsync(key, "create_task", new { title = "once" }, null, own)).State().ShouldBe("accepted");
        else
            (await mei.AcceptAsync(proposed))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("executed_at")
                .GetString()
                .ShouldNotBeNull();

        (await mei.TasksAsync()).Count.ShouldBe(1);
        (await mei.ProposalsAsync()).Single().GetProperty("executed_at").GetString().ShouldNotBeNull();
    }

    private Task<int> ForgetMadeAsync(TestUser user)
    {
        var (none, past) = ((DateTimeOffset?)null, (DateTimeOffset?)host.App.Clock.GetUtcNow().AddSeconds(-1));
        return host
            .App.Services.GetRequiredService<IWriter<AgentDb>>()
            .WriteAsync(
                (db, token) =>
                    db
                        .Proposals.Where(p => p.UserId == user.Id)
                        .ExecuteUpdateAsync(
                            s =>
                                s.SetProperty(p => p.ExecutedAt, none)
                                    .SetProperty(p => p.TakenUntil, past)
                                    .SetProperty(p => p.Result, (string?)null),
                            token
                        ),
                default
            );
    }
}
