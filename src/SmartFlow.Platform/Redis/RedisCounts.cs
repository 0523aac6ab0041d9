using System.Security.Cryptography;
using System.Text;
using SmartFlow.Platform.Web;
using StackExchange.Redis;

namespace SmartFlow.Platform.Redis;

/// <summary>
/// A number for each window. It counts beside the process's own, which goes on alone while Redis is away.
/// </summary>
internal sealed class RedisCounts(RedisLink redis) : ISharedCounts
{
    private const string Add = """
        local count, left = redis.call('INCR', KEYS[1]), redis.call('PTTL', KEYS[1])
        if left < 0 or (ARGV[3] == '1' and count <= tonumber(ARGV[2])) then
            left = tonumber(ARGV[1])
            redis.call('PEXPIRE', KEYS[1], left)
        end
        return {count, left}
        """;

    private const string TakeBack =
        "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end return 0";

    public async ValueTask<(long Count, TimeSpan Left)?> AddAsync(
        string name,
        string key,
        long limit,
        TimeSpan window,
        bool prolonged = false
    )
    {
        var answer = await redis.RunAsync(
            Add,
            [Key(name, key)],
            [(long)window.TotalMilliseconds, limit, prolonged ? 1 : 0]
        );
        return answer.Came ? ((long)answer.Value[0], TimeSpan.FromMilliseconds((long)answer.Value[1])) : null;
    }

    public async ValueTask TakeBackAsync(string name, string key) =>
        await redis.RunAsync(TakeBack, [Key(name, key)], []);

    public async ValueTask ClearAsync(string name, string key) =>
        await redis.AskAsync(d => d.KeyDeleteAsync(Key(name, key)));

    /// <summary>Names and addresses do not stand in Redis.</summary>
    private RedisKey Key(string name, string key) =>
        redis.Key(
            $"count:{name}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16))}"
        );
}
