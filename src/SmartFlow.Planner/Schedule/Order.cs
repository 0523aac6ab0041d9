namespace SmartFlow.Planner.Schedule;

/// <summary>Where an item stands in its class, and whether it is ticked off.</summary>
internal readonly record struct ItemPlace(long ClassId, int Position, bool Done = false);

/// <summary>
/// The order of a class's items in time is their order in the class, as far as they are still to be done. Pure.
/// </summary>
internal static class Order
{
    /// <summary>
    /// Pairs of a class's items that the change turned around. What stood the wrong way round before, because the class
    /// was edited since, does not forbid a change elsewhere.
    /// </summary>
    /// <returns>The changed item and the one that it passed.</returns>
    public static IEnumerable<(StudyBlock Moved, StudyBlock Neighbour)> Inverted(
        IReadOnlyDictionary<Subject, StudyBlock> before,
        IReadOnlyDictionary<Subject, StudyBlock> after,
        IReadOnlyCollection<Subject> changed,
        IReadOnlyDictionary<long, ItemPlace> places,
        Slot? now
    )
    {
        var byClass = after.Values.Where(Counts).ToLookup(b => ClassOf(b.Subject, places));
        foreach (var subject in changed)
        {
            if (!after.TryGetValue(subject, out var moved) || !Counts(moved))
                continue;
            var classId = ClassOf(subject, places);
            foreach (var other in byClass[classId])
                if (other.Subject != subject && Wrong(moved, other, places) && !WrongBefore(subject, other.Subject))
                    yield return (moved, other);
        }

        bool WrongBefore(Subject a, Subject b) =>
            before.TryGetValue(a, out var one)
            && before.TryGetValue(b, out var other)
            && Counts(one)
            && Counts(other)
            && Wrong(one, other, places);

        // What is ticked off, or has begun without having been missed, precedes everything.
        bool Counts(StudyBlock block) =>
            ClassOf(block.Subject, places) is not null
            && !places[block.Subject.ItemId!.Value].Done
            && (block.Missed || now is not { } from || !block.At.StartsBefore(from));
    }

    private static bool Wrong(StudyBlock a, StudyBlock b, IReadOnlyDictionary<long, ItemPlace> places) =>
        PositionOf(a.Subject, places) < PositionOf(b.Subject, places)
            ? !a.At.StartsBefore(b.At)
            : !b.At.StartsBefore(a.At);

    private static int PositionOf(Subject subject, IReadOnlyDictionary<long, ItemPlace> places) =>
        places[subject.ItemId!.Value].Position;

    private static long? ClassOf(Subject subject, IReadOnlyDictionary<long, ItemPlace> places) =>
        subject.ItemId is { } id && places.TryGetValue(id, out var place) ? place.ClassId : null;
}
