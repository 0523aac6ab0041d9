namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// Late-acceptance hill climbing (Burke and Bykov 2017): a change is kept if the plan is no worse than now, or than it
/// was some rounds ago. A change takes a few days' items off the board and puts them back, class by class in another
/// order, each the cheapest way under slightly disturbed costs.
/// </summary>
internal sealed class HillClimb(Search search, Dice dice, IProgress<PlanProgress>? progress)
{
    /// <summary>
    /// Rounds that acceptance looks back, and rounds without a better plan after which there is none to hope for.
    /// </summary>
    private const int Memory = 60,
        Patience = 4_000;

    private readonly Ruin ruin = new(search, dice);
    private readonly long[] late = new long[Memory];
    private readonly int[] best = new int[search.Board.Jobs.Length];
    private double told;

    public int Rounds { get; private set; }

    public Stopped Run()
    {
        var now = search.Costs.Total();
        var (least, since) = (now, 0);
        Array.Fill(late, now);
        search.Places(best);
        if (!ruin.Possible)
            return Stopped.Exact;
        Stopped? over;
        while ((over = search.Budget.Over()) is null && since < Patience)
        {
            var then = now + ruin.Try(partial: now >= Costs.Missing);
            ref var before = ref late[Rounds % Memory];
            if (then <= now || then <= before)
                now = then;
            else
                ruin.Undo();
            before = Math.Min(before, now);
            Rounds++;
            since++;
            if (now < least)
            {
                (least, since) = (now, 0);
                search.Places(best);
            }
            Tell(least);
        }
        search.Return(best);
        search.Mend(times: 1);
        return over ?? Stopped.Settled;
    }

    private void Tell(long cost)
    {
        if (progress is null || search.Budget.Share < told)
            return;
        told = search.Budget.Share + 0.01;
        progress.Report(
            new PlanProgress(Rounds, search.Budget.Share, (int)(cost / Costs.Missing), cost % Costs.Missing)
        );
    }
}
