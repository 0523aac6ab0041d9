using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Operations;

/// <param name="Before">The state before as JSON; null: there was none.</param>
/// <param name="After">The state after as JSON.</param>
internal sealed record AuditView(
    ulong Id,
    DateTimeOffset At,
    ulong OperatorId,
    string OperatorName,
    string Action,
    string Subject,
    JsonElement? Before,
    JsonElement? After,
    string Reason,
    string RequestId
)
{
    public static AuditView Of(OperatorAuditEntry e) =>
        new(
            (ulong)e.Id,
            e.At,
            (ulong)e.OperatorId,
            e.OperatorName,
            e.Action,
            e.Subject,
            Json(e.BeforeJson),
            Json(e.AfterJson),
            e.Reason,
            e.RequestId
        );

    private static JsonElement? Json(string? text) =>
        text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}

/// <summary>
/// GET /admin/audit?subject&amp;operator&amp;action: what operators did, newest first; operator is a user id, subject
/// and action are exact. Refusals: invalid_argument.
/// </summary>
internal sealed class ListAudit(IDbContextFactory<TokenStoreDb> databases)
{
    private const int MaxLength = 400;

    public static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet(
            "/audit",
            (
                ListAudit list,
                string? subject,
                [FromQuery(Name = "operator")] ulong? by,
                string? action,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => list.HandleAsync(subject ?? "", by, action ?? "", PageQuery.Of(page, pageSize), cancellationToken)
        );

    private async Task<Paged<AuditView>> HandleAsync(
        string subject,
        ulong? by,
        string action,
        PageQuery page,
        CancellationToken cancellationToken
    )
    {
        new FieldErrors()
            .Text("subject", subject, 0, MaxLength)
            .Text("action", action, 0, MaxLength)
            .Throw("Nothing is filed under this.");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lines = db.OperatorAudit.AsNoTracking();
        if (subject.Length > 0)
            lines = lines.Where(a => a.Subject == subject);
        if (action.Length > 0)
            lines = lines.Where(a => a.Action == action);
        if (by is { } id)
        {
            var operatorId = AccountId.Of(id, "operator");
            lines = lines.Where(a => a.OperatorId == operatorId);
        }
        return await page.ReadAsync(lines.OrderByDescending(a => a.Id), AuditView.Of, cancellationToken);
    }
}
