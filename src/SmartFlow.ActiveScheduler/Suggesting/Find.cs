using Microsoft.Extensions.Options;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>
/// Reads the truth of a trigger again and finds what could be done: all of it by the planner's rules, nothing of it
/// written. The order is the planner's own: what breaks least comes first.
/// </summary>
internal sealed class Find(IPlanner planner, IOptions<ActiveSchedulerOptions> options, TimeProvider clock)
{
    private const int PlansMax = 6;
    private const int LostMax = 6;
    private const int PlansLookedAt = 20;

    private TimeSpan Window => TimeSpan.FromHours(options.Value.WindowHours);

    /// <returns>Null: the matter has settled itself, or nothing could be done about it.</returns>
    /// <exception cref="RefusedException">unavailable; conflict where the week changed meanwhile: try
    /// again.</exception>
    public async Task<Found?> FindAsync(Trigger trigger, CancellationToken cancellationToken) =>
        trigger.Kind switch
        {
            TriggerKinds.Urgent or TriggerKinds.Deadline => await OfRiskAsync(trigger, cancellationToken),
            TriggerKinds.Missed => await OfMissedAsync(trigger, cancellationToken),
            TriggerKinds.Tired => await OfTiredAsync(trigger, cancellationToken),
            TriggerKinds.Courses => await OfCoursesAsync(trigger, cancellationToken),
            _ => null,
        };

    /// <summary>Whether the matter still stands, as its user may have settled it without touching the week.</summary>
    public async Task<bool> StandsAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var subject = trigger.Read();
        switch (trigger.Kind)
        {
            case TriggerKinds.Urgent or TriggerKinds.Deadline:
                return await RiskAsync(trigger, subject, cancellationToken) is not null;
            case TriggerKinds.Missed:
                var horizon = await ReadAsync(trigger, cancellationToken);
                return horizon.Block(subject.PlacementId) is { Missed: true };
            default:
                return true;
        }
    }

    /// <summary>Whether a task that a reminder is about is still to do; of anything else it is said anyway.</summary>
    public async Task<bool> IsOpenAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        if (trigger.Read() is not { TaskId: > 0 and var id })
            return true;
        try
        {
            var found = await planner.GetQuickTaskAsync(
                new GetQuickTaskRequest { UserId = trigger.UserId, Id = id },
                cancellationToken
            );
            return found.Task.CompletedAt is null;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
        {
            return false;
        }
    }

    private async Task<Found?> OfRiskAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var subject = trigger.Read();
        if (await RiskAsync(trigger, subject, cancellationToken) is not { } risk)
            return null;
        var (thing, horizon, list) = (
            Thing.Of(risk, subject.TaskId > 0),
            await ReadAsync(trigger, cancellationToken),
            new Shortlist()
        );
        var placing = new Placing(planner, trigger.UserId, horizon, list);
        var found =
            await placing.InWindowAsync(thing, CandidateKinds.Add, "free_place", cancellationToken)
            || await placing.InsteadOfAsync(thing, cancellationToken)
            || await placing.HalfEachAsync(thing, cancellationToken);
        await placing.AfterWindowAsync(thing, cancellationToken);
        if (!found && !list.HasChange)
            list.Add(CandidateKinds.Ask, "no_room");
        placing.Remind(thing.DeadlineAt);
        return new Found(thing.Title, thing.Mark, horizon.Version, list.Candidates);
    }

    private async Task<Found?> OfMissedAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var (subject, horizon) = (trigger.Read(), await ReadAsync(trigger, cancellationToken));
        if (horizon.Block(subject.PlacementId) is not { Missed: true } block)
            return null;
        var (thing, list) = (Thing.Of(block), new Shortlist());
        var placing = new Placing(planner, trigger.UserId, horizon, list);
        var found = await placing.InWindowAsync(thing, CandidateKinds.MakeUp, "free_place", cancellationToken);
        if (thing.PlanId > 0)
            await placing.BySchedulerAsync([thing.PlanId], [thing.ItemId], cancellationToken);
        if (!found && !list.HasChange)
            found =
                await placing.InsteadOfAsync(thing, cancellationToken)
                || await placing.HalfEachAsync(thing, cancellationToken);
        if (list.Candidates.Count < 2)
            await placing.AfterWindowAsync(thing, cancellationToken);
        if (!list.HasChange)
            list.Add(CandidateKinds.Ask, "no_room");
        list.Add(CandidateKinds.Close, "leave_it");
        return new Found(thing.Title, thing.Mark, horizon.Version, list.Candidates);
    }

    /// <summary>
    /// Rest first: everything of the rest of the day later, only the next block later, or half of it.
    /// </summary>
    private async Task<Found?> OfTiredAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var (horizon, list) = (await ReadAsync(trigger, cancellationToken), new Shortlist());
        var coming = horizon.ComingInside.Where(b => !b.Locked).ToList();
        if (coming.Count == 0)
            return null;
        var next = coming[0];
        var sameDay = coming.Where(b => b.At.Date == next.At.Date).ToList();
        if (sameDay.Count > 1)
            await LaterAsync(horizon, list, sameDay, "rest_of_day", cancellationToken);
        await LaterAsync(horizon, list, [next], "next_block", cancellationToken);
        await HalfAsync(horizon, list, next, cancellationToken);
        if (!list.HasChange)
            list.Add(CandidateKinds.Ask, "no_room");
        list.Add(CandidateKinds.Close, "leave_it");
        return new Found(next.Title, "", horizon.Version, list.Candidates);
    }

    private async Task<Found?> OfCoursesAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var (subject, horizon, list) = (trigger.Read(), await ReadAsync(trigger, cancellationToken), new Shortlist());
        var placing = new Placing(planner, trigger.UserId, horizon, list);
        var lost = await LostAsync(trigger.UserId, subject, cancellationToken);
        lost.AddRange(horizon.ComingInside.Where(b => b.Conflict).Select(Thing.Of));
        if (lost.Count > 0)
        {
            await placing.InWindowAsync(lost[0], CandidateKinds.MakeUp, "free_place", cancellationToken);
            await placing.BySchedulerAsync(
                [.. lost.Select(t => t.PlanId).Where(p => p > 0).Distinct().Take(PlansMax)],
                [],
                cancellationToken
            );
            await placing.AfterWindowAsync(lost[0], cancellationToken);
            if (!list.HasChange)
                list.Add(CandidateKinds.Ask, "no_room");
            placing.Remind(lost[0].DeadlineAt);
            return new Found(lost[0].Title, "", horizon.Version, list.Candidates);
        }
        if (subject.FreedSections == 0 || await WaitingAsync(trigger.UserId, cancellationToken) is not { } waiting)
            return null;
        if (!await placing.InWindowAsync(waiting, CandidateKinds.Add, "freed_place", cancellationToken))
            return null;
        list.Add(CandidateKinds.Close, "leave_it");
        return new Found(waiting.Title, "", horizon.Version, list.Candidates);
    }

    /// <summary>
    /// These blocks at places after the window's day that keep their order and deadlines, all together.
    /// </summary>
    private static async Task LaterAsync(
        Horizon horizon,
        Shortlist list,
        List<BlockMessage> blocks,
        string reason,
        CancellationToken cancellationToken
    )
    {
        for (var skip = 0; skip < 3; skip++)
        {
            List<Move> moves = [];
            var after = horizon.Now;
            foreach (var block in blocks)
            {
                var thing = Thing.Of(block);
                var opening = (await horizon.OpeningsAsync(thing.Sections, thing.PlanId, cancellationToken))
                    .Where(o =>
                        string.CompareOrdinal(o.Date, block.At.Date) > 0
                        && o.StartsAt >= after
                        && !(o.EndsAt > thing.DeadlineAt)
                    )
                    .Skip(skip * thing.Sections)
                    .FirstOrDefault();
                if (opening is null)
                    break;
                moves.Add(thing.To(opening));
                after = opening.EndsAt;
            }
            if (moves.Count < blocks.Count)
                return;
            if (await horizon.TryAsync(moves, cancellationToken) is not { } would)
                continue;
            list.Add(CandidateKinds.Postpone, reason, "less_time_later", would, moves);
            return;
        }
    }

    /// <summary>The block keeps the first half of its time.</summary>
    private static async Task HalfAsync(
        Horizon horizon,
        Shortlist list,
        BlockMessage block,
        CancellationToken cancellationToken
    )
    {
        var length = block.At.SectionTo - block.At.SectionFrom + 1;
        if (length < 2 || list.IsFull)
            return;
        Move[] moves =
        [
            new()
            {
                PlacementId = block.Id,
                Date = block.At.Date,
                SectionFrom = block.At.SectionFrom,
                Sections = length - length / 2,
            },
        ];
        if (await horizon.TryAsync(moves, cancellationToken) is { } would)
            list.Add(
                CandidateKinds.Merge,
                "half_now",
                "half_time",
                would,
                moves,
                [new CandidateBreak("shortens", block.Title)]
            );
    }

    private async Task<AtRiskMessage?> RiskAsync(
        Trigger trigger,
        TriggerSubject subject,
        CancellationToken cancellationToken
    )
    {
        var kind =
            trigger.Kind == TriggerKinds.Urgent ? "urgent"
            : subject.TaskId > 0 ? "task_deadline"
            : "item_deadline";
        var found = await planner.ListAtRiskAsync(
            new ListAtRiskRequest
            {
                Kind = kind,
                Hours = options.Value.WindowHours,
                Limit = 1,
                Id = subject.TaskId > 0 ? subject.TaskId : subject.ItemId,
                UserId = trigger.UserId,
            },
            cancellationToken
        );
        return found.Items.Count == 1 ? found.Items[0] : null;
    }

    /// <summary>What lost its place and still has none.</summary>
    private async Task<List<Thing>> LostAsync(ulong userId, TriggerSubject subject, CancellationToken cancellationToken)
    {
        List<Thing> lost = [];
        if (subject.LostItems.Count > 0)
        {
            var wanted = subject.LostItems.ToHashSet();
            foreach (var plan in await PlansAsync(userId, cancellationToken))
            foreach (
                var item in (await ItemsAsync(userId, plan.Id, cancellationToken)).Where(i => wanted.Contains(i.Id))
            )
                if (item is { PlacementId: 0, DoneAt: null })
                    lost.Add(Thing.Of(item, plan.Id));
        }
        foreach (var id in subject.LostTasks.Take(LostMax))
            try
            {
                var task = (
                    await planner.GetQuickTaskAsync(
                        new GetQuickTaskRequest { UserId = userId, Id = id },
                        cancellationToken
                    )
                ).Task;
                if (task.CompletedAt is null && !await StandsSomewhereAsync(userId, id, cancellationToken))
                    lost.Add(Thing.Of(task));
            }
            catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
            {
                // Deleted since.
            }
        return lost;
    }

    private async Task<bool> StandsSomewhereAsync(ulong userId, ulong taskId, CancellationToken cancellationToken)
    {
        var today = (await planner.GetScheduleAsync(new GetScheduleRequest { UserId = userId }, cancellationToken))
            .Term
            .Today;
        var open = await planner.GetScheduleAsync(
            new GetScheduleRequest
            {
                UserId = userId,
                From = today,
                To = LaterDay(today),
            },
            cancellationToken
        );
        return open.Blocks.Any(b => b.QuickTaskId == taskId);
    }

    private static string LaterDay(string date) =>
        DateOnly
            .Parse(date, System.Globalization.CultureInfo.InvariantCulture)
            .AddDays(30)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// What could use time that has become free: the first urgent task without a place, else the first such item of a
    /// plan.
    /// </summary>
    private async Task<Thing?> WaitingAsync(ulong userId, CancellationToken cancellationToken)
    {
        var urgent = await planner.ListAtRiskAsync(
            new ListAtRiskRequest
            {
                Kind = "urgent",
                Hours = options.Value.WindowHours,
                Limit = 1,
                UserId = userId,
            },
            cancellationToken
        );
        if (urgent.Items.Count > 0)
            return Thing.Of(urgent.Items[0], task: true);
        foreach (var plan in (await PlansAsync(userId, cancellationToken)).Where(p => p.Placed + p.Done < p.Items))
            if (
                (await ItemsAsync(userId, plan.Id, cancellationToken)).FirstOrDefault(i =>
                    i is { PlacementId: 0, DoneAt: null }
                ) is
                { } item
            )
                return Thing.Of(item, plan.Id);
        return null;
    }

    private async Task<IEnumerable<TaskClassSummary>> PlansAsync(ulong userId, CancellationToken cancellationToken) =>
        (
            await planner.ListTaskClassesAsync(
                new ListTaskClassesRequest { UserId = userId, PageSize = PlansLookedAt },
                cancellationToken
            )
        ).Items;

    private async Task<IEnumerable<TaskItemMessage>> ItemsAsync(
        ulong userId,
        ulong planId,
        CancellationToken cancellationToken
    ) =>
        (
            await planner.InspectTaskClassAsync(
                new InspectTaskClassRequest { UserId = userId, Id = planId },
                cancellationToken
            )
        ).Items;

    private Task<Horizon> ReadAsync(Trigger trigger, CancellationToken cancellationToken) =>
        Horizon.ReadAsync(planner, trigger.UserId, clock.MicrosNow(), Window, cancellationToken);
}
