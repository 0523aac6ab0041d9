using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.CallLog;

/// <summary>
/// A page of the journal: running calls first, then the others by their end, newest first. However long the journal is,
/// a page looks at no more than <see cref="Reach"/> ended calls of its period; what is older is reached by an earlier
/// end.
/// </summary>
internal sealed class ListCalls(IDbContextFactory<LlmDb> factory)
{
    public const int Reach = 10_000;
    private const int RunningLimit = 1_000;

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<ListCallsResponse> HandleAsync(ListCallsRequest request, CancellationToken cancellationToken)
    {
        var filter = CallFilter.Of(request);
        var page = PageQuery.Of(request.Page, request.PageSize);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var calls = db.Calls.AsNoTracking();
        var running = filter.TakesRunning
            ? await filter.RunningIn(calls).Take(RunningLimit).ToListAsync(cancellationToken)
            : [];
        var (ended, count, truncated) = await EndedAsync(filter, calls, cancellationToken);
        var rows = running.Skip(page.Skip).Take(page.Size).ToList();
        var skip = Math.Max(0, page.Skip - running.Count);
        if (rows.Count < page.Size && skip < count)
            rows.AddRange(
                await ended
                    .Skip(skip)
                    .Take(Math.Min(page.Size - rows.Count, count - skip))
                    .ToListAsync(cancellationToken)
            );
        var response = new ListCallsResponse { Total = running.Count + count, Truncated = truncated };
        response.Items.AddRange(rows.Select(CallViews.Of));
        return response;
    }

    private static async Task<(IQueryable<LlmCall> Ended, int Count, bool Truncated)> EndedAsync(
        CallFilter filter,
        IQueryable<LlmCall> calls,
        CancellationToken cancellationToken
    )
    {
        var all = filter.EndedIn(calls);
        if (!filter.TakesEnded)
            return (all, 0, false);
        var within = await all.Take(Reach + 1).CountAsync(cancellationToken);
        if (!filter.LooksThrough)
            return (all, Math.Min(within, Reach), within > Reach);
        var matching = filter.Matching(all.Take(Reach));
        return (
            matching.OrderByDescending(c => c.FinishedAt).ThenByDescending(c => c.Id),
            await matching.CountAsync(cancellationToken),
            within > Reach
        );
    }
}
