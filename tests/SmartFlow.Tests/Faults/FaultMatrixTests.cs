namespace SmartFlow.Tests.Faults;

/// <summary>
/// The fault matrix: at least 50 users call over several processes of each module while one thing after the other goes
/// wrong. The fake provider's record is the truth. Explicit: it needs a quiet machine. A few faults where it is asked
/// for, or those that SMARTFLOW_FAULTS names; all of them in a soak, which writes docs/faults.md.
/// </summary>
public sealed class FaultMatrixTests
{
    private const int Users = 50;
    private const int PoorUsers = 10;

    private static readonly string[] ByDefault =
    [
        "none",
        "kill -9 of llm1",
        "kill -9 of store1",
        "PostgreSQL crashed and started",
        "COMMIT's answer lost",
    ];

    /// <summary>Names with a comma between them.</summary>
    private static readonly string[]? Asked = Environment.GetEnvironmentVariable("SMARTFLOW_FAULTS")?.Split(',');

    private static bool Whole =>
        Asked is null && Environment.GetEnvironmentVariable("SMARTFLOW_SOAK") is { Length: > 0 };

    [Fact(Explicit = true)]
    public async Task No_fault_loses_or_doubles_a_charge()
    {
        await using var cluster = await Cluster.StartAsync();
        var users = await SignUpAsync(cluster);
        var run = new FaultRun(cluster, users);
        var outcomes = new List<FaultOutcome>();
        var faults = FaultList
            .All(TimeSpan.FromSeconds(Whole ? 30 : 12), Whole ? 30 : 3)
            .Where(f => Whole || (Asked ?? ByDefault).Contains(f.Name));
        foreach (var fault in faults)
        {
            outcomes.Add(await run.RunAsync(fault));
            TestContext.Current.SendDiagnosticMessage(outcomes[^1].ToString());
        }
        var (code, output) = await cluster.ReconcileAsync();

        var table = string.Join('\n', outcomes);
        outcomes.ShouldAllBe(o => o.Good, table);
        code.ShouldBe(0, output);
        if (Whole)
            await FaultReport.WriteAsync(outcomes, run.Visible, output);
    }

    public static TheoryData<string> Mutants => [.. ClusterMutant.All.Select(m => m.Name)];

    /// <summary>Seen by what the row counts, or by Credit that stays held or events that stay on their way.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Mutants))]
    public async Task A_defect_of_the_ledger_does_not_pass(string name)
    {
        var mutant = ClusterMutant.All.Single(m => m.Name == name);
        await using var cluster = await Cluster.StartAsync();
        var users = await SignUpAsync(cluster);
        var isThere = await mutant.ApplyAsync(cluster);
        var fault = FaultList.All(TimeSpan.FromSeconds(12), 3).Single(f => f.Name == mutant.Fault);
        try
        {
            var outcome = await new FaultRun(cluster, users).RunAsync(fault);
            TestContext.Current.SendDiagnosticMessage($"{name}: {outcome}");
            outcome.Fired.ShouldNotBeEmpty();
            outcome.Exact.ShouldBeFalse(outcome.ToString());
        }
        catch (TimeoutException e)
        {
            TestContext.Current.SendDiagnosticMessage($"{name}: {e.Message}");
        }
        isThere().ShouldBeTrue("the defect was there");
    }

    /// <summary>Most with plenty of Credit, some with enough for a few calls.</summary>
    private static async Task<IReadOnlyList<ClusterUser>> SignUpAsync(Cluster cluster)
    {
        var users = new List<ClusterUser>();
        for (var i = 0; i < Users; i++)
            users.Add(await cluster.SignUpAsync($"user{i}"));
        await cluster.LimitAsync(users.Take(PoorUsers), leftMicros: 400_000);
        return users;
    }
}
