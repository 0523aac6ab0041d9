using FsCheck;
using FsCheck.Fluent;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// The real stores against a model, over random interleavings of everything that can happen to an account, with faults
/// in between. A failure prints the shrunk story and the seed. SMARTFLOW_SOAK=n tells n times as many stories.
/// </summary>
public sealed class LedgerPropertyTests(PostgresServer postgres)
{
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    [Fact]
    public async Task Every_identity_holds_after_every_step_of_random_stories_on_SQLite()
    {
        await using var database = await LedgerDatabase.SqliteAsync();
        await CheckAsync(database, LedgerMutant.None, 200 * Rounds);
    }

    [Fact]
    public async Task Every_identity_holds_after_every_step_of_random_stories_on_PostgreSQL()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await CheckAsync(database, LedgerMutant.None, 200 * Rounds);
    }

    [Theory]
    [InlineData("no dedupe")]
    [InlineData("no fingerprint")]
    public async Task On_SQLite_the_stories_notice(string mutant)
    {
        await using var database = await LedgerDatabase.SqliteAsync();
        await NoticedAsync(database, mutant);
    }

    [Theory]
    [InlineData("no dedupe")]
    [InlineData("no fingerprint")]
    [InlineData("no rev check")]
    public async Task On_PostgreSQL_the_stories_notice(string mutant)
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await NoticedAsync(database, mutant);
    }

    private static async Task NoticedAsync(LedgerDatabase database, string name)
    {
        LedgerMutant[] mutants = [LedgerMutant.NoDedupe, LedgerMutant.NoFingerprint, LedgerMutant.NoRevCheck];
        var noticed = await Should.ThrowAsync<Exception>(() =>
            CheckAsync(database, mutants.Single(m => m.Name == name), 200)
        );
        noticed.Message.ShouldContain("Falsifiable");
    }

    private static async Task CheckAsync(LedgerDatabase database, LedgerMutant mutant, int stories)
    {
        var happened = new HashSet<Fault>();
        await Task.Run(() =>
            Prop.ForAll(LedgerStory.Any, story => LedgerWorld.RunAsync(database, story, mutant, happened))
                .Check(Config.QuickThrowOnFailure.WithMaxTest(stories))
        );
        happened.ShouldBe(
            Enum.GetValues<Fault>().Except([Fault.None]),
            ignoreOrder: true,
            "a fault that never fired proves nothing"
        );
    }
}
