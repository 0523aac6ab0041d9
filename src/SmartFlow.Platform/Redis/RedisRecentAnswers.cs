using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web.Idempotency;
using StackExchange.Redis;

namespace SmartFlow.Platform.Redis;

/// <summary>A key for each answer, for a short while; large ones are not kept.</summary>
internal sealed class RedisRecentAnswers(
    RedisLink redis,
    IOptions<RedisOptions> options,
    IOptions<IdempotencyOptions> idempotency
) : IRecentAnswers
{
    private const int BodyBytesMax = 32 * 1_024;
    private readonly TimeSpan kept = TimeSpan.FromMinutes(
        Math.Min(options.Value.AnswerMinutes, idempotency.Value.KeepHours * 60)
    );

    public async ValueTask<IdempotentRequest?> FindAsync(IdempotentCall call)
    {
        if (kept == TimeSpan.Zero)
            return null;
        var answer = await redis.AskAsync(d => d.StringGetAsync(Key(call)));
        if (answer is not { Came: true, Value.HasValue: true } || Read(answer.Value) is not { } found)
            return null;
        return found.BodyHash.AsSpan().SequenceEqual(call.BodyHash) && found.Status != 0
            ? new IdempotentRequest
            {
                UserId = call.UserId,
                Route = call.Route,
                Key = call.Key,
                BodyHash = call.BodyHash,
                Status = found.Status,
                Body = found.Body,
                ContentType = found.ContentType,
                Location = found.Location,
            }
            : null;
    }

    public async ValueTask KeepAsync(
        IdempotentCall call,
        int status,
        byte[] body,
        string? contentType,
        string? location
    )
    {
        if (kept == TimeSpan.Zero || body.Length > BodyBytesMax)
            return;
        var text = JsonSerializer.SerializeToUtf8Bytes(new Answer(call.BodyHash, status, body, contentType, location));
        await redis.AskAsync(d => d.StringSetAsync(Key(call), text, kept));
    }

    private static Answer? Read(RedisValue text)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>((byte[])text!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private RedisKey Key(IdempotentCall call) =>
        redis.Key(
            "answer:"
                + Convert.ToHexStringLower(
                    SHA256.HashData(Encoding.UTF8.GetBytes($"{call.UserId}\n{call.Route}\n{call.Key}"))
                )
        );

    private sealed record Answer(byte[] BodyHash, int Status, byte[] Body, string? ContentType, string? Location);
}
