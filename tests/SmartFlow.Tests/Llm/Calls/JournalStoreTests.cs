using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>One batch of many steps of many calls, on both databases.</summary>
public sealed class JournalStoreTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_step_of_a_mixed_batch_gets_its_own_answer(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var journal = app.Services.GetRequiredService<JournalStore>();
        var calls = await BeginAsync(journal);
        calls.Select(c => c.Id).Distinct().Count().ShouldBe(5);

        var (later, again, other) = (Call("later"), Call("call-1"), Call("call-2", hash: 9));
        var expires = app.Clock.GetUtcNow().AddHours(1);
        var finished = Ended(calls[4]);
        var mixed = await journal.RunAsync([
            new Send(calls[0], 0),
            new Start(later),
            new Fail(calls[1], Outcomes.ProviderFailed, "[]"),
            new Start(other),
            new Suspend(calls[2], expires),
            new Finish(finished, [1, 2, 3], expires, "{}"u8.ToArray()),
            new Forget(calls[3]),
            new Start(again),
            new Finish(finished, [4], expires, "{}"u8.ToArray()),
        ]);

        mixed[1].Existing.ShouldBeNull();
        mixed[1].CallId.ShouldNotBeOneOf([.. calls.Select(c => c.Id)]);
        mixed[3].Existing!.Id.ShouldBe(calls[2].Id);
        mixed[5].ShouldBe(new JournalResult(finished.Id));
        // A failed call's key begins again; one that has ended does not end twice.
        mixed[7].ShouldBe(new JournalResult(calls[1].Id));
        mixed[8].Existing.ShouldNotBeNull();

        await using var db = await app.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync();
        var states = await db.Calls.OrderBy(c => c.Id).Select(c => c.EventId + " " + c.State).ToListAsync();
        states.ShouldBe(
            ["call-0 sent", "call-1 started", "call-2 suspense", "call-4 finished", "later started"],
            ignoreOrder: true
        );
        (await db.Results.SingleAsync()).Body.ShouldBe([1, 2, 3]);
    }

    /// <summary>
    /// Whoever takes a call over writes his own name into its row: nothing of the earlier owner's changes it any more.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_step_changes_a_row_that_is_another_owners_by_now(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var journal = app.Services.GetRequiredService<JournalStore>();
        var calls = await BeginAsync(journal);
        await app
            .Services.GetRequiredService<IWriter<LlmDb>>()
            .WriteAsync(
                (db, token) => db.Calls.ExecuteUpdateAsync(s => s.SetProperty(c => c.Owner, "another"), token),
                default
            );

        var expires = app.Clock.GetUtcNow().AddHours(1);
        var steps = await journal.RunAsync([
            new Send(calls[0], 0),
            new Fail(calls[1], Outcomes.ProviderFailed, "[]"),
            new Suspend(calls[2], expires),
            new Finish(Ended(calls[3]), [1], expires, "{}"u8.ToArray()),
            new Forget(calls[4]),
        ]);

        steps.ShouldAllBe(s => !s.Changed || s.Existing != null);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync();
        (await db.Calls.CountAsync(c => c.State == CallState.Started)).ShouldBe(5);
        (await db.Outbox.CountAsync()).ShouldBe(0);
    }

    /// <summary>
    /// A failure whose commit was not heard of is written once more; by then the key may have begun anew, under the
    /// same owner.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_that_is_written_late_does_not_end_the_repeat(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var journal = app.Services.GetRequiredService<JournalStore>();
        var calls = await BeginAsync(journal);
        var fail = new Fail(calls[0], Outcomes.ProviderFailed, "[]");
        (await journal.RunAsync([fail]))[0].Changed.ShouldBeTrue();
        var repeat = Call("call-0");
        repeat.StartedAt = app.Clock.GetUtcNow();
        repeat.Id = (await journal.RunAsync([new Start(repeat)]))[0].CallId;
        repeat.Id.ShouldBe(calls[0].Id);
        (await journal.RunAsync([new Send(repeat, 0)]))[0].Changed.ShouldBeTrue();

        var late = await journal.RunAsync([fail, new Suspend(calls[0], app.Clock.GetUtcNow())]);
        late.ShouldAllBe(s => !s.Changed);
        var finish = new Finish(Ended(repeat), [1], app.Clock.GetUtcNow().AddHours(1), "{}"u8.ToArray());
        (await journal.RunAsync([finish]))[0].Existing.ShouldBeNull();
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync();
        (await db.Outbox.CountAsync()).ShouldBe(1);
    }

    /// <summary>Five calls that have begun.</summary>
    private static async Task<LlmCall[]> BeginAsync(JournalStore journal)
    {
        LlmCall[] calls = [.. Enumerable.Range(0, 5).Select(i => Call($"call-{i}"))];
        var begun = await journal.RunAsync([.. calls.Select(c => new Start(c))]);
        for (var i = 0; i < calls.Length; i++)
            calls[i].Id = begun[i].CallId;
        return calls;
    }

    private static LlmCall Ended(LlmCall call)
    {
        (call.State, call.Outcome, call.Attempts) = (CallState.Finished, Outcomes.Completed, "[]");
        return call;
    }

    private static LlmCall Call(string key, byte hash = 1) =>
        new()
        {
            UserId = 7,
            EventId = key,
            RequestHash = [hash],
            Scene = "gateway.openai",
            RequestId = "r",
            ConversationId = "",
            ModelAlias = "m",
            State = CallState.Started,
            Owner = "me",
            Candidates = "[]",
            Outcome = "",
            Attempts = "[]",
        };
}
