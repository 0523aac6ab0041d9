using SmartFlow.Platform.Snapshots;
using SmartFlow.Tests.Platform.Redis;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace SmartFlow.Tests.Platform.Snapshots;

public sealed class RedisBalanceSnapshotsTests(RedisServer server)
    : BalanceSnapshotsCompliance,
        IClassFixture<RedisServer>
{
    protected override async Task<IBalanceSnapshots> OpenAsync() =>
        await RedisLinks.SnapshotsAsync(server.Configuration);

    [Fact]
    public async Task What_is_kept_ends_by_itself_and_the_largest_amounts_are_kept_whole()
    {
        var options = RedisLinks.Options(server.Configuration);
        await using var link = await RedisLinks.OpenAsync(options);
        var snapshots = new RedisBalanceSnapshots(link, MsOptions.Create(options));
        var large = new BalanceSnapshot(
            long.MinValue + 1,
            long.MaxValue,
            1L << 52,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
        );
        await snapshots.SetIfNewerAsync([(ulong.MaxValue, large)], default);
        (await snapshots.GetAsync(ulong.MaxValue, default)).ShouldBe(large);
        var left = await link.AskAsync(d => d.KeyTimeToLiveAsync(link.Key($"balance:{ulong.MaxValue}")));
        left.Value!.Value.ShouldBeInRange(TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:2:3")]
    [InlineData("1:2:3:4:5")]
    [InlineData("a:b:c:d")]
    [InlineData("1:2:3:99999999999999999999")]
    public async Task What_is_not_ours_to_read_is_not_there_and_is_replaced(string foreign)
    {
        var options = RedisLinks.Options(server.Configuration);
        await using var link = await RedisLinks.OpenAsync(options);
        var snapshots = new RedisBalanceSnapshots(link, MsOptions.Create(options));
        await link.AskAsync(d => d.StringSetAsync(link.Key("balance:1"), foreign));
        (await snapshots.GetAsync(1, default)).ShouldBeNull();
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(5, 0, 9, 9))], default);
        (await snapshots.GetAsync(1, default)).ShouldBe(new BalanceSnapshot(5, 0, 9, 9));
    }

    [Fact]
    public async Task A_server_that_has_forgotten_everything_its_scripts_too_takes_the_next_push()
    {
        var snapshots = await OpenAsync();
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(5, 0, 9))], default);
        await server.FlushAsync();
        (await snapshots.GetAsync(1, default)).ShouldBeNull();
        await snapshots.SetIfNewerAsync([(1, new BalanceSnapshot(4, 0, 10))], default);
        (await snapshots.GetAsync(1, default)).ShouldBe(new BalanceSnapshot(4, 0, 10));
    }
}

/// <summary>The same on Garnet, in the long run of the tests, which installs it.</summary>
public sealed class GarnetBalanceSnapshotsTests(GarnetServer server)
    : BalanceSnapshotsCompliance,
        IClassFixture<GarnetServer>
{
    protected override async Task<IBalanceSnapshots> OpenAsync() =>
        await RedisLinks.SnapshotsAsync(server.Configuration);
}
