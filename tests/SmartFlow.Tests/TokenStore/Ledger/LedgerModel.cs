using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// What the ledger should do, said again without its code: dictionaries, wide numbers, one command at a time. It knows
/// nothing of batches, locks, versions or SQL.
/// </summary>
internal sealed class LedgerModel
{
    public sealed class Account
    {
        public List<(string Kind, string EventId, long Amount)> Entries { get; } = [];

        public Dictionary<string, (long Amount, bool Expired)> Holds { get; } = [];

        public long Posted => (long)Entries.Aggregate((Int128)0, (sum, e) => sum + e.Amount);

        public long Held => Holds.Values.Sum(h => h.Amount);

        public Int128 Total(params string[] kinds) =>
            Entries.Where(e => kinds.Contains(e.Kind)).Aggregate((Int128)0, (sum, e) => sum + e.Amount);
    }

    public sealed class Order(long account, long credits, bool closed)
    {
        public long Account { get; } = account;

        public long Credits { get; } = credits;

        public bool Closed { get; } = closed;

        public bool Paid { get; set; }
    }

    public Dictionary<long, Account> Accounts { get; } = [];

    public Dictionary<long, Order> Orders { get; } = [];

    /// <summary>What was said under each charge key, and the refusal if it was refused.</summary>
    public Dictionary<(long Account, string Kind, string EventId), (string Content, string Refused)> Decided { get; } =
    [];

    /// <summary>Σ charges and the number of calls for the dashboard.</summary>
    public Dictionary<long, (Int128 Micros, long Calls)> Consumed { get; } = [];

    private readonly HashSet<string> welcomed = [];
    private readonly Dictionary<(long, string), (long Order, string Channel)> payments = [];
    private readonly Dictionary<(long, string, long), long> rewardDays = [];

    public LedgerDecision Apply(LedgerCommand command) =>
        command switch
        {
            OpenAccount c => Open(c),
            Reserve c => Hold(c),
            Release c => GiveBack(c.AccountId, c.EventId, onlyExpired: false),
            Expire c => GiveBack(c.AccountId, c.EventId, onlyExpired: true),
            Renew c => Extend(c),
            Post c => Book(c, $"{c.Kind} {c.AmountMicros} {c.Source} {c.CounterAccountId} {c.MetadataJson}"),
            CreditOrderPaid c => Pay(c),
            Reward c => Earn(c),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };

    private LedgerDecision Open(OpenAccount c)
    {
        var isNew = Accounts.TryAdd(c.AccountId, new Account());
        var key = (c.AccountId, "grant", $"welcome:{c.AccountId}");
        if (!Decided.ContainsKey(key) && !c.WelcomeSubject.Split(' ').Any(welcomed.Contains))
        {
            var welcome = new Post(
                c.AccountId,
                "grant",
                key.Item3,
                c.WelcomeMicros,
                "welcome",
                SystemAccounts.Rewards,
                "",
                "{}"
            );
            if (Book(welcome, "welcome").Outcome == LedgerOutcome.Applied)
            {
                welcomed.UnionWith(c.WelcomeSubject.Split(' '));
                isNew = true;
            }
        }
        return Say(isNew ? LedgerOutcome.Applied : LedgerOutcome.Repeated, c.AccountId);
    }

    private LedgerDecision Hold(Reserve c)
    {
        if (!Accounts.TryGetValue(c.AccountId, out var account))
            return default(LedgerDecision) with { Outcome = LedgerOutcome.NotFound };
        if (Decided.ContainsKey((c.AccountId, "call", c.EventId)))
            return Say(LedgerOutcome.Closed, c.AccountId);
        if (account.Holds.TryGetValue(c.EventId, out var open))
            return Say(LedgerOutcome.Repeated, c.AccountId, open.Amount);
        if (account.Posted < 0 || account.Posted - account.Held < c.AmountMicros)
            return Say(LedgerOutcome.Insufficient, c.AccountId);
        account.Holds[c.EventId] = (c.AmountMicros, c.Lifetime <= TimeSpan.Zero);
        return Say(LedgerOutcome.Applied, c.AccountId, c.AmountMicros);
    }

    private LedgerDecision GiveBack(long id, string eventId, bool onlyExpired)
    {
        if (!Accounts.TryGetValue(id, out var account))
            return default(LedgerDecision) with { Outcome = LedgerOutcome.NotFound };
        if (!account.Holds.TryGetValue(eventId, out var hold))
            return Say(LedgerOutcome.NotFound, id);
        if (onlyExpired && !hold.Expired)
            return Say(LedgerOutcome.Repeated, id);
        account.Holds.Remove(eventId);
        return Say(LedgerOutcome.Applied, id, hold.Amount);
    }

    private LedgerDecision Extend(Renew c)
    {
        if (!Accounts.TryGetValue(c.AccountId, out var account) || !account.Holds.TryGetValue(c.EventId, out var hold))
            return default(LedgerDecision) with { Outcome = LedgerOutcome.NotFound };
        account.Holds[c.EventId] = (hold.Amount, c.Lifetime <= TimeSpan.Zero);
        return Say(LedgerOutcome.Applied, c.AccountId, hold.Amount);
    }

    private LedgerDecision Book(Post c, string content)
    {
        var key = (c.AccountId, c.Kind, c.EventId);
        if (Decided.TryGetValue(key, out var before))
            return Say(
                before.Content != content ? LedgerOutcome.Conflict
                    : before.Refused == "no_account" ? LedgerOutcome.NotFound
                    : before.Refused == "out_of_range" ? LedgerOutcome.OutOfRange
                    : LedgerOutcome.Repeated,
                c.AccountId
            );
        var refused =
            !Accounts.TryGetValue(c.AccountId, out var account) ? "no_account"
            : Fits(account, c) ? ""
            : "out_of_range";
        // A charge waits for its account: only then is it decided.
        if (refused != "no_account" || c.Kind != "call")
            Decided[key] = (content, refused);
        if (refused.Length > 0)
            return Say(refused == "no_account" ? LedgerOutcome.NotFound : LedgerOutcome.OutOfRange, c.AccountId);
        if (c.Kind == "call")
            account!.Holds.Remove(c.EventId);
        account!.Entries.Add((c.Kind, c.EventId, c.AmountMicros));
        if (c.Consumption is { } of)
        {
            var (micros, calls) = Consumed.GetValueOrDefault(c.AccountId);
            Consumed[c.AccountId] = (micros - c.AmountMicros, calls + of.Calls);
        }
        return Say(LedgerOutcome.Applied, c.AccountId, c.AmountMicros);
    }

    private static bool Fits(Account account, Post c)
    {
        var total = c.Kind switch
        {
            "order" => account.Total("order"),
            "call" or "refund" => -account.Total("call", "refund"),
            _ => account.Total("grant", "reward", "adjust"),
        };
        var sign = c.Kind is "call" or "refund" ? -1 : 1;
        return Is64(account.Posted + (Int128)c.AmountMicros) && Is64(total + (sign * (Int128)c.AmountMicros));
    }

    private static bool Is64(Int128 value) => value == unchecked((long)value);

    private LedgerDecision Pay(CreditOrderPaid c)
    {
        if (
            !Orders.TryGetValue(c.OrderId, out var order)
            || order.Account != c.AccountId
            || !Accounts.ContainsKey(c.AccountId)
        )
            return default(LedgerDecision) with { Outcome = LedgerOutcome.NotFound };
        if (payments.TryGetValue((c.AccountId, c.PayKey), out var before) && before != (c.OrderId, c.Channel))
            return Say(LedgerOutcome.Conflict, c.AccountId);
        if (order.Paid)
            return Say(LedgerOutcome.Repeated, c.AccountId);
        if (order.Closed)
            return Say(LedgerOutcome.Closed, c.AccountId);
        var booked = Book(
            new Post(
                c.AccountId,
                "order",
                $"order:{c.OrderId}",
                order.Credits * 1_000_000,
                "order",
                SystemAccounts.Sales,
                "",
                ""
            ),
            "order"
        );
        if (booked.Outcome != LedgerOutcome.Applied)
            return booked;
        payments[(c.AccountId, c.PayKey)] = (c.OrderId, c.Channel);
        order.Paid = true;
        return booked;
    }

    private LedgerDecision Earn(Reward c)
    {
        var day = (c.AccountId, c.Source, c.Day);
        var soFar = rewardDays.GetValueOrDefault(day);
        var amount =
            c.SkippedAs.Length > 0 || (c.DailyCapMicros > 0 && soFar + c.AmountMicros > c.DailyCapMicros)
                ? 0
                : c.AmountMicros;
        var booked = Book(
            new Post(c.AccountId, "reward", c.EventId, amount, c.Source, SystemAccounts.Rewards, "", ""),
            $"{c.Source} {c.SourceRefId}"
        );
        if (booked.Outcome == LedgerOutcome.Applied)
            rewardDays[day] = soFar + amount;
        return booked;
    }

    private LedgerDecision Say(LedgerOutcome outcome, long id, long amount = 0) =>
        Accounts.TryGetValue(id, out var account)
            ? new(outcome, account.Posted, account.Held, amount)
            : new(outcome, 0, 0, amount);
}
