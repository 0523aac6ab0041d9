namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>What a preview wants of the schedule. Pure.</summary>
internal static class PlanWishes
{
    /// <param name="state">The schedule that it was made from.</param>
    /// <param name="placements">Where items are to stand.</param>
    /// <param name="unplaced">Items that are to stand nowhere.</param>
    public static IReadOnlyList<Wish> Of(
        TermState state,
        IEnumerable<(long ItemId, Slot At)> placements,
        IEnumerable<long> unplaced
    )
    {
        var held = state.Placements.Where(p => p.ItemId is not null).ToDictionary(p => p.ItemId!.Value);
        return
        [
            .. placements.Select(p => Wish(p.ItemId, p.At)),
            .. unplaced.Where(held.ContainsKey).Select(id => Wish(id, null)),
        ];

        // A locked block is in a plan only where it was missed.
        Wish Wish(long id, Slot? to) =>
            new(Subject.Item(id), to)
            {
                Locked = held.TryGetValue(id, out var block) && block.Locked && block.At != to ? false : null,
                Origin = Origin.Plan,
            };
    }
}
