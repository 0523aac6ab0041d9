using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>Something to raise.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Kind">A word of <see cref="TriggerKinds"/>.</param>
/// <param name="Matter">What it is about.</param>
/// <param name="Zone">The user's own, an IANA name: whose day is in the key.</param>
/// <param name="Subject">What is needed to act.</param>
internal sealed record Raised(ulong UserId, string Kind, string Matter, string Zone, TriggerSubject Subject)
{
    /// <summary>Part of the key besides the day, where one matter may come up twice a day.</summary>
    public string More { get; init; } = "";

    /// <summary>What the matter looks like: a mute of something that looks otherwise does not hold.</summary>
    public string Mark { get; init; } = "";

    public string Language { get; init; } = "";

    /// <summary>Null: now.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>
/// The triggers that wait. Each is kept once by its key, however often it is raised and by however many hosts.
/// </summary>
internal sealed class Queue(IWriter<ActiveSchedulerDb> writer, TimeProvider clock) : IDisposable
{
    /// <summary>Whoever works on one has so long; after that it is taken to have died.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim wake = new(0, 1);

    /// <returns>How many are new; what is muted is not raised.</returns>
    public async Task<int> RaiseAsync(IReadOnlyCollection<Raised> raised, CancellationToken cancellationToken)
    {
        if (raised.Count == 0)
            return 0;
        var now = clock.MicrosNow();
        var added = await writer.WriteAsync(
            async (db, token) =>
            {
                var users = raised.Select(r => r.UserId).Distinct().ToArray();
                var mutes = await db
                    .Mutes.AsNoTracking()
                    .Where(m => users.Contains(m.UserId))
                    .ToDictionaryAsync(m => (m.UserId, m.Matter), token);
                var gone = await db
                    .GoneUsers.AsNoTracking()
                    .Where(g => users.Contains(g.UserId))
                    .Select(g => g.UserId)
                    .ToListAsync(token);
                var count = 0;
                foreach (var one in raised)
                    if (
                        !gone.Contains(one.UserId)
                        && !Mutes(mutes.GetValueOrDefault((one.UserId, one.Matter)), one, now)
                    )
                        count += await AddAsync(db, one, now, token);
                return count;
            },
            cancellationToken
        );
        if (added > 0)
            Wake();
        return added;
    }

    /// <summary>What tells it from others.</summary>
    public static string KeyOf(Raised raised, DateTimeOffset now)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(raised.Zone) ?? DateTimeZone.Utc;
        var day = Instant
            .FromDateTimeOffset(now)
            .InZone(zone)
            .Date.ToDateOnly()
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $"{raised.UserId}:{raised.Kind}:{raised.Matter}:{day}{(raised.More.Length > 0 ? ":" + raised.More : "")}";
    }

    /// <returns>It is this caller's until it ends it, lets it go or is taken to have died.</returns>
    public Task<bool> ClaimAsync(long id, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        return writer.WriteAsync(
            async (db, token) =>
                await db
                    .Triggers.Where(t =>
                        t.Id == id && t.EndedAt == null && (t.ClaimedUntil == null || t.ClaimedUntil <= now)
                    )
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(t => t.ClaimedUntil, now + Claim)
                                .SetProperty(t => t.Attempts, t => t.Attempts + 1),
                        token
                    ) == 1,
            cancellationToken
        );
    }

    /// <summary>It has come to its end.</summary>
    public static Task<int> EndAsync(
        ActiveSchedulerDb db,
        long id,
        string outcome,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db
            .Triggers.Where(t => t.Id == id)
            .ExecuteUpdateAsync(
                s => s.SetProperty(t => t.EndedAt, now).SetProperty(t => t.Outcome, outcome),
                cancellationToken
            );

    /// <summary>It comes up again.</summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="id">Whichever it is.</param>
    /// <param name="dueAt">Not before that.</param>
    /// <param name="attempts">Those that failed so far: from some on it is given up.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    public static Task<int> AgainAsync(
        ActiveSchedulerDb db,
        long id,
        DateTimeOffset dueAt,
        int attempts,
        CancellationToken cancellationToken
    )
    {
        DateTimeOffset? never = null;
        string? none = null;
        return db
            .Triggers.Where(t => t.Id == id)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(t => t.DueAt, dueAt)
                        .SetProperty(t => t.Attempts, attempts)
                        .SetProperty(t => t.ClaimedUntil, never)
                        .SetProperty(t => t.EndedAt, never)
                        .SetProperty(t => t.Outcome, none),
                cancellationToken
            );
    }

    /// <summary>A round need not wait for its time.</summary>
    public void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0)
                wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just woken it.
        }
    }

    /// <returns>It was woken before that.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        wake.WaitAsync(atMost, cancellationToken);

    public void Dispose() => wake.Dispose();

    private static bool Mutes(Mute? mute, Raised raised, DateTimeOffset now) =>
        mute is not null
        && (
            mute.Until is { } until
                ? until > now
                : mute.Mark == raised.Mark && raised.Kind is TriggerKinds.Urgent or TriggerKinds.Deadline
        );

    private static Task<int> AddAsync(
        ActiveSchedulerDb db,
        Raised one,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (key, subject) = (KeyOf(one, now), JsonSerializer.Serialize(one.Subject, WebJson.Options));
        var (due, at) = (UnixMicros.From(one.DueAt ?? now), UnixMicros.From(now));
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO triggers (user_id, key, kind, matter, subject, language, due_at, attempts, created_at)
            VALUES ({(long)one.UserId}, {key}, {one.Kind}, {one.Matter}, {subject}, {one.Language}, {due}, {0}, {at})
            ON CONFLICT (key) DO NOTHING
            """,
            cancellationToken
        );
    }
}
