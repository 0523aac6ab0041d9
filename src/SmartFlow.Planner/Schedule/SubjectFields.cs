using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Schedule;

/// <summary>What bodies of this folder have in common, checked.</summary>
internal static class SubjectFields
{
    public const int SectionsMax = 4;

    /// <exception cref="RefusedException">invalid_argument: not exactly one of both.</exception>
    public static Subject Subject(long? itemId, long? quickTaskId) =>
        (itemId, quickTaskId) switch
        {
            ({ } item, null) => Schedule.Subject.Item(item),
            (null, { } task) => Schedule.Subject.Task(task),
            _ => throw RefusedException.Field("item_id", "send either item_id or quick_task_id"),
        };

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static int? Sections(int? sections) =>
        sections is null or (>= 1 and <= SectionsMax)
            ? sections
            : throw RefusedException.Field("sections", $"must be between 1 and {SectionsMax}");

    /// <exception cref="RefusedException">not_found.</exception>
    public static StudyBlock Block(this TermState state, long placementId) =>
        state.Find(placementId)?.ToBlock() ?? throw RefusedException.NotFound("placement");

    /// <exception cref="RefusedException">invalid_argument: it has not passed, or moves as well.</exception>
    public static void CheckMissed(this TermState state, StudyBlock block, Slot to, DateTimeOffset now)
    {
        if (to == block.At && state.Calendar.TimesOf(to.Week, to.Day, to.SectionFrom, to.SectionTo).To <= now)
            return;
        throw RefusedException.Field("missed", "only a block whose time has passed can have been missed");
    }
}
