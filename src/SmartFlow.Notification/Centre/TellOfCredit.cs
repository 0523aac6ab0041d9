using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// Consumes credit.balance.low and credit.spend.reached: a notification each, once however often the event comes, within
/// the number that is kept for a user and the time for which any is kept.
/// </summary>
internal sealed class TellOfCredit(IWriter<NotificationDb> writer, IOptions<NotificationOptions> options, TimeProvider time) : IConsumer
{
    public string Topic => Topics.TokenStore;

    public string Group => "smartflow-notification-token-store-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken) =>
        events.OneByOneAsync(happened =>
            UserOf(happened) is { } user ? KeepAsync(happened, user, cancellationToken) : Task.CompletedTask);

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    /// <summary>Null: not for this centre.</summary>
    private static long? UserOf(BusEvent happened)
    {
        var user = happened.Name switch
        {
            EventNames.CreditBalanceLow => EventJson.Read<CreditBalanceLow>(happened.Payload).UserId,
            EventNames.CreditSpendReached => EventJson.Read<CreditSpendReached>(happened.Payload).UserId,
            _ => (ulong?)null,
        };
        if (user is null) return null;
        return user is 0 or > long.MaxValue ? throw new PoisonException("The user is out of range.") : (long)user;
    }

    private async Task KeepAsync(BusEvent happened, long user, CancellationToken cancellationToken)
    {
        using var span = happened.StartHandling(Topic, Group);
        await writer.WriteAsync((db, token) => KeepAsync(db, happened, user, token), cancellationToken);
    }

    private async Task<int> KeepAsync(NotificationDb db, BusEvent happened, long user, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var data = Encoding.UTF8.GetString(happened.Payload.Span);
        var added = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO notifications (user_id, event_id, kind, data, created_at)
            VALUES ({user}, {happened.EventId}, {happened.Name}, {data}, {UnixMicros.From(happened.CreatedAt)})
            ON CONFLICT (event_id) DO NOTHING
            """, token);
        if (added == 0) return 0;
        var oldest = await db.Notices.Where(n => n.UserId == user).OrderByDescending(n => n.Id).Skip(options.Value.KeptPerUser)
            .Select(n => (long?)n.Id).FirstOrDefaultAsync(token);
        if (oldest is { } id) await db.Notices.Where(n => n.UserId == user && n.Id <= id).ExecuteDeleteAsync(token);
        var since = now.AddDays(-options.Value.KeptDays);
        return await db.Notices.Where(n => n.CreatedAt < since).ExecuteDeleteAsync(token);
    }
}
