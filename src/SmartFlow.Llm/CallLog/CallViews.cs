using System.Globalization;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.CallLog;

/// <summary>A row of the journal as those who may see it read it.</summary>
internal static class CallViews
{
    public static CallView Of(LlmCall row)
    {
        var priced = Quote.Thaw(row.Candidates)[row.Candidate];
        var view = new CallView
        {
            UserId = (ulong)row.UserId,
            EventId = row.EventId,
            Scene = row.Scene,
            State = row.State,
            Outcome = row.Outcome,
            ModelAlias = row.ModelAlias,
            ProviderName = priced.Provider,
            ModelName = priced.Model,
            Stream = row.Stream,
            Usage = new TokenUsageMessage
            {
                Input = row.InputTokens,
                Output = row.OutputTokens,
                Cached = row.CachedTokens,
                CacheWrite = row.CacheWriteTokens,
                Reasoning = row.ReasoningTokens,
                Estimated = row.Estimated,
            },
            CostMicroYuan = row.CostMicroYuan,
            CreditMicros = row.CreditMicros,
            HoldMicros = row.HoldMicros,
            StartedAt = Time(row.StartedAt),
            SentAt = Time(row.SentAt),
            FirstTokenAt = Time(row.FirstTokenAt),
            FinishedAt = Time(row.FinishedAt),
            PriceRuleId = priced.Price.RuleId,
            PriceRuleVersion = priced.Price.Version,
            ConversationId = row.ConversationId,
            Images = row.Images,
            ApiKeyId = row.ApiKeyId,
        };
        view.Attempts.AddRange(
            (JsonSerializer.Deserialize<Attempt[]>(row.Attempts, EventJson.Options) ?? []).Select(Of)
        );
        return view;
    }

    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) ?? "";

    private static CallAttempt Of(Attempt a) =>
        new()
        {
            ProviderName = a.Provider,
            ModelName = a.Model,
            Ended = a.Ended,
            Status = a.Status ?? 0,
            MayBill = a.MayBill,
        };
}
