using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Llm;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Looks at turns, each once. A look is taken for the time that it may last, by a step from the state that was seen, so
/// that of several hosts one has it; whose process dies is taken again after that time and asks the same call, which
/// was paid for. One of a user at a time, so that the later word is decided on with the earlier one known.
/// </summary>
internal sealed partial class Extractor(
    IDbContextFactory<MemoryDb> factory,
    IWriter<MemoryDb> writer,
    MemoryWriter memory,
    AskModel model,
    ExtractionSignal signal,
    IOptions<MemoryOptions> options,
    IOptions<DataOptions> data,
    TimeProvider time,
    ILogger<Extractor> logger
) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private readonly Dictionary<Look, Task> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task? woken = null;
        try
        {
            await FreeAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                foreach (var done in running.Where(r => r.Value.IsCompleted).ToArray())
                    running.Remove(done.Key);
                if (await BeginAsync(stoppingToken) > 0)
                    continue;
                if (woken is not { IsCompleted: false })
                    woken = signal.WaitAsync(Poll, stoppingToken);
                await Task.WhenAny([woken, .. running.Values]);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        await Task.WhenAll(running.Values);
    }

    /// <summary>
    /// With the data folder's lock every look of an earlier process is dead; with PostgreSQL its time must end.
    /// </summary>
    private async Task FreeAsync(CancellationToken cancellationToken)
    {
        if (data.Value.UsesPostgres)
            return;
        var now = time.MicrosNow();
        try
        {
            await writer.WriteAsync(
                (db, token) =>
                    db
                        .Looks.Where(l => l.State == LookState.Waiting && l.Asked != null && l.DueAt > now)
                        .ExecuteUpdateAsync(s => s.SetProperty(l => l.DueAt, now), token),
                cancellationToken
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // They are taken again when their time is over.
            Log.LookFailed(logger, e);
        }
    }

    private async Task<int> BeginAsync(CancellationToken stoppingToken)
    {
        var free = options.Value.Parallel - running.Count;
        if (free <= 0)
            return 0;
        try
        {
            var (now, busy) = (time.GetUtcNow(), running.Keys.Select(l => l.UserId).ToArray());
            await using var db = await factory.CreateDbContextAsync(stoppingToken);
            var due = await db
                .Looks.AsNoTracking()
                .Where(l => l.State == LookState.Waiting && l.DueAt <= now && !busy.Contains(l.UserId))
                .OrderBy(l => l.DueAt)
                .ThenBy(l => l.SaidAt)
                .Take(2 * free)
                .ToListAsync(stoppingToken);
            var chosen = due.DistinctBy(l => l.UserId).Take(free).ToList();
            foreach (var look in chosen)
                running.Add(look, HandleAsync(look, stoppingToken));
            return chosen.Count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.LookFailed(logger, e);
            return 0;
        }
    }

    private async Task HandleAsync(Look seen, CancellationToken stoppingToken)
    {
        try
        {
            // :: Step 1: it is ours, and what is asked is fixed.
            if (await TakeAsync(seen, stoppingToken) is not { Asked: { } asked } look)
                return;

            // :: Step 2: one call, or what it answered before.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(options.Value.LookTime);
            var (found, refusal) = await AskAsync(look, asked, patience.Token, stoppingToken);
            FaultPoint.Reach("memory.asked");

            // :: Step 3: what follows from it, and that it was looked at, in one transaction.
            if (found is not null)
                await KeepAsync(look, found, AskModel.KnownOf(asked));
            else if (refusal is { } word)
                await EndAsync(look, LookState.GivenUp, word);
            else
                await AgainAsync(look);
        }
        catch (Exception e)
        {
            if (!stoppingToken.IsCancellationRequested)
                Log.TryFailed(logger, e, seen.TurnId);
        }
    }

    /// <returns>Null: another host has it, or its owner has switched memory off.</returns>
    private Task<Look?> TakeAsync(Look seen, CancellationToken cancellationToken) =>
        writer.WriteAsync<Look?>(
            async (db, token) =>
            {
                var until = time.MicrosNow() + options.Value.LookTime + Margin;
                var mine = db.Looks.Where(l =>
                    l.TurnId == seen.TurnId
                    && l.State == LookState.Waiting
                    && l.Tries == seen.Tries
                    && l.DueAt == seen.DueAt
                );
                if (
                    await mine.ExecuteUpdateAsync(
                        s => s.SetProperty(l => l.Tries, l => l.Tries + 1).SetProperty(l => l.DueAt, until),
                        token
                    ) == 0
                )
                    return null;
                var look = await db.Looks.SingleAsync(l => l.TurnId == seen.TurnId, token);
                if (look.Asked is null)
                {
                    var now = time.MicrosNow();
                    var known = await db
                        .Items.AsNoTracking()
                        .Where(i =>
                            i.UserId == look.UserId
                            && i.Status == MemoryStatus.Active
                            && (i.ExpiresAt == null || i.ExpiresAt > now)
                        )
                        .OrderByDescending(i => i.UpdatedAt)
                        .Take(options.Value.KnownMax)
                        .ToListAsync(token);
                    look.Asked = AskModel.Envelope(look, known);
                    await db.SaveChangesAsync(token);
                }
                return look;
            },
            cancellationToken
        );

    /// <returns>What was found; else the word for why there will be nothing; neither: try again later.</returns>
    private async Task<(Found? Found, string? Refusal)> AskAsync(
        Look look,
        string asked,
        CancellationToken cancellationToken,
        CancellationToken stoppingToken
    )
    {
        try
        {
            return (await model.AskAsync(look, asked, cancellationToken), null);
        }
        catch (RefusedException e)
            when (e.Code == ErrorCodes.Unavailable || e.Code == ErrorCodes.InFlight || e.Code == ErrorCodes.RateLimited)
        {
            return (null, look.Tries < options.Value.Tries ? null : e.Code.Code);
        }
        catch (RefusedException e)
        {
            // No Credit, a limit, a model that failed: nothing is remembered of this turn, and nobody waits for it.
            Log.Refused(logger, look.TurnId, e.Code.Code);
            return (null, e.Code.Code);
        }
        catch (JsonMismatchException)
        {
            Log.Refused(logger, look.TurnId, "unreadable");
            return (null, "unreadable");
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return (null, look.Tries < options.Value.Tries ? null : "timeout");
        }
    }

    private async Task KeepAsync(Look look, Found found, long[] known)
    {
        await memory.ChangeAsync(
            look.UserId,
            async (db, owner, now, token) =>
            {
                // Switched off meanwhile, or another host was faster.
                var row = db.Looks.Where(l => l.TurnId == look.TurnId && l.State == LookState.Waiting);
                if (!owner.Enabled || !await row.AnyAsync(token))
                    return false;
                var items = await db
                    .Items.Where(i => i.UserId == look.UserId)
                    .OrderByDescending(i => i.UpdatedAt)
                    .Take(4 * options.Value.ItemsPerUserMax)
                    .ToListAsync(token);
                var source = new Source(look.TurnId, look.ConversationId, look.UserId, now);
                var decisions = new Decide(items, source, options.Value).Run(found, known);
                db.Items.AddRange(decisions.Where(d => d.Kind == FoundKind.Add).Select(d => d.Item!));
                await db.SaveChangesAsync(token);
                db.Changes.AddRange(Changes(decisions, source));
                await db.SaveChangesAsync(token);
                await EndAsync(row, LookState.Done, Outcome(decisions), token);
                return true;
            },
            CancellationToken.None
        );
    }

    /// <summary>One of each item, whatever a turn said of it in how many words.</summary>
    private static IEnumerable<MemoryChange> Changes(IReadOnlyList<Decision> decisions, Source source)
    {
        foreach (var one in decisions.Where(d => d.Item is not null).GroupBy(d => d.Item!))
        {
            var (item, added) = (one.Key, one.First().Kind == FoundKind.Add);
            if (added && item.Status == MemoryStatus.Deleted)
                continue;
            var kind =
                added ? ChangeKind.Added
                : item.Status == MemoryStatus.Deleted ? ChangeKind.Deleted
                : ChangeKind.Changed;
            yield return new MemoryChange
            {
                UserId = source.UserId,
                ConversationId = source.ConversationId,
                TurnId = source.TurnId,
                ItemId = item.Id,
                Kind = kind,
                Before = kind == ChangeKind.Changed ? one.First().Before!.Write() : null,
                LeftAt = item.UpdatedAt,
                CreatedAt = source.Now,
            };
        }
    }

    private static string Outcome(IReadOnlyList<Decision> decisions) =>
        string.Join(
            ' ',
            decisions
                .GroupBy(d => d.Kind)
                .OrderBy(g => g.Key)
                .Select(g =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(g.Key.ToString())}:{g.Count()}"
                    )
                )
        );

    private Task<int> EndAsync(Look look, LookState state, string outcome) =>
        writer.WriteAsync(
            (db, token) =>
                EndAsync(
                    db.Looks.Where(l => l.TurnId == look.TurnId && l.State == LookState.Waiting),
                    state,
                    outcome,
                    token
                ),
            CancellationToken.None
        );

    /// <summary>What was said is no longer needed; that it was looked at is.</summary>
    private static Task<int> EndAsync(
        IQueryable<Look> row,
        LookState state,
        string outcome,
        CancellationToken cancellationToken
    )
    {
        string? nothing = null;
        return row.ExecuteUpdateAsync(
            s =>
                s.SetProperty(l => l.State, state)
                    .SetProperty(l => l.Outcome, outcome)
                    .SetProperty(l => l.Message, nothing)
                    .SetProperty(l => l.Asked, nothing),
            cancellationToken
        );
    }

    private Task<int> AgainAsync(Look look)
    {
        var pause = Math.Min(
            LongestPause.TotalSeconds,
            FirstPause.TotalSeconds * Math.Pow(2, Math.Min(look.Tries - 1, 20))
        );
        var due = time.MicrosNow().AddSeconds(pause);
        return writer.WriteAsync(
            (db, token) =>
                db
                    .Looks.Where(l => l.TurnId == look.TurnId && l.State == LookState.Waiting && l.Tries == look.Tries)
                    .ExecuteUpdateAsync(s => s.SetProperty(l => l.DueAt, due), token),
            CancellationToken.None
        );
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Turns to remember could not be looked for; the next look tries again")]
        public static partial void LookFailed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Warning, "The look at turn {TurnId} broke off; it is taken again")]
        public static partial void TryFailed(ILogger logger, Exception e, string turnId);

        [LoggerMessage(3, LogLevel.Information, "Nothing is remembered of turn {TurnId}: {Code}")]
        public static partial void Refused(ILogger logger, string turnId, string code);
    }
}
