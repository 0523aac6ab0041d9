using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;

namespace SmartFlow.Llm.Limits;

/// <summary>
/// What every open window says is used is the sum of the calls that count in it, and of what was used before its limit
/// was set; read in one snapshot. A minute's window counts attempts, which leave no trace of their own.
/// </summary>
internal sealed class ReconcileLimits(IDbContextFactory<LlmDb> factory, TimeProvider time) : IReconciliation
{
    public string Name => "limits";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        await using var snapshot = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.UseTransactionAsync(snapshot, cancellationToken);
        var now = time.GetUtcNow();
        var windows = await db
            .LimitWindows.AsNoTracking()
            .Where(w => w.EndsAt == null || w.EndsAt > now)
            .ToDictionaryAsync(w => w.Name, cancellationToken);
        if (windows.Count == 0)
            yield break;
        var expected = windows.ToDictionary(
            w => w.Key,
            w => new CallUse(w.Value.SeededRequests, w.Value.SeededTokens, w.Value.SeededCreditMicros)
        );
        // A month is the longest window; an open call may be older and counts as running.
        var since = now.AddDays(-32);
        var calls = db
            .Calls.AsNoTracking()
            .Where(c => c.Counted != "" && (c.FinishedAt == null || c.FinishedAt >= since))
            .AsAsyncEnumerable();
        await foreach (var call in calls.WithCancellation(cancellationToken))
        foreach (var name in LimitWindow.Split(call.Counted))
            if (expected.ContainsKey(name))
                expected[name] += CallUse.Of(call, call.State, name);
        foreach (var (name, window) in windows.Where(w => !LimitWindow.IsMinute(w.Key)))
        {
            var found = new CallUse(window.Requests, window.Tokens, window.CreditMicros);
            if (found != expected[name])
                yield return new Finding(
                    "a limit counts its calls",
                    $"{name}: {found}, should be {expected[name]}",
                    AccountId: window.UserId
                );
        }
    }
}
