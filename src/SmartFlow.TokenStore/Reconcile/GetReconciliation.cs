using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Reconcile;
using SmartFlow.TokenStore.Operations;

namespace SmartFlow.TokenStore.Reconcile;

/// <param name="Running">A run is under way in this process.</param>
/// <param name="Trigger">background or operator; empty where none has run yet.</param>
/// <param name="Last">The last result, also from before a restart; null: none yet.</param>
internal sealed record ReconciliationStatus(bool Running, string Trigger, ReconciliationReport? Last);

/// <summary>
/// GET /admin/reconciliation: the last result; POST runs every check of this process now. Refusals: forbidden,
/// in_flight.
/// </summary>
internal static class GetReconciliation
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/reconciliation", async (ReconciliationRuns runs, CancellationToken cancellationToken) =>
        {
            var last = await runs.LastAsync(cancellationToken);
            return new ReconciliationStatus(runs.IsRunning, last?.Trigger ?? "", last?.Report);
        });
        admin.MapPost(
            "/reconciliation",
            async (
                HttpContext http,
                ReconciliationRuns runs,
                OperatorAudit audit,
                CancellationToken cancellationToken
            ) =>
            {
                var report = await runs.RunAsync(ReconciliationRun.ByOperator, cancellationToken);
                await audit.RecordAsync(
                    new(
                        Operator.Of(http),
                        "reconciliation.run",
                        "reconciliation",
                        null,
                        new { report.Ok, report.CheckedAt }
                    )
                );
                return report;
            }
        );
    }
}
