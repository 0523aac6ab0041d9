namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// One run over the charges of a period, with how far it has come: it goes on from here after a crash.
/// </summary>
internal sealed class ReRating
{
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";

    public long Id { get; set; }

    public DateTimeOffset FromAt { get; set; }

    public DateTimeOffset ToAt { get; set; }

    /// <summary>Only charges that were priced by this rule; null: all.</summary>
    public long? PriceRuleId { get; set; }

    /// <summary>Priced under this version of that rule; null: under what was in force when the run began.</summary>
    public int? PriceRuleVersion { get; set; }

    /// <summary>"" = all, as for provider and model.</summary>
    public required string Scene { get; set; }

    public required string ProviderName { get; set; }

    public required string ModelName { get; set; }

    public required string Reason { get; set; }

    public long OperatorId { get; set; }

    /// <summary>running | done | failed.</summary>
    public required string Status { get; set; }

    public string Error { get; set; } = "";

    /// <summary>The last transaction that was looked at.</summary>
    public long Cursor { get; set; }

    /// <summary>Charges of the period that the filter takes.</summary>
    public long Seen { get; set; }

    public long Corrected { get; set; }

    /// <summary>Refunded, priced by no rule then or now, or corrected too often: left as they are.</summary>
    public long Skipped { get; set; }

    /// <summary>What users pay more.</summary>
    public long UpMicros { get; set; }

    /// <summary>What users get back.</summary>
    public long DownMicros { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
