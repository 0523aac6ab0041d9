using FsCheck;
using FsCheck.Fluent;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore;

/// <summary>The rules of the ledger against random sequences, by the identities that must always hold.</summary>
public sealed class LedgerFoldTests
{
    private static readonly DateTimeOffset Start = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_identity_holds_after_every_step_of_random_interleavings() =>
        Prop.ForAll(Commands(), commands =>
            {
                var state = Empty();
                foreach (var command in commands)
                {
                    LedgerFold.Run(state, [command]);
                    CheckIdentities(state);
                }
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_batch_decides_like_its_commands_one_by_one() =>
        Prop.ForAll(Commands(), commands =>
            {
                var one = Empty();
                var all = Empty();
                var single = commands.Select(c => LedgerFold.Run(one, [c])[0]).ToArray();
                LedgerFold.Run(all, commands).ShouldBe(single);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Holds_never_exceed_the_balance_at_admission()
    {
        var state = Funded(1_000);
        Outcome(state, new Reserve(1, "a", 600, TimeSpan.FromMinutes(1))).ShouldBe(LedgerOutcome.Applied);
        Outcome(state, new Reserve(1, "b", 401, TimeSpan.FromMinutes(1))).ShouldBe(LedgerOutcome.Insufficient);
        Outcome(state, new Reserve(1, "b", 400, TimeSpan.FromMinutes(1))).ShouldBe(LedgerOutcome.Applied);
    }

    [Fact]
    public void A_repeated_reserve_keeps_the_earlier_hold()
    {
        var state = Funded(1_000);
        LedgerFold.Run(state, [new Reserve(1, "a", 600, TimeSpan.FromMinutes(1))]);
        var again = LedgerFold.Run(state, [new Reserve(1, "a", 100, TimeSpan.FromMinutes(1))])[0];
        again.ShouldBe(new LedgerDecision(LedgerOutcome.Repeated, 1_000, 600, 600));
    }

    [Fact]
    public void A_charge_is_booked_once_and_gives_its_hold_back()
    {
        var state = Funded(1_000);
        LedgerFold
            .Run(state, [new Reserve(1, "a", 600, TimeSpan.FromMinutes(1)), Charge("a", 150), Charge("a", 150)])
            .Select(d => d.Outcome)
            .ShouldBe([LedgerOutcome.Applied, LedgerOutcome.Applied, LedgerOutcome.Repeated]);
        state.Accounts[1].PostedMicros.ShouldBe(850);
        state.Accounts[1].HeldMicros.ShouldBe(0);
    }

    [Fact]
    public void The_same_charge_with_another_amount_is_a_conflict_and_changes_nothing()
    {
        var state = Funded(1_000);
        LedgerFold.Run(state, [Charge("a", 150)]);
        Outcome(state, Charge("a", 151)).ShouldBe(LedgerOutcome.Conflict);
        state.Accounts[1].PostedMicros.ShouldBe(850);
    }

    [Fact]
    public void A_cost_above_its_hold_is_charged_in_full_and_may_go_below_zero()
    {
        var state = Funded(100);
        LedgerFold.Run(state, [new Reserve(1, "a", 100, TimeSpan.FromMinutes(1)), Charge("a", 250)]);
        state.Accounts[1].PostedMicros.ShouldBe(-150);
        Outcome(state, new Reserve(1, "b", 0, TimeSpan.FromMinutes(1))).ShouldBe(LedgerOutcome.Insufficient);
    }

    [Fact]
    public void A_charged_call_cannot_be_admitted_again()
    {
        var state = Funded(1_000);
        LedgerFold.Run(state, [Charge("a", 1)]);
        Outcome(state, new Reserve(1, "a", 1, TimeSpan.FromMinutes(1))).ShouldBe(LedgerOutcome.Closed);
    }

    [Fact]
    public void A_charge_without_an_account_is_booked_once_when_it_is_handed_in_again_and_there_is_one()
    {
        var state = Empty();
        Outcome(state, Charge("a", 1)).ShouldBe(LedgerOutcome.NotFound);
        state.NewRejections.ShouldBeEmpty();
        LedgerFold.Run(state, [new OpenAccount(1, "mei", 1_000, 10)]);
        Outcome(state, Charge("a", 1)).ShouldBe(LedgerOutcome.Applied);
        Outcome(state, Charge("a", 1)).ShouldBe(LedgerOutcome.Repeated);
        state.Accounts[1].PostedMicros.ShouldBe(999);
    }

    [Fact]
    public void A_refusal_that_an_earlier_version_wrote_for_a_missing_account_does_not_count()
    {
        var state = Funded(1_000);
        state.Know(new ChargeKey(1, Kinds.Call, "a"), Charge("a", 1).Fingerprint, Refusals.NoAccount);
        Outcome(state, Charge("a", 1)).ShouldBe(LedgerOutcome.Applied);
    }

    [Fact]
    public void Each_name_and_each_address_is_welcomed_once_and_a_network_below_its_own_cap()
    {
        var state = Empty();
        OpenAccount[] opened =
        [
            Of(1, "mei m@x.cn", "home"),
            Of(2, "an m@x.cn", "home"),
            Of(3, "mei n@x.cn", "home"),
            Of(4, "bo", "home"),
            Of(5, "ci", "home"),
            Of(6, "di", "elsewhere"),
            Of(7, "el", ""),
        ];
        LedgerFold.Run(state, opened);
        state.Accounts.Values.Select(a => a.PostedMicros).ShouldBe([100, 0, 0, 100, 0, 100, 100]);
        state.NewWelcomes.Select(w => w.Subject).ShouldBe(["mei", "m@x.cn", "bo", "di", "el"]);

        static OpenAccount Of(long id, string subject, string network) =>
            new(id, subject, 100, 50)
            {
                WelcomeNetwork = network,
                WelcomesPerNetwork = network.Length > 0 ? 2 : long.MaxValue,
            };
    }

    [Fact]
    public void The_welcome_grant_is_booked_once_per_person_and_below_the_days_cap()
    {
        var state = Empty();
        LedgerFold.Run(
            state,
            [new OpenAccount(1, "mei", 100, 2), new OpenAccount(1, "mei", 100, 2), new OpenAccount(2, "mei", 100, 2)]
        );
        LedgerFold.Run(state, [new OpenAccount(3, "an", 100, 2), new OpenAccount(4, "bo", 100, 2)]);
        state.Accounts.Values.Select(a => a.PostedMicros).ShouldBe([100, 0, 100, 0]);
    }

    [Fact]
    public void An_amount_that_overflows_is_refused_for_ever_and_alone()
    {
        var state = Funded(long.MaxValue - 5);
        LedgerFold
            .Run(state, [Grant("big", 6), Grant("small", 4), Grant("big", 6), Grant("big", 7)])
            .Select(d => d.Outcome)
            .ShouldBe([
                LedgerOutcome.OutOfRange,
                LedgerOutcome.Applied,
                LedgerOutcome.OutOfRange,
                LedgerOutcome.Conflict,
            ]);
        state.Accounts[1].PostedMicros.ShouldBe(long.MaxValue - 1);
        state.NewRejections.Single().Reason.ShouldBe(Refusals.OutOfRange);
        CheckIdentities(state);
    }

    private static LedgerOutcome Outcome(LedgerState state, LedgerCommand command) =>
        LedgerFold.Run(state, [command])[0].Outcome;

    private static LedgerState Empty() => new() { Now = Start, BatchId = 1 };

    private static LedgerState Funded(long micros)
    {
        var state = Empty();
        LedgerFold.Run(state, [new OpenAccount(1, "mei", micros, 10)]);
        return state;
    }

    private static Post Charge(string id, long micros, long account = 1) =>
        new(
            account,
            Kinds.Call,
            id,
            -micros,
            "charge",
            SystemAccounts.UsageRevenue,
            "",
            "{}",
            new Consumption("s", "p", "m", 3)
        );

    private static Post Grant(string id, long micros, long account = 1) =>
        new(account, Kinds.Reward, id, micros, "forum_like", SystemAccounts.Rewards, "", "{}");

    private static Arbitrary<LedgerCommand[]> Commands()
    {
        var account = Gen.Choose(1, 3).Select(a => (long)a);
        var id = Gen.Elements("a", "b", "c", "d", "e");
        var micros = Gen.Choose(0, 400).Select(m => (long)m);
        var command =
            from a in account
            from e in id
            from m in micros
            from which in Gen.Choose(0, 9)
            select which switch
            {
                0 => (LedgerCommand)new OpenAccount(a, "subject-" + a, 500, 2),
                1 or 2 or 3 => new Reserve(a, e, m, TimeSpan.FromSeconds(m - 200)),
                4 => new Release(a, e),
                5 => new Expire(a, e),
                6 => new Renew(a, e, TimeSpan.FromSeconds(m)),
                7 => Grant(e, m, a),
                _ => Charge(e, m, a),
            };
        return command.ArrayOf().ToArbitrary();
    }

    private static void CheckIdentities(LedgerState state)
    {
        foreach (var account in state.Accounts.Values)
        {
            var entries = state.NewEntries.Where(e => e.AccountId == account.AccountId).ToList();
            account.PostedMicros.ShouldBe(entries.Sum(e => e.AmountMicros));
            account.HeldMicros.ShouldBe(
                state.Holds.Values.Where(h => h.AccountId == account.AccountId).Sum(h => h.AmountMicros)
            );
            (account.RechargedMicros + account.RewardedMicros - account.ConsumedMicros).ShouldBe(account.PostedMicros);
            entries.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, entries.Count).Select(i => (long)i));
            var running = 0L;
            foreach (var entry in entries)
                entry.BalanceAfterMicros.ShouldBe(running += entry.AmountMicros);
            state
                .Consumed.Where(c => c.Key.AccountId == account.AccountId)
                .Sum(c => c.Value.CreditMicros)
                .ShouldBe(account.ConsumedMicros);
        }
        (state.Legs.Values.Sum() + state.Accounts.Values.Sum(a => a.PostedMicros)).ShouldBe(0);
        state.NewEntries.Select(e => (e.AccountId, e.Kind, e.EventId)).ShouldBeUnique();
    }
}
