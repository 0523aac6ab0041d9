using FsCheck;
using FsCheck.Fluent;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>What goes wrong while a batch runs.</summary>
internal enum Fault
{
    None,

    /// <summary>The connection breaks once everything is locked, before anything is written.</summary>
    LostBeforeWrite,

    /// <summary>The database dies on the batch in the middle of its writes.</summary>
    LostInWrite,

    /// <summary>It is committed and nobody hears of it: the same batch is run again.</summary>
    LostAnswer,

    /// <summary>The process dies before the commit.</summary>
    CrashBeforeCommit,

    /// <summary>The process dies after the commit, before it answers.</summary>
    CrashAfterCommit,

    /// <summary>The batch decides on an older version of its accounts, as if they had not been locked.</summary>
    StaleRead,
}

/// <summary>One step: an order that somebody places, or a batch of commands that one of two processes runs.</summary>
internal abstract record Step;

internal sealed record PlaceOrder(int Account, long Credits, bool Closed) : Step
{
    public override string ToString() => $"order of {Credits} Credits for {Account}{(Closed ? ", closed" : "")}";
}

internal sealed record RunBatch(int Process, Fault Fault, LedgerCommand[] Commands) : Step
{
    public override string ToString() =>
        $"process {Process}{(Fault == Fault.None ? "" : $", {Fault}")}: {string.Join("; ", Commands.Select(c => c.ToString()))}";
}

/// <summary>A sequence of steps. Accounts are 1 to 3, orders are numbered in the order of their steps.</summary>
internal sealed record LedgerStory(Step[] Steps)
{
    private const long Huge = long.MaxValue - 1_000;
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(-1);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    public override string ToString() => string.Join("\n", Steps.Select((s, i) => $"  {i + 1}. {s}"));

    public static Arbitrary<LedgerStory> Any { get; } = Arb.From(Generator(), Shrink);

    private static Gen<LedgerStory> Generator()
    {
        var fault =
            from sick in Gen.Choose(0, 4)
            from which in Gen.Elements(Enum.GetValues<Fault>())
            select sick == 0 ? which : Fault.None;
        var batch =
            from process in Gen.Choose(0, 1)
            from f in fault
            from size in Gen.Choose(1, 5)
            from commands in Command().ArrayOf(size)
            select (Step)new RunBatch(process, f, commands);
        var order =
            from account in Gen.Choose(1, 3)
            from credits in Gen.Elements(1L, 3L, account == 1 ? 4_000_000_000_000L : 5L)
            from closed in Gen.Choose(0, 3)
            select (Step)new PlaceOrder(account, credits, closed == 0);
        var step = Gen.Choose(0, 7).SelectMany(n => n == 0 ? order : batch);
        return from opened in Gen.Choose(0, 9)
            from length in Gen.Choose(1, 14)
            from steps in step.ArrayOf(length)
            let open = new RunBatch(0, Fault.None, [Open(1, 500), Open(2, 500)])
            select new LedgerStory(opened == 0 ? steps : [open, .. steps]);
    }

    private static Gen<LedgerCommand> Command() =>
        from account in Gen.Choose(1, 3)
        from id in Gen.Elements("a", "b", "c", "d")
        from small in Gen.Choose(0, 300)
        from huge in Gen.Choose(0, 29)
        from which in Gen.Choose(0, 15)
        from n in Gen.Choose(0, 3)
        // A sum beyond 64 bits must be the account's own and not that of an account of ours, which others share.
        let isHuge = huge < 2 && which >= 7
        let micros = isHuge ? Huge : small
        let counter = isHuge ? -10L - account : 0
        select which switch
        {
            0 => Open(account, 500),
            1 or 2 or 3 => new Reserve(account, id, micros, n == 0 ? Gone : Long),
            4 => new Release(account, id),
            5 => new Expire(account, id),
            6 => (LedgerCommand)new Renew(account, id, n == 0 ? Gone : Long),
            7 => new Post(account, Kinds.Grant, id, micros, "grant", Either(counter, SystemAccounts.Rewards), "", "{}"),
            8 => new Post(
                account,
                Kinds.Adjust,
                id,
                n == 0 ? -micros : micros,
                "adjust",
                Either(counter, SystemAccounts.Adjustments),
                "",
                $$"""{"n":{{n}}}"""
            ),
            9 => new Post(
                account,
                Kinds.Refund,
                id,
                micros,
                "refund",
                Either(counter, SystemAccounts.UsageRevenue),
                "",
                "{}"
            ),
            10 => new Reward(
                account,
                id,
                "forum_like",
                "post " + n,
                small,
                n == 1 ? 0 : 400,
                20261122,
                n < 3 ? "" : Skipped.Disabled,
                "Liked"
            ),
            11 or 12 => new CreditOrderPaid(account, n + 1, "key " + (n + small % 2), "mock"),
            _ => new Post(
                account,
                Kinds.Call,
                id,
                -micros,
                "charge",
                Either(counter, SystemAccounts.UsageRevenue),
                "m · s",
                $$"""{"n":{{n / 3}}}""",
                new Consumption("scene", "provider", "model " + n, small)
            ),
        };

    private static long Either(long counter, long otherwise) => counter == 0 ? otherwise : counter;

    private static OpenAccount Open(int account, long welcome) =>
        new(account, account == 3 ? "subject-3 subject-1" : "subject-" + account, welcome, 1_000_000);

    /// <summary>Without a step, without a command, without a fault.</summary>
    private static IEnumerable<LedgerStory> Shrink(LedgerStory story)
    {
        var steps = story.Steps;
        if (steps.Length > 3)
        {
            yield return new(steps[..(steps.Length / 2)]);
            yield return new(steps[(steps.Length / 2)..]);
        }
        for (var i = 0; i < steps.Length; i++)
            yield return new([.. steps[..i], .. steps[(i + 1)..]]);
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i] is not RunBatch batch)
                continue;
            if (batch.Commands.Length > 1)
                for (var c = 0; c < batch.Commands.Length; c++)
                    yield return With(
                        steps,
                        i,
                        batch with
                        {
                            Commands = [.. batch.Commands[..c], .. batch.Commands[(c + 1)..]],
                        }
                    );
            if (batch.Fault != Fault.None)
                yield return With(steps, i, batch with { Fault = Fault.None });
        }
    }

    private static LedgerStory With(Step[] steps, int index, Step step) =>
        new([.. steps[..index], step, .. steps[(index + 1)..]]);
}
