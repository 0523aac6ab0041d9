using System.Text.Json;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Charging;

/// <summary>Consumes credit.charge.requested: ledger row, balance, hold and dashboard in one transaction, once per charge key.</summary>
internal sealed partial class SettleCharges(
    LedgerWorker ledger, IWriter<TokenStoreDb> writer, TimeProvider time, ILogger<SettleCharges> logger) : IConsumer
{
    public string Topic => Topics.Llm;

    public string Group => "smartflow-token-store-outbox-consumer";

    public async Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        var settled = new Task<string?>[events.Count];
        for (var i = 0; i < settled.Length; i++) settled[i] = SettleAsync(events[i]);
        return await Task.WhenAll(settled);
    }

    public async Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken)
    {
        Log.Buried(logger, poison.EventId, reason);
        await writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
    }

    private async Task<string?> SettleAsync(BusEvent happened)
    {
        if (happened.Name != EventNames.CreditChargeRequested) return null;
        CreditChargeRequested charge;
        try
        {
            charge = EventJson.Read<CreditChargeRequested>(happened.Payload);
        }
        catch (PoisonException e)
        {
            return e.Message;
        }
        if (charge.CreditMicros < 0 || charge.UserId is 0 or > long.MaxValue) return "The amount or the user is out of range.";
        FaultPoint.Reach("settle.received");
        var decision = await ledger.SubmitAsync(Command(charge));
        FaultPoint.Reach("settle.committed");
        return decision.Outcome switch
        {
            LedgerOutcome.Applied or LedgerOutcome.Repeated => null,
            LedgerOutcome.Conflict => "The call has been charged with other content.",
            LedgerOutcome.NotFound => "The user has no account.",
            var other => $"The ledger answered {other}.",
        };
    }

    private static Post Command(CreditChargeRequested charge) => new(
        (long)charge.UserId, Kinds.Call, charge.EventId, -charge.CreditMicros, "charge", SystemAccounts.UsageRevenue,
        $"{charge.ModelName} · {charge.Scene}", Metadata(charge),
        new Consumption(
            charge.Scene, charge.ProviderName, charge.ModelName,
            charge.InputTokens + charge.OutputTokens + charge.CachedTokens + charge.CacheWriteTokens + charge.ReasoningTokens));

    private static string Metadata(CreditChargeRequested charge) => JsonSerializer.Serialize(
        new
        {
            charge.Scene,
            charge.ProviderName,
            charge.ModelName,
            charge.PriceRuleId,
            charge.PriceRuleVersion,
            charge.InputTokens,
            charge.OutputTokens,
            charge.CachedTokens,
            charge.CacheWriteTokens,
            charge.ReasoningTokens,
            // Only where there are any: the fingerprint of a charge from before they had a price must not change.
            Images = charge.Images > 0 ? charge.Images : (long?)null,
            charge.Estimated,
            charge.CostMicroYuan,
            charge.Outcome,
            charge.ConversationId,
        },
        EventJson.Options);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The charge {EventId} went to the dead letters: {Reason}")]
        public static partial void Buried(ILogger logger, string eventId, string reason);
    }
}
