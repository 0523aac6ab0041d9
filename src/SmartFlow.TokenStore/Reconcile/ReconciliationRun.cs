namespace SmartFlow.TokenStore.Reconcile;

/// <summary>The result of a reconciliation, so that it is known after a restart.</summary>
internal sealed class ReconciliationRun
{
    public const string Background = "background";
    public const string ByOperator = "operator";

    public long Id { get; set; }

    public DateTimeOffset CheckedAt { get; set; }

    public bool Ok { get; set; }

    /// <summary>background | operator.</summary>
    public required string Trigger { get; set; }

    public required string ReportJson { get; set; }
}
