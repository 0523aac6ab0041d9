namespace SmartFlow.Planner.Schedule;

/// <summary>Where an item stands in its class.</summary>
internal readonly record struct ItemPlace(long ClassId, int Position);

/// <summary>The order of a class's items in time is their order in the class. Pure.</summary>
internal static class Order
{
    /// <summary>
    /// Pairs of a class's items that the change turned around. What stood the wrong way round before, because the class was
    /// edited since, does not forbid a change elsewhere.
    /// </summary>
    /// <returns>The changed item and the one that it passed.</returns>
    public static IEnumerable<(StudyBlock Moved, StudyBlock Neighbour)> Inverted(
        IReadOnlyDictionary<Subject, StudyBlock> before, IReadOnlyDictionary<Subject, StudyBlock> after,
        IReadOnlyCollection<Subject> changed, IReadOnlyDictionary<long, ItemPlace> places)
    {
        var byClass = after.Values.Where(b => ClassOf(b.Subject, places) is not null).ToLookup(b => ClassOf(b.Subject, places));
        foreach (var subject in changed)
        {
            if (ClassOf(subject, places) is not { } classId || !after.TryGetValue(subject, out var moved)) continue;
            foreach (var other in byClass[classId])
                if (other.Subject != subject && Wrong(moved, other, places) && !WrongBefore(before, subject, other.Subject, places))
                    yield return (moved, other);
        }
    }

    private static bool WrongBefore(
        IReadOnlyDictionary<Subject, StudyBlock> before, Subject a, Subject b, IReadOnlyDictionary<long, ItemPlace> places) =>
        before.TryGetValue(a, out var one) && before.TryGetValue(b, out var other) && Wrong(one, other, places);

    private static bool Wrong(StudyBlock a, StudyBlock b, IReadOnlyDictionary<long, ItemPlace> places) =>
        PositionOf(a.Subject, places) < PositionOf(b.Subject, places) ? !a.At.StartsBefore(b.At) : !b.At.StartsBefore(a.At);

    private static int PositionOf(Subject subject, IReadOnlyDictionary<long, ItemPlace> places) => places[subject.ItemId!.Value].Position;

    private static long? ClassOf(Subject subject, IReadOnlyDictionary<long, ItemPlace> places) =>
        subject.ItemId is { } id && places.TryGetValue(id, out var place) ? place.ClassId : null;
}
