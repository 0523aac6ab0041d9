namespace SmartFlow.TokenStore;

/// <summary>Names a movement or a hold: the charge key.</summary>
internal readonly record struct ChargeKey(long AccountId, string Kind, string EventId);

/// <summary>What an account was rewarded by one source on one day.</summary>
internal readonly record struct RewardDayKey(long AccountId, string Source, long Day);

/// <summary>Names a payment.</summary>
internal readonly record struct PaymentKey(long AccountId, string PayKey);

/// <summary>What a batch has to know before it decides.</summary>
internal sealed class LedgerNeeds
{
    public SortedSet<long> Accounts { get; } = [];

    public HashSet<ChargeKey> Decisions { get; } = [];

    public HashSet<ChargeKey> Holds { get; } = [];

    public SortedSet<long> Orders { get; } = [];

    public HashSet<PaymentKey> Payments { get; } = [];

    public HashSet<RewardDayKey> RewardDays { get; } = [];

    public HashSet<string> WelcomeSubjects { get; } = [];

    public HashSet<string> WelcomeNetworks { get; } = [];

    /// <summary>It writes something that must survive power loss.</summary>
    public bool Durable { get; private set; }

    public static LedgerNeeds Of(IReadOnlyList<LedgerCommand> commands)
    {
        var needs = new LedgerNeeds();
        foreach (var command in commands)
            needs.Add(command);
        return needs;
    }

    private void Add(LedgerCommand command)
    {
        Accounts.Add(command.AccountId);
        Durable |= command.Durable;
        switch (command)
        {
            case OpenAccount open:
                WelcomeSubjects.UnionWith(open.WelcomeSubjects);
                if (open.WelcomeNetwork.Length > 0)
                    WelcomeNetworks.Add(open.WelcomeNetwork);
                Decisions.Add(LedgerFold.WelcomeKey(open.AccountId));
                break;
            case Reserve reserve:
                Decisions.Add(new(reserve.AccountId, Kinds.Call, reserve.EventId));
                Holds.Add(new(reserve.AccountId, Kinds.Call, reserve.EventId));
                break;
            case Release release:
                Holds.Add(new(release.AccountId, Kinds.Call, release.EventId));
                break;
            case Renew renew:
                Holds.Add(new(renew.AccountId, Kinds.Call, renew.EventId));
                break;
            case Expire expire:
                Holds.Add(new(expire.AccountId, Kinds.Call, expire.EventId));
                break;
            case Post post:
                Decisions.Add(new(post.AccountId, post.Kind, post.EventId));
                if (post.Kind == Kinds.Call)
                    Holds.Add(new(post.AccountId, Kinds.Call, post.EventId));
                break;
            case CreditOrderPaid paid:
                Orders.Add(paid.OrderId);
                Payments.Add(new(paid.AccountId, paid.PayKey));
                Decisions.Add(LedgerFold.OrderKey(paid.AccountId, paid.OrderId));
                break;
            case Reward reward:
                Decisions.Add(new(reward.AccountId, Kinds.Reward, reward.EventId));
                RewardDays.Add(new(reward.AccountId, reward.Source, reward.Day));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No such command.");
        }
    }
}

/// <summary>What the store holds of a batch's needs, locked; and, after the fold, what to write.</summary>
internal sealed class LedgerState
{
    public required DateTimeOffset Now { get; init; }

    public required long BatchId { get; init; }

    /// <summary>Which life of the ledger this is.</summary>
    public long Epoch { get; init; }

    /// <summary>Which part of our own accounts the batch books its other side on.</summary>
    public int Shard { get; init; }

    public Dictionary<long, CreditAccount> Accounts { get; } = [];

    public Dictionary<ChargeKey, CreditHold> Holds { get; } = [];

    /// <summary>Fingerprints of the decisions taken so far, booked and refused.</summary>
    public Dictionary<ChargeKey, long> Decisions { get; } = [];

    /// <summary>Those of them that were refused, and why.</summary>
    public Dictionary<ChargeKey, string> Refused { get; } = [];

    public Dictionary<long, CreditOrder> Orders { get; } = [];

    /// <summary>What each payment so far paid, and through which channel.</summary>
    public Dictionary<PaymentKey, (long OrderId, string Channel)> Payments { get; } = [];

    /// <summary>Micro-credits of the day; absent: none.</summary>
    public Dictionary<RewardDayKey, long> RewardDays { get; } = [];

    public HashSet<string> WelcomedSubjects { get; } = [];

    public long WelcomesToday { get; set; }

    /// <summary>Absent: none.</summary>
    public Dictionary<string, long> WelcomesOfNetworks { get; } = new(StringComparer.Ordinal);

    // What the fold changed:
    public Dictionary<long, long> OldRevs { get; } = [];

    public HashSet<long> NewAccounts { get; } = [];

    public List<LedgerEntry> NewEntries { get; } = [];

    public HashSet<ChargeKey> PutHolds { get; } = [];

    public HashSet<ChargeKey> GoneHolds { get; } = [];

    public Dictionary<
        (long AccountId, Consumption Of),
        (long CreditMicros, long Tokens, long Calls)
    > Consumed { get; } = [];

    public List<CreditOrder> CreditedOrders { get; } = [];

    public List<CreditRejection> NewRejections { get; } = [];

    public HashSet<RewardDayKey> ChangedRewardDays { get; } = [];

    public List<WelcomeGrant> NewWelcomes { get; } = [];

    /// <summary>Σ of the users' movements by the account on the other side: one leg each for the whole batch.</summary>
    public SortedDictionary<long, long> Legs { get; } = [];

    /// <param name="reason">Empty: it was booked.</param>
    public void Know(ChargeKey key, long fingerprint, string reason)
    {
        // Written by earlier versions: a charge is not refused for ever for what can be mended.
        if (key.Kind == Kinds.Call && reason == Refusals.NoAccount)
            return;
        Decisions[key] = fingerprint;
        if (reason.Length > 0)
            Refused[key] = reason;
    }
}
