using SmartFlow.Platform.Snapshots;

namespace SmartFlow.Tests.Platform.Snapshots;

public sealed class MemoryBalanceSnapshotsTests : BalanceSnapshotsCompliance
{
    protected override Task<IBalanceSnapshots> OpenAsync() =>
        Task.FromResult<IBalanceSnapshots>(new MemoryBalanceSnapshots());

    [Fact]
    public async Task It_stays_within_its_limit_and_remembers_the_most_recent_half()
    {
        var snapshots = new MemoryBalanceSnapshots(limit: 100);
        for (var user = 1UL; user <= 1_000; user++)
        {
            await snapshots.SetIfNewerAsync([(user, new BalanceSnapshot(1, 0, 9))], default);
            snapshots.Count.ShouldBeLessThanOrEqualTo(100);
            await snapshots.SetIfNewerAsync([(user > 40 ? user - 40 : user, new BalanceSnapshot(0, 0, 8))], default);
            for (var recent = user > 40 ? user - 40 : 1; recent <= user; recent++)
                (await snapshots.GetAsync(recent, default))!.Value.Rev.ShouldBe(9);
        }
    }
}
