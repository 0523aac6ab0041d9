using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Which request a key stands for.</summary>
internal sealed record IdempotentCall(ulong UserId, string Route, string Key, byte[] BodyHash);

/// <summary>What a request with a key is to do.</summary>
internal abstract record Begun
{
    /// <summary>Nobody has asked this before: run, then finish or forget.</summary>
    /// <param name="Until">
    /// When the request no longer counts as running. Who begins after it has a later one, so it tells the two apart.
    /// </param>
    public sealed record First(DateTimeOffset Until) : Begun;

    public sealed record Running : Begun;

    public sealed record OtherBody : Begun;

    public sealed record Answered(IdempotentRequest Stored) : Begun;
}

/// <summary>The kept answers of one module.</summary>
internal interface IIdempotentAnswers
{
    Task<Begun> BeginAsync(IdempotentCall call, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the answer, unless a later request has the key by now; a null body was too large to keep.
    /// </summary>
    Task FinishAsync(
        IdempotentCall call,
        Begun.First begun,
        int status,
        byte[]? body,
        string? contentType,
        string? location
    );

    /// <summary>The request failed: its repeat runs again.</summary>
    Task ForgetAsync(IdempotentCall call, Begun.First begun);
}

internal sealed class IdempotentAnswers<TDb>(
    IWriter<TDb> writer,
    IOptions<IdempotencyOptions> options,
    TimeProvider time
) : IIdempotentAnswers
    where TDb : ModuleDb
{
    public async Task<Begun> BeginAsync(IdempotentCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync((db, token) => BeginAsync(db, call, token), cancellationToken);
        }
        catch (DbUpdateException e) when (UniqueViolation.Is(e))
        {
            // Another process was a moment earlier.
            return new Begun.Running();
        }
    }

    public Task FinishAsync(
        IdempotentCall call,
        Begun.First begun,
        int status,
        byte[]? body,
        string? contentType,
        string? location
    ) =>
        writer.WriteAsync(
            (db, token) =>
                Mine(db, call, begun)
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(r => r.Status, status)
                                .SetProperty(r => r.Body, body)
                                .SetProperty(r => r.ContentType, contentType)
                                .SetProperty(r => r.Location, location),
                        token
                    ),
            CancellationToken.None
        );

    public Task ForgetAsync(IdempotentCall call, Begun.First begun) =>
        writer.WriteAsync((db, token) => Mine(db, call, begun).ExecuteDeleteAsync(token), CancellationToken.None);

    private static IQueryable<IdempotentRequest> Mine(TDb db, IdempotentCall call, Begun.First begun) =>
        Rows(db, call).Where(r => r.RunsUntil == begun.Until && r.Status == 0);

    private static IQueryable<IdempotentRequest> Rows(TDb db, IdempotentCall call) =>
        db.IdempotentRequests.Where(r => r.UserId == call.UserId && r.Route == call.Route && r.Key == call.Key);

    private async Task<Begun> BeginAsync(TDb db, IdempotentCall call, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now.AddSeconds(options.Value.RunSeconds);
        var row = await Rows(db, call).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            db.IdempotentRequests.Add(
                new IdempotentRequest
                {
                    UserId = call.UserId,
                    Route = call.Route,
                    Key = call.Key,
                    BodyHash = call.BodyHash,
                    CreatedAt = now,
                    RunsUntil = until,
                }
            );
            await db.SaveChangesAsync(cancellationToken);
            return new Begun.First(until);
        }
        if (row.CreatedAt > now.AddHours(-options.Value.KeepHours))
        {
            if (!row.BodyHash.AsSpan().SequenceEqual(call.BodyHash))
                return new Begun.OtherBody();
            if (row.Status != 0)
                return new Begun.Answered(row);
            if (row.RunsUntil > now)
                return new Begun.Running();
        }
        // Of several that found it one begins, on PostgreSQL too, where they do not wait for each other.
        var taken = await Rows(db, call)
            .Where(r => r.RunsUntil == row.RunsUntil)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(r => r.BodyHash, call.BodyHash)
                        .SetProperty(r => r.Status, 0)
                        .SetProperty(r => r.Body, (byte[]?)null)
                        .SetProperty(r => r.ContentType, (string?)null)
                        .SetProperty(r => r.Location, (string?)null)
                        .SetProperty(r => r.CreatedAt, now)
                        .SetProperty(r => r.RunsUntil, until),
                cancellationToken
            );
        return taken == 1 ? new Begun.First(until) : new Begun.Running();
    }
}
