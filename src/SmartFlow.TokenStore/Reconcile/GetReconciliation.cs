using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Reconcile;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>GET /admin/reconciliation: runs every check of this process now. Refusals: forbidden, in_flight.</summary>
internal static class GetReconciliation
{
    public static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet("/reconciliation", (Reconciler reconciler, CancellationToken cancellationToken) =>
            reconciler.RunAsync(cancellationToken));
}
