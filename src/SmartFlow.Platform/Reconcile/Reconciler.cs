using System.Diagnostics;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Reconcile;

/// <param name="Ok">Nothing differs; what is pending is no difference.</param>
public sealed record ReconciliationReport(
    bool Ok,
    DateTimeOffset CheckedAt,
    IReadOnlyList<ReconciliationResult> Checks
);

/// <param name="Name">The reconciliation.</param>
/// <param name="Differences">What differs, at most <see cref="Reconciler.FindingLimit"/> of them.</param>
/// <param name="Pending">Younger than the oldest undelivered charge: no difference yet.</param>
/// <param name="More">There is more than is listed.</param>
/// <param name="Note">How far it came, e.g. to which seal; may be empty.</param>
public sealed record ReconciliationResult(
    string Name,
    IReadOnlyList<Finding> Differences,
    IReadOnlyList<Finding> Pending,
    bool More,
    double ElapsedMilliseconds,
    string Note = ""
);

/// <summary>Runs every module's checks, one after the other; one run at a time in a process.</summary>
public sealed class Reconciler(IEnumerable<IReconciliation> reconciliations, TimeProvider time) : IDisposable
{
    public const int FindingLimit = 200;

    private readonly SemaphoreSlim running = new(1);

    public bool IsRunning => running.CurrentCount == 0;

    /// <exception cref="RefusedException">in_flight: another run is under way.</exception>
    public async Task<ReconciliationReport> RunAsync(CancellationToken cancellationToken)
    {
        if (!await running.WaitAsync(TimeSpan.Zero, cancellationToken))
            throw new RefusedException(
                ErrorCodes.InFlight,
                "A reconciliation is running.",
                retryAfter: TimeSpan.FromSeconds(5)
            );
        try
        {
            var results = new List<ReconciliationResult>();
            foreach (var check in reconciliations.OrderBy(r => r.Name, StringComparer.Ordinal))
                results.Add(await RunAsync(check, cancellationToken));
            return new ReconciliationReport(results.All(r => r.Differences.Count == 0), time.GetUtcNow(), results);
        }
        finally
        {
            running.Release();
        }
    }

    public void Dispose() => running.Dispose();

    /// <summary>A check that cannot run is a difference: nobody may take it for agreement.</summary>
    private static async Task<ReconciliationResult> RunAsync(IReconciliation check, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var findings = new List<Finding>();
        try
        {
            await foreach (var finding in check.CheckAsync(cancellationToken))
            {
                findings.Add(finding);
                if (findings.Count > FindingLimit)
                    break;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            findings.Insert(0, new Finding("could not be checked", $"{e.GetType().Name}: {e.Message}"));
        }
        var listed = findings.Take(FindingLimit).ToArray();
        return new ReconciliationResult(
            check.Name,
            [.. listed.Where(f => !f.Pending)],
            [.. listed.Where(f => f.Pending)],
            findings.Count > FindingLimit,
            Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1),
            check.Note
        );
    }
}
