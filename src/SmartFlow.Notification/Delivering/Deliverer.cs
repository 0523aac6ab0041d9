using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Sending;
using SmartFlow.Platform.Data;

namespace SmartFlow.Notification.Delivering;

/// <summary>
/// Sends what is due. A delivery is taken for the time that a try may last, by a step from the state that was seen, so
/// that of several hosts one has it; whose process dies is taken again after that time, under the same id: at least
/// once, as a rule once. One delivery of a channel at a time and two of a user, so that a slow peer holds up its own.
/// </summary>
internal sealed partial class Deliverer(
    IDbContextFactory<NotificationDb> factory,
    IWriter<NotificationDb> writer,
    Outgoing outgoing,
    DeliverySignal signal,
    IOptions<NotificationOptions> options,
    TimeProvider time,
    ILogger<Deliverer> logger
) : BackgroundService
{
    private const int PerUser = 2;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a delivery that could not be taken or noted is left alone: a full disk must not make the loop spin.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>What a try may last beyond its sending.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Delivery, Task> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task? woken = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                foreach (var done in running.Where(r => r.Value.IsCompleted).ToArray())
                    running.Remove(done.Key);
                if (await BeginAsync(stoppingToken) > 0)
                    continue;
                // One that still waits is waited for again: two would share the wakings out between them.
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

    /// <returns>How many were started.</returns>
    private async Task<int> BeginAsync(CancellationToken stoppingToken)
    {
        var free = options.Value.Parallel - running.Count;
        if (free <= 0)
            return 0;
        try
        {
            var due = await DueAsync(free, stoppingToken);
            foreach (var delivery in due)
                running.Add(delivery, HandleAsync(delivery, stoppingToken));
            return due.Count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.LookFailed(logger, e);
            return 0;
        }
    }

    private async Task<List<Delivery>> DueAsync(int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var channels = running.Keys.Select(d => d.ChannelId).ToHashSet();
        var users = running.Keys.GroupBy(d => d.UserId).ToDictionary(g => g.Key, g => g.Count());
        var (busy, full) = (channels.ToArray(), users.Where(u => u.Value >= PerUser).Select(u => u.Key).ToArray());
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var due = await db
            .Deliveries.AsNoTracking()
            .Where(d =>
                d.State == DeliveryState.Waiting
                && d.DueAt <= now
                && !busy.Contains(d.ChannelId)
                && !full.Contains(d.UserId)
            )
            .OrderBy(d => d.DueAt)
            .ThenBy(d => d.Id)
            .Take(2 * limit)
            .ToListAsync(cancellationToken);
        var chosen = new List<Delivery>();
        foreach (var one in due)
        {
            if (chosen.Count == limit)
                break;
            var count = users.GetValueOrDefault(one.UserId);
            if (count >= PerUser || !channels.Add(one.ChannelId))
                continue;
            users[one.UserId] = count + 1;
            chosen.Add(one);
        }
        return chosen;
    }

    private async Task HandleAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        try
        {
            if (await TakeAsync(delivery, stoppingToken) is not ({ } notice, { } channel, { } wish))
                return;
            await NoteAsync(delivery, await SendAsync(delivery, notice, channel, wish, stoppingToken));
        }
        catch (Exception e)
        {
            if (stoppingToken.IsCancellationRequested)
                return;
            // It is taken again when its time is over.
            Log.TryFailed(logger, e, delivery.Id);
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// A failure of ours is a try as well: a notice that cannot be put into words is not tried for ever.
    /// </summary>
    private async Task<Sent> SendAsync(
        Delivery delivery,
        Notice notice,
        Channel channel,
        Preference wish,
        CancellationToken stoppingToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Value.SendSeconds) + Margin / 2);
        var id = string.Create(CultureInfo.InvariantCulture, $"ntf_{delivery.Id}");
        try
        {
            return await outgoing.SendAsync(
                id,
                notice.Kind,
                notice.Data,
                notice.CreatedAt,
                channel,
                wish,
                patience.Token
            );
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Log.SendingFailed(logger, e, delivery.Id);
            return new Sent(e is OperationCanceledException ? "timeout" : "internal");
        }
    }

    /// <returns>Null: it is not ours, or not to be sent now.</returns>
    private Task<Taken?> TakeAsync(Delivery seen, CancellationToken cancellationToken) =>
        writer.WriteAsync<Taken?>(
            async (db, token) =>
            {
                var now = time.MicrosNow();
                var until = now + TimeSpan.FromSeconds(options.Value.SendSeconds) + Margin;
                var mine = db.Deliveries.Where(d =>
                    d.Id == seen.Id
                    && d.State == DeliveryState.Waiting
                    && d.Tries == seen.Tries
                    && d.DueAt == seen.DueAt
                );
                if (
                    await mine.ExecuteUpdateAsync(
                        s => s.SetProperty(d => d.Tries, d => d.Tries + 1).SetProperty(d => d.DueAt, until),
                        token
                    ) == 0
                )
                    return null;
                var row = db.Deliveries.Where(d => d.Id == seen.Id);
                // Nobody noted the last try: each of them ended its process.
                if (seen.Tries >= options.Value.Tries)
                    return await GiveUpAsync(row, now, token);
                var channel = await db.Channels.AsNoTracking().FirstOrDefaultAsync(c => c.Id == seen.ChannelId, token);
                if (channel is not { Enabled: true })
                    return await SkipAsync(row, "channel_off", now, token);
                var wish = await db.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == seen.UserId, token)
                    ?? new Preference();
                var zone = QuietHours.Zone(wish.TimeZone, options.Value.TimeZone);
                if (QuietHours.EndOf(now, wish.QuietFrom, wish.QuietTo, zone) is { } end)
                {
                    await row.ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(d => d.Tries, seen.Tries)
                                .SetProperty(d => d.DueAt, end)
                                .SetProperty(d => d.Reason, "quiet_hours"),
                        token
                    );
                    return null;
                }
                if (seen.Tries == 0 && !await CountAsync(db, channel.Id, QuietHours.DayOf(now, zone), token))
                    return await SkipAsync(row, "daily_limit", now, token);
                var notice = await db.Notices.AsNoTracking().FirstOrDefaultAsync(n => n.Id == seen.NoticeId, token);
                return notice is null ? null : new Taken(notice, channel, wish);
            },
            cancellationToken
        );

    private static async Task<Taken?> GiveUpAsync(
        IQueryable<Delivery> row,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await row.ExecuteUpdateAsync(
            s =>
                s.SetProperty(d => d.State, DeliveryState.Failed)
                    .SetProperty(d => d.Reason, "internal")
                    .SetProperty(d => d.EndedAt, now)
                    .SetProperty(d => d.Tries, d => d.Tries - 1),
            cancellationToken
        );
        return null;
    }

    private static async Task<Taken?> SkipAsync(
        IQueryable<Delivery> row,
        string reason,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await row.ExecuteUpdateAsync(
            s =>
                s.SetProperty(d => d.State, DeliveryState.Skipped)
                    .SetProperty(d => d.Reason, reason)
                    .SetProperty(d => d.EndedAt, now)
                    .SetProperty(d => d.Tries, 0),
            cancellationToken
        );
        return null;
    }

    /// <summary>One more of the day; false: the day is full. The row's own lock makes it exact over hosts.</summary>
    private async Task<bool> CountAsync(NotificationDb db, long channelId, int day, CancellationToken cancellationToken)
    {
        var most = options.Value.DeliveriesPerDay;
        return await db
                .Channels.Where(c => c.Id == channelId && (c.Day != day || c.DaySent < most))
                .ExecuteUpdateAsync(
                    s =>
                        s.SetProperty(c => c.DaySent, c => c.Day == day ? c.DaySent + 1 : 1)
                            .SetProperty(c => c.Day, day),
                    cancellationToken
                ) == 1;
    }

    /// <summary>Whatever happens to the program now, what was sent is noted.</summary>
    private Task<int> NoteAsync(Delivery delivery, Sent sent) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var now = time.MicrosNow();
                var tries = delivery.Tries + 1;
                // A later try of another host is left alone, unless this one arrived.
                var row = db.Deliveries.Where(d =>
                    d.Id == delivery.Id && d.State == DeliveryState.Waiting && (sent.Reason == null || d.Tries == tries)
                );
                if (sent.IsGone)
                    await EndChannelAsync(db, delivery.ChannelId, sent.Reason!, token);
                var again = sent.Reason is not null && !sent.IsFinal && tries < options.Value.Tries;
                var state =
                    sent.Reason is null ? DeliveryState.Sent
                    : again ? DeliveryState.Waiting
                    : DeliveryState.Failed;
                return await row.ExecuteUpdateAsync(
                    s =>
                        s.SetProperty(d => d.State, state)
                            .SetProperty(d => d.Reason, sent.Reason)
                            .SetProperty(d => d.EndedAt, again ? (DateTimeOffset?)null : now)
                            .SetProperty(d => d.DueAt, again ? now + Backoff.After(tries, sent.RetryAfter) : now),
                    token
                );
            },
            CancellationToken.None
        );

    /// <summary>
    /// A push subscription is of no use any more; a webhook's owner may have an address to put right.
    /// </summary>
    private static async Task EndChannelAsync(
        NotificationDb db,
        long channelId,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var channel = db.Channels.Where(c => c.Id == channelId);
        if (await channel.Where(c => c.Type == ChannelTypes.WebPush).ExecuteDeleteAsync(cancellationToken) == 0)
            await channel.ExecuteUpdateAsync(
                s => s.SetProperty(c => c.Enabled, false).SetProperty(c => c.OffReason, reason),
                cancellationToken
            );
    }

    private sealed record Taken(Notice Notice, Channel Channel, Preference Wish);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Deliveries could not be looked for; the next look tries again")]
        public static partial void LookFailed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Warning, "A try of delivery {Delivery} broke off; it is taken again")]
        public static partial void TryFailed(ILogger logger, Exception e, long delivery);

        [LoggerMessage(3, LogLevel.Warning, "Delivery {Delivery} could not be sent for a reason of ours")]
        public static partial void SendingFailed(ILogger logger, Exception e, long delivery);
    }
}
