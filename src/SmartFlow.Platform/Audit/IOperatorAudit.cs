namespace SmartFlow.Platform.Audit;

/// <summary>
/// The journal of what operators did. Kept by the module that owns money; a process of another sends its lines there.
/// </summary>
public interface IOperatorAudit
{
    /// <summary>
    /// Adds a line, durable; nothing is ever changed or removed. What was done is noted even if whoever asked for it
    /// has left by now, so nothing cancels it.
    /// </summary>
    Task RecordAsync(OperatorAction action);
}

/// <param name="By">Who, and in which request.</param>
/// <param name="Action">What, e.g. <c>dead_letter.requeue</c>.</param>
/// <param name="Subject">To what, e.g. <c>product:3</c>.</param>
/// <param name="Before">The state before as an object of the HTTP surface; null: there was none.</param>
/// <param name="After">The state after; null: it is gone or nothing changed.</param>
/// <param name="Reason">The operator's words; may be empty.</param>
public sealed record OperatorAction(
    Operator By,
    string Action,
    string Subject,
    object? Before,
    object? After,
    string Reason = ""
);
