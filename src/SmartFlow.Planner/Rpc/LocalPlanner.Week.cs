using System.Security.Cryptography;
using Google.Protobuf;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

// The week for other modules: read, analysed, and changed through the same slices as the pages.
internal sealed partial class LocalPlanner
{
    private const int WishesMax = 100;

    public async Task<GetScheduleResponse> GetScheduleAsync(
        GetScheduleRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var (state, days) = await RangeAsync(request.UserId, request.From, request.To, cancellationToken);
        var now = clock.GetUtcNow();
        var response = new GetScheduleResponse { Term = WeekMessages.Of(state.Term, now) };
        response.Days.Add(days.Select(d => WeekMessages.DayOf(state, d)));
        response.Blocks.Add(
            GetWeek
                .BlocksOf(state, now)
                .Where(b => days.Contains(new SlotDay(b.Week, b.Day)))
                .Select(b => WeekMessages.Of(state.Calendar, b))
        );
        return response;
    }

    public async Task<FindFreeSlotsResponse> FindFreeSlotsAsync(
        FindFreeSlotsRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var sections = SubjectFields.Sections(request.Sections == 0 ? 1 : request.Sections)!.Value;
        var (state, days) = await RangeAsync(request.UserId, request.From, request.To, cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var plan =
            request.TaskClassId == 0
                ? null
                : (
                    await TaskClasses.ReadTaskClass.FindAsync(
                        db,
                        request.UserId,
                        Id(request.TaskClassId),
                        cancellationToken
                    )
                ).Class;
        var now = clock.GetUtcNow();
        var free = new FreeSlots(state, plan, now);
        var response = new FindFreeSlotsResponse { Term = WeekMessages.Of(state.Term, now) };
        foreach (var day in days)
        {
            var told = new DaySlots { Day = WeekMessages.DayOf(state, day) };
            told.Runs.Add(
                free.RunsOf(day, sections)
                    .Select(r => new SlotRun
                    {
                        SectionFrom = r.SectionFrom,
                        SectionTo = r.SectionTo,
                        State = r.State,
                        Title = r.Title ?? "",
                        Fits = r.Fits,
                        Starts = SectionTimeView.Of(state.Term.SectionTimes[r.SectionFrom - 1]).Starts,
                        Ends = SectionTimeView.Of(state.Term.SectionTimes[r.SectionTo - 1]).Ends,
                    })
            );
            response.Days.Add(told);
        }
        return response;
    }

    public async Task<ChangeScheduleResponse> ChangeScheduleAsync(
        ChangeScheduleRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Wishes.Count is 0 or > WishesMax)
            throw RefusedException.Field("wishes", $"must be 1 to {WishesMax}");
        AskedWish[] asked = [.. request.Wishes.Select(Read)];
        long? version = request.Version == 0 ? null : request.Version;
        var made = request.DryRun
            ? await changes.TryAsync(request.UserId, asked, request.AllowReorder, version, cancellationToken)
            : await changes.MakeAsync(
                request.UserId,
                asked,
                request.AllowReorder,
                version,
                new ChangeKey(Key(request.IdempotencyKey), HashOf(request)),
                cancellationToken
            );
        return WeekMessages.Of(made, clock.GetUtcNow());
    }

    public async Task<MakePlanResponse> MakePlanAsync(MakePlanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = new PlanRequest(
            [.. request.TaskClassIds.Select(Id)],
            null,
            null,
            null,
            request.Replan,
            request.MissedItemIds.Count == 0 ? null : [.. request.MissedItemIds.Select(Id)],
            request.IgnoreHours
        ).Checked();
        using var lane = await lanes.EnterAsync(request.UserId, cancellationToken);
        var reading = await planning.ReadAsync(request.UserId, asked, cancellationToken);
        return WeekMessages.Of(await planning.SolveAsync(reading, null, cancellationToken), reading.State.Calendar);
    }

    public async Task<ApplyPlanResponse> ApplyPlanAsync(ApplyPlanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var made = await ApplyPreview.ApplyAsync(
            request.UserId,
            request.PreviewId,
            Key(request.IdempotencyKey),
            schedule,
            databases,
            clock,
            cancellationToken
        );
        return new ApplyPlanResponse
        {
            Version = made.Version,
            Applied = made.Applied,
            Placed = made.Placed,
            Moved = made.Moved,
            Removed = made.Removed,
        };
    }

    public async Task<CancelCourseResponse> CancelCourseAsync(
        CancelCourseRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var lessons = 0;
        var course = await courses.SaveAsync(
            request.UserId,
            Id(request.CourseId),
            (found, term) => new CourseFields { Arrangements = Without(found, term, request, out lessons) },
            cancellationToken
        );
        return new CancelCourseResponse { Title = course.Name, Lessons = lessons };
    }

    /// <summary>
    /// The course's arrangements without what really runs on one day, or on the seven of a week: a day may run as
    /// another.
    /// </summary>
    private static List<ArrangementFields> Without(
        Course course,
        Term term,
        CancelCourseRequest request,
        out int lessons
    )
    {
        if (request.Week < 1 || request.Week > term.Weeks)
            throw RefusedException.Field("week", $"must be between 1 and {term.Weeks}");
        if (request.Day is < 0 or > 7)
            throw RefusedException.Field("day", "must be between 0 and 7");
        var calendar = new TermCalendar(term);
        var days = request.Day == 0 ? Enumerable.Range(1, 7) : [request.Day];
        var sources = days.Select(d => calendar.CoursesOf(request.Week, d)).OfType<SlotDay>().ToList();
        lessons = 0;
        List<ArrangementFields> left = [];
        foreach (var a in course.Arrangements)
        {
            int[] gone = [.. sources.Where(s => s.Day == a.Day && WeekMask.Has(a.Weeks, s.Week)).Select(s => s.Week)];
            int[] weeks = [.. WeekMask.Weeks(a.Weeks).Except(gone)];
            lessons += gone.Length;
            if (weeks.Length > 0)
                left.Add(new ArrangementFields(a.Id, a.Day, a.SectionFrom, a.SectionTo, weeks, a.Teacher, a.Place));
        }
        return left;
    }

    /// <summary>
    /// Days from one date to the other that lie inside the term, and everything that stands in the term.
    /// </summary>
    private async Task<(TermState State, IReadOnlyList<SlotDay> Days)> RangeAsync(
        ulong userId,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        var first = from.Length == 0 ? state.Calendar.DateAt(clock.GetUtcNow()) : ClassDrafts.Date("from", from);
        var last = to.Length == 0 ? first : ClassDrafts.Date("to", to);
        if (last < first)
            throw RefusedException.Field("to", "must not be before from");
        if (last.DayNumber - first.DayNumber >= DaysMax)
            throw RefusedException.Field("to", $"must be within {DaysMax} days of from");
        return (state, [.. state.Calendar.DaysBetween(first, last)]);
    }

    private static AskedWish Read(BlockWish wish, int index) =>
        new(wish.PlacementId == 0 ? null : Id(wish.PlacementId), SubjectOf(wish))
        {
            Date = wish.Date.Length == 0 ? null : ClassDrafts.Date($"wishes[{index}].date", wish.Date),
            SectionFrom = wish.SectionFrom,
            Sections = SubjectFields.Sections(wish.Sections == 0 ? null : wish.Sections),
            Unplace = wish.Unplace,
            Locked = wish.HasLocked ? wish.Locked : null,
            Missed = wish.HasMissed ? wish.Missed : null,
            SwapWith = wish.SwapWith == 0 ? null : Id(wish.SwapWith),
        };

    private static Subject? SubjectOf(BlockWish wish) =>
        (wish.PlacementId, wish.ItemId, wish.QuickTaskId) switch
        {
            (> 0, 0, 0) => null,
            (0, > 0, 0) => Subject.Item(Id(wish.ItemId)),
            (0, 0, > 0) => Subject.Task(Id(wish.QuickTaskId)),
            _ => throw RefusedException.Field("wishes", "each names one of placement_id, item_id and quick_task_id"),
        };

    /// <summary>The version that its author saw does not tell one change from another.</summary>
    private static byte[] HashOf(ChangeScheduleRequest request)
    {
        var asked = request.Clone();
        (asked.Version, asked.IdempotencyKey) = (0, "");
        return SHA256.HashData(asked.ToByteArray());
    }

    /// <summary>An id that no row has where it is too large for one.</summary>
    private static long Id(ulong id) => id <= long.MaxValue ? (long)id : 0;
}
