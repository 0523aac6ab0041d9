using System.Runtime.CompilerServices;
using SmartFlow.Platform.Doctor;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>What the last reconciliation found, as it is kept: it runs none itself.</summary>
internal sealed class ReconciliationLook(ReconciliationRuns runs) : IDoctorCheck
{
    public string Name => "reconciliation";

    public bool ReadsDatabases => true;

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await runs.LastAsync(cancellationToken);
        var differences = last?.Report.Checks.Sum(c => c.Differences.Count) ?? 0;
        yield return last is not { } run ? DoctorFinding.Ok("none has run yet; the host runs it by itself")
        : differences == 0 ? DoctorFinding.Ok($"agreed at {run.Report.CheckedAt:u}")
        : DoctorFinding.Error(
            $"{differences} differences at {run.Report.CheckedAt:u}",
            "Stop and look, money does not agree: smartflow reconcile names each; docs/operating.md."
        );
    }
}
