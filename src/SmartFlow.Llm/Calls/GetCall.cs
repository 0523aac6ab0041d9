using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>A call as its owner may see it.</summary>
internal sealed class GetCall(IDbContextFactory<LlmDb> factory)
{
    /// <exception cref="RefusedException">not_found, also for somebody else's call.</exception>
    public async Task<GetCallResponse> HandleAsync(GetCallRequest request, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = checked((long)request.UserId);
        var row = await db.Calls.AsNoTracking().FirstOrDefaultAsync(c => c.UserId == user && c.EventId == request.EventId, cancellationToken)
            ?? throw RefusedException.NotFound("call");
        return new GetCallResponse { Call = View(row) };
    }

    private static CallView View(LlmCall row)
    {
        var priced = Quote.Thaw(row.Candidates)[row.Candidate];
        using var attempts = JsonDocument.Parse(row.Attempts);
        return new CallView
        {
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
            Attempts = attempts.RootElement.GetArrayLength(),
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
    }

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) ?? "";
}
