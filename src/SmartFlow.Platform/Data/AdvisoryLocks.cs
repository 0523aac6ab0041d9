namespace SmartFlow.Platform.Data;

/// <summary>
/// Every advisory lock that this program takes on PostgreSQL. They share one space of numbers over all modules and
/// processes: each has its own, and whoever adds one adds it here.
/// </summary>
public static class AdvisoryLocks
{
    /// <summary>
    /// While a module's schema is made and migrated; for the session, asked for and never waited for.
    /// </summary>
    public const long Schema = 7_362_901;

    /// <summary>While rows are added that the store cannot work without; for the transaction.</summary>
    public const long StarterData = 7_362_902;

    /// <summary>
    /// While accounts are opened, which share a daily cap and welcome a person once; for the ledger's transaction.
    /// </summary>
    public const long OpenAccounts = 7_362_903;

    /// <summary>
    /// The first of two numbers, the other is the shard of our own accounts; for the ledger's transaction, never waited
    /// for.
    /// </summary>
    public const int Shards = 7_362_904;

    /// <summary>
    /// While an operator's refund or re-rating looks at what a call costs and books by it; for a transaction that
    /// writes nothing.
    /// </summary>
    public const long Corrections = 7_362_905;

    /// <summary>
    /// The first of two numbers, the other is the module's schema; held by the session that relays the module's outbox.
    /// </summary>
    public const int Relays = 7_362_906;
}
