using System.Globalization;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.TokenStore;

/// <summary>
/// The rules of the ledger, without I/O: folds commands in the order of arrival over the locked state of a batch.
/// Σ holds ≤ balance at admission; each charge key is decided once; a cost above its hold is charged in full.
/// </summary>
internal static class LedgerFold
{
    public static ChargeKey WelcomeKey(long account) =>
        new(account, Kinds.Grant, "welcome:" + account.ToString(CultureInfo.InvariantCulture));

    public static ChargeKey OrderKey(long account, long order) =>
        new(account, Kinds.Order, "order:" + order.ToString(CultureInfo.InvariantCulture));

    public static LedgerDecision[] Run(LedgerState state, IReadOnlyList<LedgerCommand> commands)
    {
        var decisions = new LedgerDecision[commands.Count];
        for (var i = 0; i < decisions.Length; i++)
            decisions[i] = commands[i] switch
            {
                OpenAccount c => Open(state, c),
                Reserve c => Hold(state, c),
                Release c => GiveBack(state, new(c.AccountId, Kinds.Call, c.EventId), evenIfRunning: true),
                Expire c => GiveBack(state, new(c.AccountId, Kinds.Call, c.EventId), evenIfRunning: false),
                Renew c => Extend(state, c),
                Post c => Book(state, c),
                CreditOrderPaid c => Credit(state, c),
                Reward c => Earn(state, c),
                var other => throw new ArgumentOutOfRangeException(
                    nameof(commands),
                    other.GetType().Name,
                    "No such command."
                ),
            };
        return decisions;
    }

    private static LedgerDecision Open(LedgerState state, OpenAccount open)
    {
        var isNew = !state.Accounts.ContainsKey(open.AccountId);
        if (isNew)
        {
            state.Accounts[open.AccountId] = new CreditAccount
            {
                AccountId = open.AccountId,
                CreatedAt = state.Now,
                UpdatedAt = state.Now,
            };
            state.NewAccounts.Add(open.AccountId);
        }
        var welcome =
            open.WelcomeMicros > 0
            && !state.Decisions.ContainsKey(WelcomeKey(open.AccountId))
            && state.WelcomesToday < open.WelcomesADay
            && state.WelcomesOfNetworks.GetValueOrDefault(open.WelcomeNetwork) < open.WelcomesPerNetwork
            && !open.WelcomeSubjects.Any(state.WelcomedSubjects.Contains)
            && Book(
                state,
                new Post(
                    open.AccountId,
                    Kinds.Grant,
                    WelcomeKey(open.AccountId).EventId,
                    open.WelcomeMicros,
                    "welcome",
                    SystemAccounts.Rewards,
                    "Welcome grant",
                    "{}"
                )
            ).Outcome == LedgerOutcome.Applied;
        if (welcome)
        {
            state.WelcomesToday++;
            if (open.WelcomeNetwork.Length > 0)
                state.WelcomesOfNetworks[open.WelcomeNetwork] =
                    state.WelcomesOfNetworks.GetValueOrDefault(open.WelcomeNetwork) + 1;
            foreach (var subject in open.WelcomeSubjects.Distinct(StringComparer.Ordinal))
            {
                state.WelcomedSubjects.Add(subject);
                state.NewWelcomes.Add(
                    new WelcomeGrant
                    {
                        Subject = subject,
                        AccountId = open.AccountId,
                        Day = state.Now.ToUnixTimeSeconds() / 86_400,
                        Network = open.WelcomeNetwork,
                    }
                );
            }
        }
        return Decide(
            state.Accounts[open.AccountId],
            isNew || welcome ? LedgerOutcome.Applied : LedgerOutcome.Repeated
        );
    }

    private static LedgerDecision Hold(LedgerState state, Reserve reserve)
    {
        var key = new ChargeKey(reserve.AccountId, Kinds.Call, reserve.EventId);
        if (!state.Accounts.TryGetValue(reserve.AccountId, out var account))
            return new(LedgerOutcome.NotFound, 0, 0);
        if (state.Decisions.ContainsKey(key))
            return Decide(account, LedgerOutcome.Closed);
        if (state.Holds.TryGetValue(key, out var open))
            return Decide(account, LedgerOutcome.Repeated, open.AmountMicros);
        // A balance below zero admits nothing, not even a free call; after that the subtraction cannot overflow.
        if (account.PostedMicros < 0 || reserve.AmountMicros > account.PostedMicros - account.HeldMicros)
            return Decide(account, LedgerOutcome.Insufficient);
        Touch(state, account);
        account.HeldMicros += reserve.AmountMicros;
        state.Holds[key] = new CreditHold
        {
            AccountId = reserve.AccountId,
            EventId = reserve.EventId,
            AmountMicros = reserve.AmountMicros,
            CreatedAt = state.Now,
            ExpiresAt = state.Now + reserve.Lifetime,
        };
        Put(state, key);
        return Decide(account, LedgerOutcome.Applied, reserve.AmountMicros);
    }

    private static LedgerDecision GiveBack(LedgerState state, ChargeKey key, bool evenIfRunning)
    {
        if (!state.Accounts.TryGetValue(key.AccountId, out var account))
            return new(LedgerOutcome.NotFound, 0, 0);
        if (!state.Holds.TryGetValue(key, out var hold))
            return Decide(account, LedgerOutcome.NotFound);
        if (!evenIfRunning && hold.ExpiresAt > state.Now)
            return Decide(account, LedgerOutcome.Repeated);
        RemoveHold(state, account, key, hold);
        return Decide(account, LedgerOutcome.Applied, hold.AmountMicros);
    }

    private static LedgerDecision Extend(LedgerState state, Renew renew)
    {
        var key = new ChargeKey(renew.AccountId, Kinds.Call, renew.EventId);
        if (!state.Holds.TryGetValue(key, out var hold))
            return new(LedgerOutcome.NotFound, 0, 0);
        hold.ExpiresAt = state.Now + renew.Lifetime;
        Put(state, key);
        return Decide(state.Accounts[renew.AccountId], LedgerOutcome.Applied, hold.AmountMicros);
    }

    private static LedgerDecision Book(LedgerState state, Post post)
    {
        var key = new ChargeKey(post.AccountId, post.Kind, post.EventId);
        var known = state.Accounts.TryGetValue(post.AccountId, out var account);
        if (state.Decisions.TryGetValue(key, out var fingerprint))
            return fingerprint != post.Fingerprint
                ? Decide(account, LedgerOutcome.Conflict)
                : Decide(account, Again(state, key));
        // Nothing is decided where only the account is missing: once there is one, a charge that is handed in again is
        // booked.
        if (!known && post.Kind == Kinds.Call)
            return new(LedgerOutcome.NotFound, 0, 0);
        state.Decisions[key] = post.Fingerprint;
        if (!known)
            return Refuse(state, key, null, post.Fingerprint, Refusals.NoAccount);
        if (!Fits(account!, post))
            return Refuse(state, key, account, post.Fingerprint, Refusals.OutOfRange);

        Touch(state, account!);
        if (post.Kind == Kinds.Call && state.Holds.TryGetValue(key, out var hold))
            RemoveHold(state, account!, key, hold);
        account!.PostedMicros += post.AmountMicros;
        account.Seq++;
        Total(account, post);
        var counter = SystemAccounts.InShard(post.CounterAccountId, state.Shard);
        // Beyond 64 bits only together with others: the batch is halved and each half fits.
        state.Legs[counter] = checked(state.Legs.GetValueOrDefault(counter) - post.AmountMicros);
        state.NewEntries.Add(Entry(state, account, post, counter));
        if (post.Consumption is { } of)
        {
            var group = (post.AccountId, of with { Tokens = 0, Calls = 0 });
            var sum = state.Consumed.GetValueOrDefault(group);
            state.Consumed[group] = (
                sum.CreditMicros - post.AmountMicros,
                sum.Tokens + of.Tokens,
                sum.Calls + of.Calls
            );
        }
        return Decide(account, LedgerOutcome.Applied, post.AmountMicros);
    }

    private static LedgerDecision Credit(LedgerState state, CreditOrderPaid paid)
    {
        if (
            !state.Orders.TryGetValue(paid.OrderId, out var order)
            || order.UserId != paid.AccountId
            || !state.Accounts.TryGetValue(paid.AccountId, out var account)
        )
            return new(LedgerOutcome.NotFound, 0, 0);
        var payment = new PaymentKey(paid.AccountId, paid.PayKey);
        if (state.Payments.TryGetValue(payment, out var earlier) && earlier != (paid.OrderId, paid.Channel))
            return Decide(account, LedgerOutcome.Conflict);
        if (order.Status == OrderStatus.Credited)
            return Decide(account, LedgerOutcome.Repeated);
        if (order.Status == OrderStatus.Closed)
            return Decide(account, LedgerOutcome.Closed);
        if (order.CreditAmount > long.MaxValue / Pricing.MicrosPerCredit)
            return Decide(account, LedgerOutcome.OutOfRange);
        var decision = Book(
            state,
            new Post(
                paid.AccountId,
                Kinds.Order,
                OrderKey(paid.AccountId, paid.OrderId).EventId,
                order.CreditAmount * Pricing.MicrosPerCredit,
                "order",
                SystemAccounts.Sales,
                order.ProductName,
                $$"""{"order_id":{{order.OrderId}}}"""
            )
        );
        if (decision.Outcome is not (LedgerOutcome.Applied or LedgerOutcome.Repeated))
            return decision;
        state.Payments[payment] = (paid.OrderId, paid.Channel);
        (order.PayKey, order.MockChannel) = (paid.PayKey, paid.Channel);
        order.Status = OrderStatus.Credited;
        order.PaidAt ??= state.Now;
        order.CreditedAt = state.Now;
        state.CreditedOrders.Add(order);
        return decision;
    }

    private static LedgerDecision Earn(LedgerState state, Reward reward)
    {
        var day = new RewardDayKey(reward.AccountId, reward.Source, reward.Day);
        var soFar = state.RewardDays.GetValueOrDefault(day);
        var skipped =
            reward.SkippedAs.Length > 0 ? reward.SkippedAs
            : reward.DailyCapMicros > 0 && reward.AmountMicros > reward.DailyCapMicros - soFar ? Skipped.DailyCap
            : "";
        var decision = Book(
            state,
            new Post(
                reward.AccountId,
                Kinds.Reward,
                reward.EventId,
                skipped.Length > 0 ? 0 : reward.AmountMicros,
                reward.Source,
                SystemAccounts.Rewards,
                reward.Description,
                Skipped.Metadata(reward.SourceRefId, skipped)
            )
            {
                // Not of the amount: a rule that changed in between does not make a repeat another event.
                Fingerprint = Fingerprint.Of($"{Kinds.Reward}|{reward.Source}|{reward.SourceRefId}"),
            }
        );
        if (decision is { Outcome: LedgerOutcome.Applied, AmountMicros: > 0 })
        {
            state.RewardDays[day] = checked(soFar + decision.AmountMicros);
            state.ChangedRewardDays.Add(day);
        }
        return decision;
    }

    /// <summary>Sticky: whatever changes later, a repeat gets this answer.</summary>
    private static LedgerDecision Refuse(
        LedgerState state,
        ChargeKey key,
        CreditAccount? account,
        long fingerprint,
        string reason
    )
    {
        state.Refused[key] = reason;
        state.NewRejections.Add(
            new CreditRejection
            {
                AccountId = key.AccountId,
                Kind = key.Kind,
                EventId = key.EventId,
                Reason = reason,
                Fingerprint = fingerprint,
                CreatedAt = state.Now,
            }
        );
        return Decide(account, Again(state, key));
    }

    private static LedgerOutcome Again(LedgerState state, ChargeKey key) =>
        !state.Refused.TryGetValue(key, out var reason) ? LedgerOutcome.Repeated
        : reason == Refusals.OutOfRange ? LedgerOutcome.OutOfRange
        : LedgerOutcome.NotFound;

    /// <summary>Every sum of the account that the movement enters stays within 64 bits.</summary>
    private static bool Fits(CreditAccount account, Post post)
    {
        var total =
            post.Kind == Kinds.Order ? account.RechargedMicros + (Int128)post.AmountMicros
            : post.Kind is Kinds.Call or Kinds.Refund ? account.ConsumedMicros - (Int128)post.AmountMicros
            : account.RewardedMicros + (Int128)post.AmountMicros;
        return IsLong(account.PostedMicros + (Int128)post.AmountMicros) && IsLong(total);
    }

    private static bool IsLong(Int128 value) => value >= long.MinValue && value <= long.MaxValue;

    private static LedgerEntry Entry(LedgerState state, CreditAccount account, Post post, long counter) =>
        new()
        {
            AccountId = account.AccountId,
            Seq = account.Seq,
            Kind = post.Kind,
            EventId = post.EventId,
            Source = post.Source,
            AmountMicros = post.AmountMicros,
            BalanceAfterMicros = account.PostedMicros,
            CounterAccountId = counter,
            BatchId = state.BatchId,
            Fingerprint = post.Fingerprint,
            OrderId =
                post.Kind == Kinds.Order
                    ? long.Parse(post.EventId.AsSpan("order:".Length), CultureInfo.InvariantCulture)
                    : null,
            Description = post.Description,
            MetadataJson = post.MetadataJson,
            Reverses = post.Reverses,
            CreatedAt = state.Now,
        };

    private static void Total(CreditAccount account, Post post)
    {
        if (post.Kind == Kinds.Order)
            account.RechargedMicros += post.AmountMicros;
        else if (post.Kind is Kinds.Call or Kinds.Refund)
            account.ConsumedMicros -= post.AmountMicros;
        else
            account.RewardedMicros += post.AmountMicros;
    }

    private static void RemoveHold(LedgerState state, CreditAccount account, ChargeKey key, CreditHold hold)
    {
        Touch(state, account);
        account.HeldMicros -= hold.AmountMicros;
        state.Holds.Remove(key);
        state.PutHolds.Remove(key);
        state.GoneHolds.Add(key);
    }

    private static void Put(LedgerState state, ChargeKey key)
    {
        state.GoneHolds.Remove(key);
        state.PutHolds.Add(key);
    }

    private static void Touch(LedgerState state, CreditAccount account)
    {
        state.OldRevs.TryAdd(account.AccountId, account.Rev);
        account.Rev++;
        account.UpdatedAt = state.Now;
    }

    private static LedgerDecision Decide(CreditAccount? account, LedgerOutcome outcome, long amount = 0) =>
        new(outcome, account?.PostedMicros ?? 0, account?.HeldMicros ?? 0, amount);
}
