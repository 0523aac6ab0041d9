using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Schedule;

/// <summary>What stands in the way, as a refusal names it.</summary>
internal sealed record InTheWay(
    BlockKind Kind,
    long Id,
    string Title,
    int Week,
    int Day,
    int SectionFrom,
    int SectionTo
);

/// <summary>Refusals of the rules in words, with the rule and the blocks as members that a page can read.</summary>
internal static class Refusals
{
    public static RefusedException Of(Refusal refusal, TermState state)
    {
        if (refusal.Rule == Rules.OutsideTerm)
            return RefusedException.Field(
                "section_from",
                $"must lie inside the term: {state.Calendar.Weeks} weeks of 7 days with {state.Calendar.SectionsPerDay} sections"
            );
        InTheWay[] blocks =
        [
            .. refusal.Courses.Select(c => Named(c.Kind, c.ArrangementId, c.Title, c.At)),
            .. refusal.Blocks.Select(b => Named(b, state)),
        ];
        var names = string.Join(", ", blocks.Select(b => $"“{b.Title}”").Distinct());
        return new RefusedException(
            ErrorCodes.Conflict,
            Detail(refusal.Rule, $"“{state.TitleOf(refusal.Subject)}”", names),
            extensions: new Dictionary<string, object?>
            {
                ["rule"] = refusal.Rule,
                ["blocks"] = blocks,
                ["version"] = state.Term.ScheduleVersion,
                ["item_id"] = refusal.Subject.ItemId,
                ["quick_task_id"] = refusal.Subject.QuickTaskId,
            }
        );
    }

    /// <summary>What is to be placed stands somewhere already.</summary>
    public static RefusedException Placed(TermState state, StudyBlock block) =>
        new(
            ErrorCodes.Conflict,
            $"“{state.TitleOf(block.Subject)}” stands in the schedule already. Move it instead.",
            extensions: new Dictionary<string, object?>
            {
                ["rule"] = "placed",
                ["blocks"] = new[] { Named(block, state) },
                ["version"] = state.Term.ScheduleVersion,
            }
        );

    /// <summary>What is to be placed is still to come in another term.</summary>
    public static RefusedException ToCome(TermState state, Elsewhere other) =>
        new(
            ErrorCodes.Conflict,
            $"“{state.TitleOf(other.Placement.Subject)}” is still to come in the term “{other.Term.Name}”. Take it out there first.",
            extensions: new Dictionary<string, object?>
            {
                ["rule"] = "other_term",
                ["blocks"] = new[] { Named(other.Placement.ToBlock(), state) },
                ["term_id"] = other.Term.Id,
                ["other"] = other.Term.Name,
                ["version"] = state.Term.ScheduleVersion,
            }
        );

    /// <summary>Somebody changed the schedule since it was read.</summary>
    public static RefusedException Stale(long current) =>
        new(
            ErrorCodes.Conflict,
            "The schedule was changed meanwhile. Read it again and repeat the change.",
            extensions: new Dictionary<string, object?> { ["rule"] = "version", ["version"] = current }
        );

    private static string Detail(string rule, string what, string names) =>
        rule switch
        {
            Rules.Order => $"The order of the class would be turned around: {what} and {names}.",
            Rules.Locked => $"{what} is locked. Unlock it first.",
            Rules.FillerTaken => $"{what} cannot stand there: the filler course has a study block already, {names}.",
            Rules.CrossesFiller => $"{what} must lie inside one filler course entirely, or beside it: {names}.",
            _ => $"{what} cannot stand there: {names} is in the way.",
        };

    private static InTheWay Named(StudyBlock block, TermState state) =>
        Named(
            block.Subject.ItemId is null ? BlockKind.Task : BlockKind.Item,
            block.PlacementId,
            state.TitleOf(block.Subject),
            block.At
        );

    private static InTheWay Named(BlockKind kind, long id, string title, Slot at) =>
        new(kind, id, title, at.Week, at.Day, at.SectionFrom, at.SectionTo);
}
