using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Centre;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Delivering;
using SmartFlow.Notification.Preferences;
using SmartFlow.Platform.Data;

namespace SmartFlow.Notification.Telling;

/// <summary>Something to tell a user.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="EventId">Told once, however often it comes and from however many hosts.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Data">JSON.</param>
/// <param name="At">When it happened.</param>
internal sealed record Told(long UserId, string EventId, string Kind, string Data, DateTimeOffset At)
{
    /// <summary>Only these channels; null: all that the user has switched on for the kind.</summary>
    public string? OnlyChannel { get; init; }

    /// <summary>Whose doing it tells of; null: nobody's.</summary>
    public ulong? By { get; init; }
}

/// <summary>
/// The one way into the centre: the notice and a delivery for each channel that the user has switched on for its kind,
/// in one transaction, within the number that is kept for a user.
/// </summary>
internal sealed class Tell(
    IWriter<NotificationDb> writer,
    DeliverySignal signal,
    LiveNotices live,
    IOptions<NotificationOptions> options,
    TimeProvider time
)
{
    /// <returns>How many were new.</returns>
    public async Task<int> TellAsync(IReadOnlyCollection<Told> told, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return 0;
        var now = time.MicrosNow();
        var users = told.Select(t => t.UserId).Distinct().ToArray();
        var people = told.Select(t => (ulong)t.UserId)
            .Concat(told.Select(t => t.By).OfType<ulong>())
            .Distinct()
            .ToArray();
        var added = await writer.WriteAsync(
            async (db, token) =>
            {
                var wishes = await db
                    .Preferences.AsNoTracking()
                    .Where(p => users.Contains(p.UserId))
                    .ToDictionaryAsync(p => p.UserId, token);
                var channels = (
                    await db
                        .Channels.AsNoTracking()
                        .Where(c => users.Contains(c.UserId) && c.Enabled && c.ConfirmedAt != null)
                        .OrderBy(c => c.Id)
                        .ToListAsync(token)
                ).ToLookup(c => c.UserId);
                var gone = await db
                    .GoneUsers.AsNoTracking()
                    .Where(g => people.Contains(g.UserId))
                    .Select(g => g.UserId)
                    .ToListAsync(token);
                var (count, news) = (0, new HashSet<long>());
                foreach (
                    var one in told.Where(t =>
                        !gone.Contains((ulong)t.UserId) && (t.By is not { } by || !gone.Contains(by))
                    )
                )
                {
                    var wish = wishes.GetValueOrDefault(one.UserId) ?? new Preference();
                    if (!wish.IsTold(one.Kind) || !await AddAsync(db, one, wish, channels[one.UserId], now, token))
                        continue;
                    count++;
                    news.Add(one.UserId);
                }
                await db.SaveChangesAsync(token);
                // Reminders come again with each look: who hears nothing new costs nothing more.
                foreach (var user in news)
                    await TrimAsync(db, user, token);
                return (Count: count, Users: news);
            },
            cancellationToken
        );
        if (added.Count == 0)
            return 0;
        signal.Notify();
        foreach (var user in added.Users)
            live.Changed(user);
        return added.Count;
    }

    /// <returns>It is new.</returns>
    private static async Task<bool> AddAsync(
        NotificationDb db,
        Told told,
        Preference wish,
        IEnumerable<Channel> channels,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var added = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO notifications (user_id, event_id, kind, data, created_at)
            VALUES ({told.UserId}, {told.EventId}, {told.Kind}, {told.Data}, {UnixMicros.From(told.At)})
            ON CONFLICT (event_id) DO NOTHING
            """,
            cancellationToken
        );
        if (added == 0)
            return false;
        var notice = await db
            .Notices.Where(n => n.EventId == told.EventId)
            .Select(n => n.Id)
            .SingleAsync(cancellationToken);
        foreach (var channel in channels)
            if (wish.IsTold(told.Kind, channel.Type) && (told.OnlyChannel is null || told.OnlyChannel == channel.Type))
                db.Deliveries.Add(
                    new Delivery
                    {
                        UserId = told.UserId,
                        NoticeId = notice,
                        ChannelId = channel.Id,
                        ChannelType = channel.Type,
                        ChannelName = channel.Name,
                        DueAt = now,
                        CreatedAt = now,
                    }
                );
        return true;
    }

    private async Task TrimAsync(NotificationDb db, long user, CancellationToken cancellationToken)
    {
        var oldest = await db
            .Notices.Where(n => n.UserId == user)
            .OrderByDescending(n => n.Id)
            .Skip(options.Value.KeptPerUser)
            .Select(n => (long?)n.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (oldest is { } id)
            await db.Notices.Where(n => n.UserId == user && n.Id <= id).ExecuteDeleteAsync(cancellationToken);
    }
}
