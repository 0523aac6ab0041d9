namespace SmartFlow.TokenStore;

/// <summary>A balance with its running totals; every change raises <see cref="Rev"/>.</summary>
internal sealed class CreditAccount
{
    /// <summary>The user id; ours are negative (<see cref="SystemAccounts"/>).</summary>
    public long AccountId { get; set; }

    public long PostedMicros { get; set; }

    public long HeldMicros { get; set; }

    /// <summary>The number of the last ledger entry: 1, 2, 3 … without a gap.</summary>
    public long Seq { get; set; }

    /// <summary>+1 with every change of balance or holds: the version of the snapshot.</summary>
    public long Rev { get; set; }

    public long RechargedMicros { get; set; }

    public long RewardedMicros { get; set; }

    public long ConsumedMicros { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>One movement, never changed. The charge key (account, kind, event id) is unique for ever.</summary>
internal sealed class LedgerEntry
{
    public long TransactionId { get; set; }

    public long AccountId { get; set; }

    public long Seq { get; set; }

    /// <summary>call | order | grant | reward | adjust | refund | system.</summary>
    public required string Kind { get; set; }

    public required string EventId { get; set; }

    /// <summary>What the movement is: charge, order, welcome, forum_like …</summary>
    public required string Source { get; set; }

    public long AmountMicros { get; set; }

    public long BalanceAfterMicros { get; set; }

    /// <summary>The account on the other side.</summary>
    public long CounterAccountId { get; set; }

    /// <summary>Entries written in one transaction; each batch sums to zero.</summary>
    public long BatchId { get; set; }

    /// <summary>Of the payload: the same key with another fingerprint is a conflict.</summary>
    public long Fingerprint { get; set; }

    public long? OrderId { get; set; }

    public required string Description { get; set; }

    public required string MetadataJson { get; set; }

    /// <summary>The transaction that this one compensates; at most one does.</summary>
    public long? Reverses { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Credit set aside for a call that runs.</summary>
internal sealed class CreditHold
{
    public long AccountId { get; set; }

    public required string EventId { get; set; }

    public long AmountMicros { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A sticky refusal of a settlement, grant, reward or order: a redelivery gets the same answer.</summary>
internal sealed class CreditRejection
{
    public long AccountId { get; set; }

    public required string Kind { get; set; }

    public required string EventId { get; set; }

    public required string Reason { get; set; }

    public long Fingerprint { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What an account consumed in one hour, by scene and model; kept in the settlement's transaction.</summary>
internal sealed class CreditRollup
{
    public long AccountId { get; set; }

    /// <summary>Hours since 1970-01-01 UTC.</summary>
    public long Hour { get; set; }

    public required string Scene { get; set; }

    public required string ProviderName { get; set; }

    public required string ModelName { get; set; }

    public long CreditMicros { get; set; }

    public long Tokens { get; set; }

    public long Calls { get; set; }
}

/// <summary>What one source rewarded an account with on one day, for the daily cap.</summary>
internal sealed class RewardDay
{
    public long AccountId { get; set; }

    public required string Source { get; set; }

    /// <summary>yyyymmdd in the store's time zone.</summary>
    public long Day { get; set; }

    public long Micros { get; set; }
}

/// <summary>Who has had the welcome grant: a row for the normalised name and one for the e-mail address.</summary>
internal sealed class WelcomeGrant
{
    public required string Subject { get; set; }

    public long AccountId { get; set; }

    /// <summary>Days since 1970-01-01 UTC.</summary>
    public long Day { get; set; }

    /// <summary>The day and network of whoever asked, as one opaque word; empty: not known.</summary>
    public string Network { get; set; } = "";
}

/// <summary>
/// The other sides of users' movements. All accounts together sum to zero. On PostgreSQL each is split into shards,
/// which are accounts of their own, so that two transactions never wait for one; what it amounts to is the sum of its
/// shards.
/// </summary>
internal static class SystemAccounts
{
    public const long Sales = -1;
    public const long Rewards = -2;
    public const long UsageRevenue = -3;
    public const long Adjustments = -4;

    public static readonly long[] All = [Sales, Rewards, UsageRevenue, Adjustments];

    /// <summary>Room for as many kinds of system accounts.</summary>
    private const long Kinds = 16;

    /// <summary>The account that stands for the kind in this shard; shard 0 is the kind's own.</summary>
    public static long InShard(long kind, int shard) => kind - (shard * Kinds);

    public static long KindOf(long account) => -((-account - 1) % Kinds) - 1;
}

/// <summary>
/// Which life of the ledger this is: a restored back-up begins a new one, whose versions may be lower than those that
/// caches have seen.
/// </summary>
internal sealed class LedgerEpoch
{
    public const int TheOne = 1;

    public int Id { get; set; } = TheOne;

    public long Epoch { get; set; }
}
