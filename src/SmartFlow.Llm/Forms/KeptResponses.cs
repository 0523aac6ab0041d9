using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Forms;

/// <summary>A response as it is kept: what it was asked with, and its call's answer.</summary>
/// <param name="Token">What its ids are made of.</param>
/// <param name="Call">Its call.</param>
/// <param name="Completion">The answer as a chat completion.</param>
/// <param name="Asked">The request without its input.</param>
/// <param name="Input">The items, those before it included; null: they were too long.</param>
internal sealed record KeptResponse(
    string Token,
    LlmCall Call,
    ReadOnlyMemory<byte> Completion,
    JsonObject Asked,
    JsonArray? Input
);

/// <summary>
/// Responses that later requests may refer to: as long as the call's answer is kept, and only for the user who asked.
/// Whose a response is stands in every query.
/// </summary>
internal sealed partial class KeptResponses(
    IDbContextFactory<LlmDb> factory,
    IWriter<LlmDb> writer,
    IOptions<LlmOptions> options,
    TimeProvider time,
    ILogger<KeptResponses> logger
)
{
    /// <summary>Other responses that one request may refer to.</summary>
    public const int MostReferences = 1_000;

    private const string ResultOf = """
        SELECT c.id, r.expires_at FROM llm_calls c JOIN llm_results r ON r.call_id = c.id WHERE c.user_id = $1 AND c.event_id = $2
        """;

    private const string Insert = """
        INSERT INTO llm_responses (user_id, token, call_id, asked, input, deleted, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (user_id, token) DO NOTHING
        """;

    private const string IsDeleted = "SELECT deleted FROM llm_responses WHERE user_id = $1 AND token = $2";

    /// <summary>
    /// Keeps it beside its call's answer. False: it is not kept, because its answer is not, or by the settings.
    /// </summary>
    /// <param name="userId">Who asked.</param>
    /// <param name="token">What its ids are made of.</param>
    /// <param name="eventId">The call's key.</param>
    /// <param name="request">What was asked.</param>
    public async Task<bool> KeepAsync(ulong userId, string token, string eventId, ResponseRequest request)
    {
        if (!request.Store || options.Value.ResponseInputBytesMax == 0)
            return false;
        var asked = new JsonObject(
            request.Asked.Where(m => m.Key != "input").Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))
        );
        if (Pack(asked) is not { } packed)
            return false;
        SqlValue input = Pack(request.Input) is { } items ? items : SqlValue.Null;
        try
        {
            // A power cut may lose it: then it is sent again, as it would be a day later.
            return await writer.RunAsync(
                sql => AddAsync(sql, (long)userId, token, eventId, packed, input),
                Durability.Process,
                CancellationToken.None
            );
        }
        catch (Exception e)
        {
            // The answer is made and paid for: it is given all the same.
            Log.NotKept(logger, e, eventId);
            return false;
        }
    }

    public async Task<KeptResponse?> FindAsync(ulong userId, string token, CancellationToken cancellationToken)
    {
        var (user, now) = ((long)userId, time.GetUtcNow());
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var found = await (
            from response in db.Responses.AsNoTracking()
            join result in db.Results on response.CallId equals result.CallId
            join call in db.Calls on response.CallId equals call.Id
            where
                response.UserId == user
                && response.Token == token
                && !response.Deleted
                && call.UserId == user
                && result.ExpiresAt > now
            select new
            {
                response.Asked,
                response.Input,
                result.Body,
                Call = call,
            }
        ).FirstOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : new KeptResponse(
                token,
                found.Call,
                found.Body,
                Unpack(found.Asked)!.AsObject(),
                found.Input is null ? null : Unpack(found.Input)!.AsArray()
            );
    }

    /// <summary>
    /// The answers of these responses, by token; those that are not kept, or another user's, are not among them.
    /// </summary>
    public async Task<Dictionary<string, byte[]>> AnswersAsync(
        ulong userId,
        IReadOnlyCollection<string> tokens,
        CancellationToken cancellationToken
    )
    {
        var (user, now) = ((long)userId, time.GetUtcNow());
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var found = await (
            from response in db.Responses
            join result in db.Results on response.CallId equals result.CallId
            where
                response.UserId == user
                && tokens.Contains(response.Token)
                && !response.Deleted
                && result.ExpiresAt > now
            select new { response.Token, result.Body }
        ).ToListAsync(cancellationToken);
        return found.ToDictionary(f => f.Token, f => f.Body, StringComparer.Ordinal);
    }

    /// <summary>False: there is none of this user's.</summary>
    public async Task<bool> DeleteAsync(ulong userId, string token, CancellationToken cancellationToken)
    {
        var (user, now) = ((long)userId, time.GetUtcNow());
        return await writer.WriteAsync(
                (db, cancellation) =>
                    db
                        .Responses.Where(r => r.UserId == user && r.Token == token && !r.Deleted && r.ExpiresAt > now)
                        .ExecuteUpdateAsync(
                            s =>
                                s.SetProperty(r => r.Deleted, true)
                                    .SetProperty(r => r.Input, (byte[]?)null)
                                    .SetProperty(r => r.Asked, Array.Empty<byte>()),
                            cancellation
                        ),
                cancellationToken
            ) == 1;
    }

    private static async ValueTask<bool> AddAsync(
        Statements sql,
        long userId,
        string token,
        string eventId,
        byte[] asked,
        SqlValue input
    )
    {
        long callId,
            expiresAt;
        await using (var result = await sql.QueryAsync(ResultOf, userId, eventId))
        {
            if (!await result.ReadAsync())
                return false;
            (callId, expiresAt) = (result.GetInt64(0), result.GetInt64(1));
        }
        await sql.RunAsync(Insert, userId, token, callId, asked, input, false, expiresAt);
        await using var kept = await sql.QueryAsync(IsDeleted, userId, token);
        return await kept.ReadAsync() && !kept.GetBoolean(0);
    }

    private byte[]? Pack(JsonNode json)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(json);
        if (text.Length > options.Value.ResponseInputBytesMax)
            return null;
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
            deflate.Write(text);
        return packed.ToArray();
    }

    private static JsonNode? Unpack(byte[] packed)
    {
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonNode.Parse(inflate);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The response of {EventId} could not be kept for later requests")]
        public static partial void NotKept(ILogger logger, Exception e, string eventId);
    }
}
