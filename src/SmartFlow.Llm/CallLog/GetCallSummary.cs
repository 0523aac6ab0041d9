using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.CallLog;

/// <summary>
/// What was called in a period. It reads the newest <see cref="Reach"/> calls of the period; where there were more, it
/// says from when on it speaks of all.
/// </summary>
internal sealed class GetCallSummary(IDbContextFactory<LlmDb> factory, TimeProvider time)
{
    public const int Reach = 20_000;
    private const int ModelLimit = 50;

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<GetCallSummaryResponse> HandleAsync(
        GetCallSummaryRequest request,
        CancellationToken cancellationToken
    )
    {
        var period = CallPeriod.Of(request.Period, request.UtcOffsetMinutes, time.GetUtcNow());
        var owner = CallFilter.Owner(request.UserId, request.Everybody);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var calls = db.Calls.AsNoTracking();
        var running = await CallFilter.RunningOf(calls, owner).LongCountAsync(cancellationToken);
        var from = period.From;
        var ended = await CallFilter
            .EndedOf(calls, owner)
            .Where(c => c.FinishedAt >= from)
            .OrderByDescending(c => c.FinishedAt)
            .Take(Reach + 1)
            .Select(c => new EndedCall(
                c.StartedAt,
                c.FirstTokenAt,
                c.FinishedAt,
                c.Stream,
                c.State,
                c.Outcome,
                c.Candidates,
                c.Candidate,
                c.InputTokens,
                c.OutputTokens,
                c.CachedTokens,
                c.CacheWriteTokens,
                c.ReasoningTokens,
                c.CreditMicros,
                c.CostMicroYuan
            ))
            .ToListAsync(cancellationToken);
        var truncated = ended.Count > Reach;
        if (truncated)
            ended.RemoveAt(Reach);
        var response = Fold(period, ended);
        (response.Period, response.Truncated, response.Running) = (request.Period, truncated, running);
        response.CoveredFrom = CallViews.Time(truncated ? ended[^1].FinishedAt : from);
        return response;
    }

    private static GetCallSummaryResponse Fold(CallPeriod period, List<EndedCall> calls)
    {
        var (whole, names) = (new CallTally(), new Dictionary<(string, int), (string, string)>());
        var models = new Dictionary<(string Provider, string Model), CallTally>();
        var buckets = Enumerable.Range(0, period.Buckets).Select(_ => new CallTally()).ToArray();
        foreach (var call in calls)
        {
            // Thousands of calls share a few lists of candidates: each is read once.
            if (!names.TryGetValue((call.Candidates, call.Candidate), out var name))
            {
                var priced = Quote.Thaw(call.Candidates)[call.Candidate];
                names[(call.Candidates, call.Candidate)] = name = (priced.Provider, priced.Model);
            }
            if (!models.TryGetValue(name, out var model))
                models[name] = model = new CallTally();
            model.Add(call);
            whole.Add(call);
            buckets[period.BucketOf(call.FinishedAt!.Value)].Add(call);
        }
        var response = new GetCallSummaryResponse { Figures = whole.Figures() };
        response.ByModel.AddRange(
            models
                .Select(m => new CallsOfModel
                {
                    ProviderName = m.Key.Provider,
                    ModelName = m.Key.Model,
                    Figures = m.Value.Figures(),
                })
                .OrderByDescending(m => m.Figures.CreditMicros)
                .ThenByDescending(m => m.Figures.Calls)
                .ThenBy(m => m.ModelName, StringComparer.Ordinal)
                .Take(ModelLimit)
        );
        response.Series.AddRange(
            buckets.Select((b, i) => new CallsOfTime { At = CallViews.Time(period.StartOf(i)), Figures = b.Figures() })
        );
        return response;
    }
}
