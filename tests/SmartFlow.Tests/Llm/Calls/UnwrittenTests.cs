using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Reconcile;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>The provider has answered, and the journal does not take the call's end.</summary>
public sealed class UnwrittenTests
{
    [Fact]
    public async Task A_call_whose_end_could_not_be_written_is_charged_what_it_used_once_it_can()
    {
        await using var calls = await CallFixture.StartAsync(s => s.Settings["Llm:RepeatWaitSeconds"] = "0");
        Refuse(calls, "new.state = 'finished'");
        (await calls.OutcomeAsync("call")).ShouldBe("unavailable");
        (await calls.OutcomeAsync("call")).ShouldBe("in_flight");

        Accept(calls);
        await NextRoundAsync(calls);
        (await Eventually.GetAsync(() => calls.OutcomeAsync("call"), o => o != "in_flight")).ShouldBe("ok");
        calls.Provider.Received.Count.ShouldBe(1);
        await Eventually.IsTrueAsync(
            async () => await calls.App.BalanceMicrosAsync(calls.User) == 100_000_000 - CallFixture.UsualCostMicros,
            "the charge"
        );
        (await calls.App.Services.GetRequiredService<Reconciler>().RunAsync(default)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failure_that_could_not_be_written_gives_its_hold_back_once_it_can()
    {
        await using var calls = await CallFixture.StartAsync(s => s.Settings["Llm:RepeatWaitSeconds"] = "0");
        calls.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        Refuse(calls, "new.state = 'failed'");
        (await calls.OutcomeAsync("call")).ShouldBe("unavailable");
        Accept(calls);
        await NextRoundAsync(calls);
        (await Eventually.GetAsync(() => calls.OutcomeAsync("call"), o => o != "in_flight")).ShouldBe(
            "provider_failed"
        );
        (await calls.App.BalanceMicrosAsync(calls.User)).ShouldBe(100_000_000);
        (await calls.App.Services.GetRequiredService<Reconciler>().RunAsync(default)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Beyond_the_limit_the_recovery_settles_it_by_estimate_while_the_process_lives()
    {
        await using var calls = await CallFixture.StartAsync(s => s.Settings["Llm:UnwrittenLimit"] = "0");
        Refuse(calls, "new.state = 'finished'");
        (await calls.OutcomeAsync("call")).ShouldBe("unavailable");
        Accept(calls);
        var recovery = calls.App.Services.GetRequiredService<Recovery>();
        (await recovery.SweepAsync(default)).ShouldBe(0);
        calls.App.Clock.Advance(TimeSpan.FromSeconds(19));
        (await recovery.SweepAsync(default)).ShouldBe(0);
        calls.App.Clock.Advance(TimeSpan.FromSeconds(2));
        await recovery.SweepAsync(default);
        calls.App.Clock.Advance(TimeSpan.FromSeconds(301));
        await recovery.SweepAsync(default);
        (await calls.OutcomeAsync("call")).ShouldBe("outcome_settled");
        await Eventually.IsTrueAsync(
            async () => await calls.App.BalanceMicrosAsync(calls.User) < 100_000_000,
            "the estimated charge"
        );
    }

    private static Task NextRoundAsync(CallFixture calls) =>
        calls.App.Services.GetRequiredService<Ending>().WriteUnwrittenAsync(default);

    /// <summary>The journal's file refuses a change, as a full disk would.</summary>
    private static void Refuse(CallFixture calls, string change) =>
        Run(
            calls,
            $"CREATE TRIGGER refuse BEFORE UPDATE ON llm_calls WHEN {change} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        );

    private static void Accept(CallFixture calls) => Run(calls, "DROP TRIGGER refuse");

    private static void Run(CallFixture calls, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(calls.App.DataFolder, "llm.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
