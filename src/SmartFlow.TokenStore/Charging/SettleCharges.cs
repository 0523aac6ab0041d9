using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// Consumes credit.charge.requested: ledger row, balance, hold and dashboard in one transaction, once per charge key.
/// </summary>
internal sealed partial class SettleCharges(
    LedgerWorker ledger,
    IWriter<TokenStoreDb> writer,
    IMeterFactory meters,
    TimeProvider time,
    ILogger<SettleCharges> logger
) : IConsumer
{
    private readonly Histogram<double> lag = meters
        .SmartFlow()
        .CreateSeconds("smartflow.settlement.lag", "From the end of a call to its entry in the ledger.");

    public string Topic => Topics.Llm;

    public string Group => "smartflow-token-store-outbox-consumer";

    public async Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        var settled = new Task<string?>[events.Count];
        for (var i = 0; i < settled.Length; i++)
            settled[i] = SettleAsync(events[i]);
        return await Task.WhenAll(settled);
    }

    public async Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken)
    {
        Log.Buried(logger, poison.EventId, reason);
        await writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
    }

    private async Task<string?> SettleAsync(BusEvent happened)
    {
        if (happened.Name != EventNames.CreditChargeRequested)
            return null;
        CreditChargeRequested charge;
        try
        {
            charge = EventJson.Read<CreditChargeRequested>(happened.Payload);
        }
        catch (PoisonException e)
        {
            return e.Message;
        }
        if (ChargeCommand.Problem(charge) is { } problem)
            return problem;
        using var span = happened.StartHandling(Topic, Group);
        FaultPoint.Reach("settle.received");
        var decision = await ledger.SubmitAsync(ChargeCommand.Of(charge));
        FaultPoint.Reach("settle.committed");
        span?.SetTag("smartflow.settlement", decision.Outcome.ToString());
        if (lag.Enabled)
            lag.Record((time.GetUtcNow() - happened.CreatedAt).TotalSeconds);
        return decision.Outcome switch
        {
            LedgerOutcome.Applied or LedgerOutcome.Repeated => null,
            LedgerOutcome.Conflict => "The call has been charged with other content.",
            LedgerOutcome.NotFound => "The user has no account.",
            LedgerOutcome.OutOfRange => "The amount is out of range.",
            var other => $"The ledger answered {other}.",
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The charge {EventId} went to the dead letters: {Reason}")]
        public static partial void Buried(ILogger logger, string eventId, string reason);
    }
}
