using SmartFlow.Contracts.Events;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>The solver's answer as a preview. Pure.</summary>
internal sealed class PlanViewOf(TermState state, ProblemOf of, PlanRequest request)
{
    /// <summary>A plan as it was computed.</summary>
    public PlanView Make(PlanAnswer answer, string id, DateTimeOffset createdAt, DateTimeOffset expiresAt)
    {
        PlacementView[] placements =
        [
            .. answer.Placements.Select(p => Placement(of.Items[p.Class][p.Item], of.SlotOf(p.Start, p.Sections))),
        ];
        return new PlanView(
            id,
            state.Term.ScheduleVersion,
            0,
            createdAt,
            expiresAt,
            null,
            request.Replan ?? false,
            request.Seed ?? 0,
            answer.Stopped,
            placements,
            [.. answer.Unplaced.Select(u => u.Id)],
            [.. answer.Unplaced.Select(Reason)],
            [.. answer.Relaxations.Select(Relaxation)],
            Quality(answer, Before()),
            Diff(placements, answer),
            Summary(placements, answer),
            Warnings(placements)
        )
        {
            Hours = [.. Minded().Select(h => new HoursMinded(h.MemoryId, h.Title, h.Forbidden))],
        };
    }

    /// <summary>The same preview with other places.</summary>
    public PlanView Remake(PlanView earlier, PlanAnswer answer)
    {
        var made = Make(answer, earlier.PreviewId, earlier.CreatedAt, earlier.ExpiresAt);
        return made with { Revision = earlier.Revision + 1, Stopped = earlier.Stopped };
    }

    private PlacementView Placement(TaskItem item, Slot at)
    {
        var (from, to) = state.Calendar.TimesOf(at.Week, at.Day, at.SectionFrom, at.SectionTo);
        var held = of.BlockOf(item.Id)?.At;
        return new PlacementView(
            item.Id,
            item.TaskClassId,
            item.Content,
            at.Week,
            at.Day,
            at.SectionFrom,
            at.SectionTo,
            from,
            to,
            state.FillerAt(at),
            held == at ? null : held
        );
    }

    private ReasonView Reason(UnplacedItem unplaced)
    {
        var item = of.Items[unplaced.Class][unplaced.Item];
        return new ReasonView(
            item.Id,
            item.TaskClassId,
            item.Content,
            unplaced.Rule,
            unplaced.Sections,
            PlanTexts.Of(unplaced.Rule, unplaced.Sections, Hours),
            unplaced.Rule == Rule.Hours ? Hours : null
        );
    }

    private IEnumerable<StudyHours> Minded() => state.Hours.Where(h => !h.Forbidden || request.IgnoreHours != true);

    private string Hours => string.Join("; ", state.Hours.Where(h => h.Forbidden).Select(h => h.Title));

    private RelaxationView Relaxation(Relaxation relaxation)
    {
        var (shape, part) = (of.Problem.Shape, relaxation.Part);
        int[] sections = part is null ? [] : [.. Enumerable.Range(0, shape.Sections).Where(s => shape.Part(s) == part)];
        TimeOfDay? time = sections.Length == 0 ? null : shape.Time(sections[0]);
        return new RelaxationView(
            relaxation.Kind,
            of.Classes[relaxation.Class].Id,
            relaxation.SectionsGained,
            relaxation.Day,
            relaxation.Pair,
            sections.Length == 0 ? null : sections[0] + 1,
            sections.Length == 0 ? null : sections[^1] + 1,
            time,
            PlanTexts.Of(relaxation.Kind, relaxation.SectionsGained, relaxation.Day, time, relaxation.Pair)
        );
    }

    private static QualityView Quality(PlanAnswer answer, QualityView? before) =>
        new(
            answer.CostMicros,
            answer.MissingSections,
            [.. answer.Quality.Select(t => new TermScoreView(t.Term, t.AmountMilli, t.CostMicros, t.Score))],
            before
        );

    /// <summary>What stands in the schedule now, scored by the same terms.</summary>
    private QualityView? Before()
    {
        var standing = new List<(int Class, int Item, int Start)>();
        for (var c = 0; c < of.Items.Count; c++)
        for (var i = 0; i < of.Items[c].Count; i++)
            if (
                of.BlockOf(of.Items[c][i].Id) is { } block
                && !of.Stays(block)
                && !of.Begun(block)
                && block.At.Sections == of.Items[c][i].Sections
            )
                standing.Add((c, i, of.StartOf(block.At)));
        return standing.Count == 0 ? null : Quality(Scheduler.Score(of.Problem, standing), null);
    }

    private DiffView[] Diff(IReadOnlyList<PlacementView> placements, PlanAnswer answer) =>
        [
            .. placements
                .Where(p => !Kept(p))
                .Select(p => new DiffView(
                    p.ItemId,
                    p.TaskClassId,
                    p.Title,
                    p.MovedFrom is null ? DiffKind.Placed : DiffKind.Moved,
                    p.MovedFrom,
                    SlotOf(p)
                )),
            .. Removed(answer)
                .Select(i => new DiffView(
                    i.Id,
                    i.TaskClassId,
                    i.Content,
                    DiffKind.Removed,
                    of.BlockOf(i.Id)!.At,
                    null
                )),
        ];

    private DiffSummary Summary(IReadOnlyList<PlacementView> placements, PlanAnswer answer) =>
        new(
            placements.Count(p => !Kept(p) && p.MovedFrom is null),
            placements.Count(p => p.MovedFrom is not null),
            placements.Count(Kept),
            Removed(answer).Count(),
            answer.Unplaced.Count
        );

    private IEnumerable<TaskItem> Removed(PlanAnswer answer) =>
        answer.Unplaced.Select(u => of.Items[u.Class][u.Item]).Where(i => of.BlockOf(i.Id) is not null);

    private bool Kept(PlacementView placement) => of.BlockOf(placement.ItemId)?.At == SlotOf(placement);

    private Warning[] Warnings(IEnumerable<PlacementView> placements) =>
        [
            .. placements.SelectMany(p =>
                Schedule.Warnings.Of(
                    state,
                    new StudyBlock(Subject.Item(p.ItemId), SlotOf(p), p.EmbeddedIn, false, false, Origin.Plan, 0),
                    DateTimeOffset.MinValue
                )
            ),
        ];

    public static Slot SlotOf(PlacementView placement) =>
        new(placement.Week, placement.Day, placement.SectionFrom, placement.SectionTo);
}
