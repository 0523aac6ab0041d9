using System.Globalization;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Redis;
using StackExchange.Redis;

namespace SmartFlow.Platform.Snapshots;

/// <summary>
/// Snapshots that all processes share: a key for each user, forgotten some time after its last change. Set only if
/// newer by a script, because the servers' own conditions know no versions. One that does not answer is a cache without
/// the key.
/// </summary>
internal sealed class RedisBalanceSnapshots(RedisLink redis, IOptions<RedisOptions> options) : IBalanceSnapshots
{
    /// <summary>
    /// Amounts stay text: numbers of a script have 53 bits, which are enough for epochs and versions.
    /// </summary>
    private const string SetIfNewer = """
        for i, key in ipairs(KEYS) do
            local epoch, rev = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
            local old, newer = redis.call('GET', key), true
            if old then
                local oldEpoch, oldRev = string.match(old, '^(%d+):(%d+):')
                if oldEpoch then
                    oldEpoch, oldRev = tonumber(oldEpoch), tonumber(oldRev)
                    newer = epoch > oldEpoch or (epoch == oldEpoch and rev > oldRev)
                end
            end
            if newer then redis.call('SET', key, ARGV[3 * i - 1] .. ':' .. ARGV[3 * i] .. ':' .. ARGV[3 * i + 1], 'PX', ARGV[1]) end
        end
        return 1
        """;

    private readonly long keptMilliseconds = options.Value.SnapshotHours * 3_600_000L;

    public async ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken)
    {
        var answer = await redis.AskAsync(d => d.StringGetAsync(Key(userId)));
        return answer is { Came: true, Value.HasValue: true } ? Read(answer.Value.ToString()) : null;
    }

    public async ValueTask SetIfNewerAsync(
        IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        if (snapshots.Count == 0)
            return;
        var keys = new RedisKey[snapshots.Count];
        var values = new RedisValue[1 + 3 * snapshots.Count];
        values[0] = keptMilliseconds;
        for (var i = 0; i < keys.Length; i++)
        {
            var (userId, snapshot) = snapshots[i];
            keys[i] = Key(userId);
            values[3 * i + 1] = snapshot.Epoch;
            values[3 * i + 2] = snapshot.Rev;
            values[3 * i + 3] = string.Create(
                CultureInfo.InvariantCulture,
                $"{snapshot.PostedMicros}:{snapshot.HeldMicros}"
            );
        }
        await redis.RunAsync(SetIfNewer, keys, values);
    }

    private RedisKey Key(ulong userId) => redis.Key(string.Create(CultureInfo.InvariantCulture, $"balance:{userId}"));

    /// <summary>What is not ours to read is not there.</summary>
    private static BalanceSnapshot? Read(string text)
    {
        Span<Range> parts = stackalloc Range[5];
        var span = text.AsSpan();
        return
            span.Split(parts, ':') == 4
            && Number(span[parts[0]], out var epoch)
            && Number(span[parts[1]], out var rev)
            && Number(span[parts[2]], out var posted)
            && Number(span[parts[3]], out var held)
            ? new BalanceSnapshot(posted, held, rev, epoch)
            : null;
    }

    private static bool Number(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
