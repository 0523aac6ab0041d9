namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// How good a plan is, term by term: what the term amounts to, what that costs, and a score that needs no units.
/// </summary>
internal static class QualityPanel
{
    /// <summary>
    /// The amount an item at which a score is 50, in thousandths of the unit. Spacing: see <see cref="HalfOfSpacing"/>.
    /// </summary>
    private static readonly int[] Halves = [0, 32_000, 2_000, 500, 500, 250, 500, 250, 500];

    /// <summary>An eighth of the class's days off, an item.</summary>
    private const int HalfOfSpacing = 125;

    public static IReadOnlyList<TermScore> Of(Search search)
    {
        var (board, costs, weights) = (search.Board, search.Costs, search.Board.Problem.Weights.All);
        var amounts = new long[weights.Length];
        var (items, window) = (0, 0L);
        for (var j = 0; j < board.Jobs.Length; j++)
        {
            if (board.Jobs[j].Locked)
                continue;
            if (board.Start(j) is not (>= 0 and var start))
            {
                amounts[(int)CostTerm.Moved] += costs.Unplaced(board.Jobs[j]);
                continue;
            }
            items++;
            window += Days(board.Problem, board.Problem.Classes[board.Jobs[j].Class]);
            amounts[(int)CostTerm.Spacing] += costs.Spacing(board.Jobs[j], start);
            amounts[(int)CostTerm.Slack] += costs.Slack(board.Jobs[j], start);
            amounts[(int)CostTerm.TimeOfDay] += costs.TimeOfDay(board.Jobs[j], start);
            amounts[(int)CostTerm.Moved] += costs.Moved(board.Jobs[j], start);
            amounts[(int)CostTerm.Hours] += costs.Hours(start);
        }
        for (var day = 0; day < board.Problem.Days; day++)
        {
            var (load, intensity, heavy, switches) = costs.Amounts(day);
            amounts[(int)CostTerm.Load] += load * 1_000;
            amounts[(int)CostTerm.Intensity] += intensity * 1_000;
            amounts[(int)CostTerm.Heavy] += heavy * 1_000;
            amounts[(int)CostTerm.Switches] += switches * 1_000;
        }
        return
        [
            .. amounts.Select(
                (a, t) =>
                    new TermScore(
                        (CostTerm)t,
                        a,
                        a * weights[t],
                        Score(a, t == 0 ? window * HalfOfSpacing : (long)items * Halves[t])
                    )
            ),
        ];
    }

    private static int Score(long amount, long half) => amount <= 0 ? 100 : (int)(100 * half / (half + amount));

    private static int Days(PlanProblem problem, PlanClass of) =>
        Math.Max(
            1,
            Math.Min(of.LastDay, problem.Days - 1) - Math.Max(of.FirstDay, problem.Now / problem.Shape.Sections) + 1
        );
}
