namespace SmartFlow.TokenStore;

/// <summary>What can happen to an account. All of them pass one worker, in batches.</summary>
internal abstract record LedgerCommand(long AccountId)
{
    /// <summary>It must survive power loss before it is acknowledged.</summary>
    public virtual bool Durable => true;
}

/// <summary>A change of a hold: it survives the death of the process.</summary>
internal abstract record HoldCommand(long AccountId) : LedgerCommand(AccountId)
{
    public sealed override bool Durable => false;
}

/// <summary>
/// Opens the account and books the welcome grant, once for each of its subjects and below the day's caps.
/// </summary>
/// <param name="WelcomeSubject">What may be welcomed once, separated by blanks: a name, an e-mail address.</param>
internal sealed record OpenAccount(long AccountId, string WelcomeSubject, long WelcomeMicros, long WelcomesADay)
    : LedgerCommand(AccountId)
{
    /// <summary>The day and network of whoever asks, as one opaque word; empty: not known.</summary>
    public string WelcomeNetwork { get; init; } = "";

    /// <summary>Welcome grants of one network.</summary>
    public long WelcomesPerNetwork { get; init; } = long.MaxValue;

    public string[] WelcomeSubjects { get; } = WelcomeSubject.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Sets Credit aside for a call; an open hold of the same key is kept as it is.</summary>
internal sealed record Reserve(long AccountId, string EventId, long AmountMicros, TimeSpan Lifetime)
    : HoldCommand(AccountId);

/// <summary>Gives a hold back.</summary>
internal sealed record Release(long AccountId, string EventId) : HoldCommand(AccountId);

/// <summary>Moves the expiry of an open hold.</summary>
internal sealed record Renew(long AccountId, string EventId, TimeSpan Lifetime) : HoldCommand(AccountId);

/// <summary>Gives a hold back if it has expired by the batch's clock.</summary>
internal sealed record Expire(long AccountId, string EventId) : HoldCommand(AccountId);

/// <summary>Books a movement once per (account, kind, event id); a charge of a call also gives its hold back.</summary>
internal sealed record Post(
    long AccountId,
    string Kind,
    string EventId,
    long AmountMicros,
    string Source,
    long CounterAccountId,
    string Description,
    string MetadataJson,
    Consumption? Consumption = null,
    long? Reverses = null
) : LedgerCommand(AccountId)
{
    /// <summary>Of everything that must be the same in a repeat.</summary>
    public long Fingerprint { get; init; } =
        SmartFlow.TokenStore.Fingerprint.Of($"{Kind}|{AmountMicros}|{Source}|{CounterAccountId}|{MetadataJson}");
}

/// <summary>What a charge adds to the dashboard; a refund takes Credit off and adds no tokens and no call.</summary>
internal sealed record Consumption(string Scene, string ProviderName, string ModelName, long Tokens, long Calls = 1);

/// <summary>
/// Books a reward once per event. Where its rule does not give it or the day's cap leaves no room for all of it, an
/// entry of 0 says so: the decision stays, whatever the rule becomes.
/// </summary>
/// <param name="Day">The day that the cap counts, as yyyymmdd.</param>
/// <param name="DailyCapMicros">0: no limit.</param>
/// <param name="SourceRefId">What was rewarded, e.g. the post.</param>
/// <param name="SkippedAs">Why nothing is earned whatever the cap; empty: something is.</param>
internal sealed record Reward(
    long AccountId,
    string EventId,
    string Source,
    string SourceRefId,
    long AmountMicros,
    long DailyCapMicros,
    long Day,
    string SkippedAs,
    string Description
) : LedgerCommand(AccountId);

/// <summary>Marks a pending order paid and credited and books its Credit.</summary>
/// <param name="PayKey">The buyer's key of this payment: it pays one order, through one channel.</param>
internal sealed record CreditOrderPaid(long AccountId, long OrderId, string PayKey, string Channel)
    : LedgerCommand(AccountId);

/// <summary>The words of <see cref="LedgerEntry.Kind"/>.</summary>
internal static class Kinds
{
    public const string Call = "call";
    public const string Order = "order";
    public const string Grant = "grant";
    public const string Reward = "reward";
    public const string Adjust = "adjust";
    public const string Refund = "refund";
    public const string System = "system";
}

/// <summary>What became of a command.</summary>
internal enum LedgerOutcome
{
    /// <summary>Done now.</summary>
    Applied,

    /// <summary>Done before with the same content: nothing changed.</summary>
    Repeated,

    /// <summary>Done before with other content: nothing changed.</summary>
    Conflict,

    /// <summary>There is no such account, hold or order.</summary>
    NotFound,

    /// <summary>The balance less the holds does not cover it.</summary>
    Insufficient,

    /// <summary>The call has been charged already, or the order is closed.</summary>
    Closed,

    /// <summary>A sum would leave the range of 64 bits: nothing changed, and a repeat gets the same answer.</summary>
    OutOfRange,
}

/// <param name="Outcome">What became of the command.</param>
/// <param name="PostedMicros">The balance after it.</param>
/// <param name="HeldMicros">Σ holds after it.</param>
/// <param name="AmountMicros">The hold in force, or what was booked.</param>
internal readonly record struct LedgerDecision(
    LedgerOutcome Outcome,
    long PostedMicros,
    long HeldMicros,
    long AmountMicros = 0
);

/// <summary>What a command gets: a decision, or why there is none.</summary>
internal readonly record struct LedgerAnswer(LedgerDecision Decision, Exception? Failure);
