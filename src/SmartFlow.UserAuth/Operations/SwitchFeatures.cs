using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Operations;

/// <param name="Default">As the configuration has it.</param>
/// <param name="ChangedAt">When an operator set it last; null: nobody has.</param>
internal sealed record FeatureView(string Name, bool On, bool Default, DateTimeOffset? ChangedAt);

internal sealed record SwitchFeatureRequest(bool On, string Reason);

/// <summary>
/// GET /admin/features: the switches. PUT /admin/features/{name} {on, reason}: sets one; every process follows within
/// Features:RefreshSeconds, and the audit log has a line. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class SwitchFeatures(
    IDbContextFactory<UserAuthDb> databases,
    IWriter<UserAuthDb> writer,
    FeatureSwitches switches,
    IEnumerable<IOperatorAudit> audits,
    TimeProvider time
)
{
    private const int LeastReason = 3;
    private const int MostReason = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes
            .MapGroup("/api/v1/admin/features")
            .WithTags("Administration")
            .RequireAuthorization(Policies.Operator);
        admin
            .MapGet("", (SwitchFeatures features, CancellationToken cancellationToken) =>
                features.ListAsync(cancellationToken)
            )
            .WithName("ListFeatures")
            .WithSummary("What is switched on and off");
        admin
            .MapPut("/{name}", (string name, SwitchFeatureRequest request, HttpContext http, SwitchFeatures features) =>
                features.SetAsync(name, request, http)
            )
            .WithName("SwitchFeature")
            .WithSummary("Switch something on or off for everybody");
    }

    private async Task<Paged<FeatureView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Features.AsNoTracking().ToDictionaryAsync(f => f.Name, cancellationToken);
        return WholeList.Of<FeatureView>(
            [.. Feature.All.Select(n => View(n, rows.GetValueOrDefault(n)))],
            Feature.All.Count
        );
    }

    private async Task<FeatureView> SetAsync(string name, SwitchFeatureRequest request, HttpContext http)
    {
        if (!Feature.Exists(name))
            throw RefusedException.NotFound("feature");
        new FieldErrors()
            .Text("reason", request.Reason, LeastReason, MostReason)
            .Throw("Nothing was switched: see the fields.");
        var (before, after) = await writer.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Features.SingleOrDefaultAsync(f => f.Name == name, token);
                var before = View(name, row);
                if (row is null)
                    db.Features.Add(row = new FeatureSwitch { Name = name });
                (row.IsOn, row.ChangedAt) = (request.On, time.GetUtcNow());
                await db.SaveChangesAsync(token);
                return (before, View(name, row));
            },
            http.RequestAborted
        );
        var done = new OperatorAction(
            Operator.Of(http),
            "feature.switch",
            $"feature:{name}",
            new { before.On },
            new { after.On },
            request.Reason.Trim()
        );
        if (before.On != after.On)
            foreach (var audit in audits)
                await audit.RecordAsync(done);
        await switches.RefreshAsync(http.RequestAborted);
        return after;
    }

    private FeatureView View(string name, FeatureSwitch? row) =>
        new(name, row?.IsOn ?? switches.Default(name), switches.Default(name), row?.ChangedAt);
}
