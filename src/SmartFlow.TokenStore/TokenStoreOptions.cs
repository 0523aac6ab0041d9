using System.ComponentModel.DataAnnotations;

namespace SmartFlow.TokenStore;

/// <summary>Section <c>TokenStore</c>.</summary>
internal sealed class TokenStoreOptions
{
    /// <summary>Whole Credits that a new account starts with.</summary>
    [Range(0, 1_000_000)]
    public long WelcomeCredits { get; set; } = 100;

    /// <summary>Welcome grants a day over all users.</summary>
    [Range(0, 100_000_000)]
    public long WelcomesADay { get; set; } = 100_000;

    /// <summary>
    /// Welcome grants a day of one network: an IPv4 address, or an IPv6 /64. What comes from this machine itself is not
    /// counted, because behind a proxy that is not trusted (Web:TrustedProxies) it may be everybody.
    /// </summary>
    [Range(0, 100_000_000)]
    public long WelcomesADayPerNetwork { get; set; } = 20;

    /// <summary>How long a hold lives without being renewed by its call.</summary>
    [Range(30, 86_400)]
    public int HoldSeconds { get; set; } = 600;

    /// <summary>How often expired holds are given back.</summary>
    [Range(1, 3_600)]
    public int HoldSweepSeconds { get; set; } = 30;

    /// <summary>Holds that are given back together; a sweep goes on while they come full.</summary>
    [Range(1, 100_000)]
    public int HoldSweepLimit { get; set; } = 1_000;

    /// <summary>Workers on PostgreSQL, split by account.</summary>
    [Range(1, 64)]
    public int LedgerWorkers { get; set; } = 2;

    /// <summary>Changes of accounts in one transaction.</summary>
    [Range(1, 10_000)]
    public int LedgerBatchLimit { get; set; } = 256;

    /// <summary>Changes of accounts that may wait; then new ones are refused.</summary>
    [Range(16, 1_000_000)]
    public int LedgerQueueLimit { get; set; } = 16_384;

    /// <summary>What one statement of the ledger, or its wait for a lock, may take on PostgreSQL.</summary>
    [Range(1, 300)]
    public int LedgerStatementSeconds { get; set; } = 10;

    /// <summary>How long a batch is tried again while its database is out of reach.</summary>
    [Range(0, 300)]
    public int LedgerRetrySeconds { get; set; } = 5;

    /// <summary>
    /// How long a balance of 0 or less that was read from the ledger is believed of a user without another look:
    /// another process may have booked a top-up meanwhile. 0: every refusal looks.
    /// </summary>
    [Range(0, 3_600)]
    public int RefusalSeconds { get; set; } = 1;

    /// <summary>Charges that one re-rating takes.</summary>
    [Range(1, 1_000_000_000)]
    public long ReRatingChargeLimit { get; set; } = 5_000_000;
}
