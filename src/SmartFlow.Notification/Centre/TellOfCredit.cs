using System.Text;
using SmartFlow.Contracts.Events;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Notification.Centre;

/// <summary>Consumes credit.balance.low and credit.spend.reached: told once however often the event comes.</summary>
internal sealed class TellOfCredit(Tell tell, IWriter<NotificationDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.TokenStore;

    public string Group => "smartflow-notification-token-store-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) => events.OneByOneAsync(happened => TellAsync(happened, cancellationToken));

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private async Task TellAsync(BusEvent happened, CancellationToken cancellationToken)
    {
        if (UserOf(happened) is not { } user)
            return;
        using var span = happened.StartHandling(Topic, Group);
        await tell.TellAsync([happened.Told(user)], cancellationToken);
    }

    /// <summary>Null: not for this centre.</summary>
    private static ulong? UserOf(BusEvent happened) =>
        happened.Name switch
        {
            EventNames.CreditBalanceLow => EventJson.Read<CreditBalanceLow>(happened.Payload).UserId,
            EventNames.CreditSpendReached => EventJson.Read<CreditSpendReached>(happened.Payload).UserId,
            _ => null,
        };
}

internal static class TellingOfEvents
{
    /// <summary>The event as it came, for this user.</summary>
    /// <exception cref="PoisonException">No user has such an id.</exception>
    public static Told Told(this BusEvent happened, ulong user) =>
        user is 0 or > long.MaxValue
            ? throw new PoisonException("The user is out of range.")
            : new Told(
                (long)user,
                happened.EventId,
                happened.Name,
                Encoding.UTF8.GetString(happened.Payload.Span),
                happened.CreatedAt
            );
}
