using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// A cache of balances that is empty, behind or ahead lets nobody in and keeps nobody out for long: failure 5.
/// </summary>
public sealed class StaleSnapshotTests
{
    /// <summary>What the cache may say, whatever the ledger says.</summary>
    public enum Cache
    {
        Flushed,
        StaleAndRich,
        NewerThanTheLedger,
    }

    [Theory]
    [InlineData(Cache.Flushed)]
    [InlineData(Cache.StaleAndRich)]
    [InlineData(Cache.NewerThanTheLedger)]
    public async Task Whatever_the_cache_says_no_more_calls_are_admitted_than_the_ledger_covers(Cache cache)
    {
        var snapshots = new LyingSnapshots();
        await using var f = await CallFixture.StartAsync(s =>
            s.Services = services => services.AddSingleton<IBalanceSnapshots>(snapshots)
        );
        await f.CallAsync("probe");
        await f.SettledAsync();
        var hold = (await f.CallViewAsync("probe")).HoldMicros;
        f.Provider.Forget();
        await f.SetBalanceAsync(hold * 3);
        snapshots.Says = cache switch
        {
            Cache.Flushed => null,
            Cache.StaleAndRich => new BalanceSnapshot(1_000_000_000, 0, 1),
            _ => new BalanceSnapshot(1_000_000_000, 0, long.MaxValue / 2, 9),
        };
        snapshots.Lies = true;
        f.Provider.Hold();
        var calls = Enumerable.Range(0, 40).Select(i => f.OutcomeAsync($"call-{i}")).ToList();
        await f.Provider.WhenReceivedAsync(3);
        await Eventually.IsTrueAsync(() => Task.FromResult(calls.Count(c => c.IsCompleted) == 37), "37 refusals");
        f.Provider.LetGo();
        (await Task.WhenAll(calls)).Count(o => o == "ok").ShouldBe(3);
        f.Provider.Received.Count.ShouldBe(3);
    }

    /// <summary>Memory that forgets, or says what it likes.</summary>
    private sealed class LyingSnapshots : IBalanceSnapshots
    {
        private readonly MemoryBalanceSnapshots truth = new();

        public bool Lies { get; set; }

        public BalanceSnapshot? Says { get; set; }

        public ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken) =>
            Lies ? new(Says) : truth.GetAsync(userId, cancellationToken);

        public ValueTask SetIfNewerAsync(
            IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots,
            CancellationToken cancellationToken
        ) => Lies ? default : truth.SetIfNewerAsync(snapshots, cancellationToken);
    }
}
