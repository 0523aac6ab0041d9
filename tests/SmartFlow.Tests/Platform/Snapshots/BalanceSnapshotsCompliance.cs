using SmartFlow.Platform.Snapshots;

namespace SmartFlow.Tests.Platform.Snapshots;

/// <summary>What every backend of snapshots keeps; inherited once for each.</summary>
public abstract class BalanceSnapshotsCompliance
{
    private const int Users = 20;
    private const int Revs = 400;
    private const int Window = 12;

    /// <summary>An empty backend.</summary>
    protected abstract Task<IBalanceSnapshots> OpenAsync();

    [Fact]
    public async Task Pushes_out_of_order_never_go_back_and_end_at_the_newest()
    {
        var snapshots = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() => WatchAsync(snapshots, stop.Token));
        var writers = Enumerable
            .Range(0, 4)
            .Select(seed =>
                Task.Run(async () =>
                {
                    var random = new Random(seed);
                    var pushes = (
                        from user in Enumerable.Range(1, Users)
                        from rev in Enumerable.Range(1, Revs)
                        select (User: (ulong)user, Rev: rev)
                    ).ToArray();
                    // Nearly in order, so that all writers are at the newest versions of the same user all the time.
                    foreach (var batch in pushes.OrderBy(p => p.User).ThenBy(p => p.Rev + random.Next(Window)).Chunk(7))
                        await snapshots.SetIfNewerAsync([.. batch.Select(p => (p.User, Of(p.Rev)))], default);
                })
            );
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        (await reader).ShouldBeGreaterThan(0);
        for (var user = 1UL; user <= Users; user++)
            (await snapshots.GetAsync(user, default)).ShouldBe(Of(Revs));
    }

    [Fact]
    public async Task A_restored_ledger_of_a_later_epoch_replaces_higher_versions_of_the_earlier_one_and_not_the_other_way_round()
    {
        var snapshots = await OpenAsync();
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(10, 0, 900))], default);
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(7, 0, 3, Epoch: 1))], default);
        (await snapshots.GetAsync(1, default)).ShouldBe(new BalanceSnapshot(7, 0, 3, 1));
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(11, 0, 901))], default);
        (await snapshots.GetAsync(1, default)).ShouldBe(new BalanceSnapshot(7, 0, 3, 1));
    }

    [Fact]
    public async Task The_same_version_again_changes_nothing_and_one_batch_may_say_it_all_twice()
    {
        var snapshots = await OpenAsync();
        await snapshots.SetIfNewerAsync([(1, Of(2)), (1, Of(5)), (1, Of(4)), (2, Of(1))], default);
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(-1, -1, 5))], default);
        (await snapshots.GetAsync(1, default)).ShouldBe(Of(5));
        (await snapshots.GetAsync(2, default)).ShouldBe(Of(1));
        (await snapshots.GetAsync(3, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_that_wrote_sees_its_own_write_or_nothing()
    {
        var snapshots = await OpenAsync();
        await snapshots.SetIfNewerAsync([(1, Of(5))], default);
        (await snapshots.GetAsync(1, atLeastRev: 5, epoch: 0, default)).ShouldBe(Of(5));
        (await snapshots.GetAsync(1, atLeastRev: 6, epoch: 0, default)).ShouldBeNull();
        (await snapshots.GetAsync(1, atLeastRev: 1, epoch: 1, default)).ShouldBeNull();
        (await snapshots.GetAsync(2, atLeastRev: 0, epoch: 0, default)).ShouldBeNull();
    }

    private static BalanceSnapshot Of(long rev) => new(rev * 10, rev, rev);

    private static async Task<long> WatchAsync(IBalanceSnapshots snapshots, CancellationToken stop)
    {
        var (seen, looks) = (new long[Users + 1], 0L);
        do
        {
            for (var user = 1; user <= Users; user++)
            {
                if (await snapshots.GetAsync((ulong)user, default) is not { } snapshot)
                    continue;
                snapshot.ShouldBe(Of(snapshot.Rev), "a snapshot is whole");
                snapshot.Rev.ShouldBeGreaterThanOrEqualTo(seen[user], "a snapshot never goes back");
                seen[user] = snapshot.Rev;
                looks++;
            }
        } while (!stop.IsCancellationRequested || looks == 0);
        return looks;
    }
}
