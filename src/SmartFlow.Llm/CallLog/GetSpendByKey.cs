using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.CallLog;

/// <summary>
/// What was charged for the calls of a period, by API key: the ledger's roll-ups know nothing of keys, the journal
/// does. It adds up a bounded number of calls, of the index of their ends.
/// </summary>
internal sealed class GetSpendByKey(IDbContextFactory<LlmDb> factory)
{
    /// <summary>Calls that are added up at most.</summary>
    public const int Reach = 500_000;

    private const int RowLimit = 10_000;

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<GetSpendByKeyResponse> HandleAsync(
        GetSpendByKeyRequest request,
        CancellationToken cancellationToken
    )
    {
        var (from, to) = (Time("from", request.From), Time("to", request.To));
        if (request.UserId > long.MaxValue)
            throw RefusedException.Field("user_id", "must be a user's number");
        var owner = (long)request.UserId;
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        // One statement for the rows, so that all of them see the same calls.
        var ended = CallFilter
            .EndedOf(db.Calls.AsNoTracking(), owner)
            .Where(c => c.FinishedAt >= from && c.FinishedAt < to);
        if (await ended.OrderBy(c => c.FinishedAt).Skip(Reach).AnyAsync(cancellationToken))
            throw RefusedException.Field("from", $"must leave at most {Reach} calls: choose fewer days");
        var sums = await ended
            .Where(c => !c.SkipCharge && (c.State == CallState.Finished || c.State == CallState.Settled))
            .GroupBy(c => new { c.UserId, c.ApiKeyId })
            .Select(g => new
            {
                g.Key.UserId,
                g.Key.ApiKeyId,
                Micros = g.Sum(c => c.CreditMicros),
                Calls = g.Count(),
                Tokens = g.Sum(c =>
                    c.InputTokens + c.OutputTokens + c.CachedTokens + c.CacheWriteTokens + c.ReasoningTokens
                ),
            })
            .OrderByDescending(g => g.Micros)
            .ThenBy(g => g.UserId)
            .ThenBy(g => g.ApiKeyId)
            .ToListAsync(cancellationToken);
        var response = new GetSpendByKeyResponse
        {
            Total = new SpendOfKey
            {
                CreditMicros = sums.Sum(s => s.Micros),
                Tokens = sums.Sum(s => s.Tokens),
                Calls = sums.Sum(s => (long)s.Calls),
            },
            Truncated = sums.Count > RowLimit,
        };
        response.Items.AddRange(
            sums.Take(RowLimit)
                .Select(s => new SpendOfKey
                {
                    UserId = (ulong)s.UserId,
                    ApiKeyId = s.ApiKeyId,
                    CreditMicros = s.Micros,
                    Tokens = s.Tokens,
                    Calls = s.Calls,
                })
        );
        return response;
    }

    private static DateTimeOffset Time(string field, string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : throw RefusedException.Field(field, "must be a time as in RFC 3339");
}
