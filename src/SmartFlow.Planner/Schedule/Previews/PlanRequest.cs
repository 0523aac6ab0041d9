using SmartFlow.Planner.Scheduling;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>What is to be planned.</summary>
/// <param name="TaskClassIds">1 to 6.</param>
/// <param name="Seed">The same seed gives the same plan; absent: 0.</param>
/// <param name="BudgetMs">1-2000; absent: 200.</param>
/// <param name="Weights">What costs how much; absent: the defaults.</param>
/// <param name="Replan">Keep everything that is still possible and move as little as can be; absent: plan anew.</param>
/// <param name="MissedItemIds">Items whose blocks have begun and were not done: they get another place.</param>
/// <param name="IgnoreHours">True: also in hours in which the user does not study, as their memory has it; what stands
/// there is said.</param>
internal sealed record PlanRequest(
    IReadOnlyList<long> TaskClassIds,
    int? Seed,
    int? BudgetMs,
    WeightFields? Weights,
    bool? Replan,
    IReadOnlyList<long>? MissedItemIds,
    bool? IgnoreHours = null
)
{
    public const int DefaultBudgetMs = 200;
    private const int MissedMax = PlanProblem.MaxClasses * PlanProblem.MaxItems;

    /// <exception cref="RefusedException">invalid_argument with every reason by field.</exception>
    public PlanRequest Checked()
    {
        new FieldErrors()
            .Require(
                TaskClassIds.Count is >= 1 and <= PlanProblem.MaxClasses,
                "task_class_ids",
                $"must be 1 to {PlanProblem.MaxClasses}"
            )
            .Require(
                TaskClassIds.Distinct().Count() == TaskClassIds.Count,
                "task_class_ids",
                "must name each study plan once"
            )
            .Range("budget_ms", BudgetMs ?? DefaultBudgetMs, 1, PlanProblem.MaxBudgetMs)
            .Require(MissedItemIds is not { Count: > MissedMax }, "missed_item_ids", $"must be at most {MissedMax}")
            .Require(
                Weights is null || Weights.All.All(w => w is null or (>= 0 and <= Scheduling.Weights.Max)),
                "weights",
                $"must be between 0 and {Scheduling.Weights.Max}"
            )
            .Throw("The plan cannot be made.");
        return this;
    }
}

/// <summary>What a unit of each term costs, in thousandths of a point; absent: the default.</summary>
internal sealed record WeightFields(
    int? Spacing,
    int? Load,
    int? Intensity,
    int? Slack,
    int? TimeOfDay,
    int? Heavy,
    int? Switches,
    int? Moved,
    int? Hours = null
)
{
    internal IReadOnlyList<int?> All => [Spacing, Load, Intensity, Slack, TimeOfDay, Heavy, Switches, Moved, Hours];

    public static Weights Of(WeightFields? given)
    {
        var usual = new Weights();
        return given is null
            ? usual
            : new Weights
            {
                Spacing = given.Spacing ?? usual.Spacing,
                Load = given.Load ?? usual.Load,
                Intensity = given.Intensity ?? usual.Intensity,
                Slack = given.Slack ?? usual.Slack,
                TimeOfDay = given.TimeOfDay ?? usual.TimeOfDay,
                Heavy = given.Heavy ?? usual.Heavy,
                Switches = given.Switches ?? usual.Switches,
                Moved = given.Moved ?? usual.Moved,
                Hours = given.Hours ?? usual.Hours,
            };
    }
}
