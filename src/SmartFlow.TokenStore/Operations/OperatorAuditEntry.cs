using System.Text.Json;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// A line of the operators' journal: never changed, never removed, which the database itself sees to.
/// </summary>
internal sealed class OperatorAuditEntry
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public long OperatorId { get; set; }

    public required string OperatorName { get; set; }

    public required string Action { get; set; }

    public required string Subject { get; set; }

    /// <summary>Null: there was nothing before.</summary>
    public string? BeforeJson { get; set; }

    public string? AfterJson { get; set; }

    public required string Reason { get; set; }

    public required string RequestId { get; set; }

    public static OperatorAuditEntry Of(OperatorAction action, DateTimeOffset now) =>
        new()
        {
            At = now,
            OperatorId = checked((long)action.By.UserId),
            OperatorName = action.By.Name,
            Action = action.Action,
            Subject = action.Subject,
            BeforeJson = Json(action.Before),
            AfterJson = Json(action.After),
            Reason = action.Reason,
            RequestId = action.By.RequestId,
        };

    private static string? Json(object? state) =>
        state is null ? null : JsonSerializer.Serialize(state, state.GetType(), WebJson.Options);
}
