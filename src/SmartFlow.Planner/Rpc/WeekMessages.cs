using Google.Protobuf.WellKnownTypes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Rpc;

/// <summary>The week and what stands in it, as messages.</summary>
internal static class WeekMessages
{
    public static TermMessage Of(Term term, DateTimeOffset now)
    {
        var calendar = new TermCalendar(term);
        var today = calendar.DateAt(now);
        var message = new TermMessage
        {
            Name = term.Name,
            FirstMonday = ClassDrafts.Text(term.FirstMonday),
            LastDay = ClassDrafts.Text(term.LastDay),
            Weeks = term.Weeks,
            TimeZone = term.TimeZone,
            Today = ClassDrafts.Text(today),
            CurrentWeek = calendar.SlotDayOf(today)?.Week ?? 0,
            Version = term.ScheduleVersion,
        };
        foreach (var time in term.SectionTimes.Select(SectionTimeView.Of))
            message.SectionTimes.Add(new SectionTimeMessage { Starts = time.Starts, Ends = time.Ends });
        return message;
    }

    public static DayMessage DayOf(TermState state, SlotDay day)
    {
        var view = DayView.Of(state, day.Week, day.Day);
        return new DayMessage
        {
            Date = ClassDrafts.Text(view.Date),
            Week = day.Week,
            Day = day.Day,
            Off = view.Off,
            OffName = view.OffName ?? "",
            Follows = view.Follows is { } follows ? ClassDrafts.Text(follows) : "",
        };
    }

    public static SlotMessage SlotOf(TermCalendar calendar, Slot at) =>
        new()
        {
            Date = ClassDrafts.Text(calendar.DateOf(at.Week, at.Day)),
            Week = at.Week,
            Day = at.Day,
            SectionFrom = at.SectionFrom,
            SectionTo = at.SectionTo,
        };

    public static BlockMessage Of(TermCalendar calendar, BlockView b) =>
        new()
        {
            Kind = ClassDrafts.Word(b.Kind),
            Id = Id(b.Id),
            Title = b.Title,
            At = SlotOf(calendar, new Slot(b.Week, b.Day, b.SectionFrom, b.SectionTo)),
            StartsAt = Timestamp.FromDateTimeOffset(b.StartsAt),
            EndsAt = Timestamp.FromDateTimeOffset(b.EndsAt),
            CourseId = Id(b.CourseId),
            EventId = Id(b.EventId),
            Time = b.EventId is null ? "" : $"{Clock(calendar, b.StartsAt)}-{Clock(calendar, b.EndsAt)}",
            Place = b.Place ?? "",
            Embeddable = b.Embeddable,
            TaskClassId = Id(b.TaskClassId),
            TaskClassName = b.TaskClassName ?? "",
            ItemId = Id(b.ItemId),
            QuickTaskId = Id(b.QuickTaskId),
            EmbeddedIn = Id(b.EmbeddedIn),
            Locked = b.Locked,
            Passed = b.Passed,
            Done = b.Done,
            Missed = b.Missed,
            Conflict = b.Conflict,
            DeadlineAt = b.DeadlineAt is { } deadline ? Timestamp.FromDateTimeOffset(deadline) : null,
        };

    public static ChangeScheduleResponse Of(WishedChange change, DateTimeOffset now)
    {
        var (state, response) = (change.State, new ChangeScheduleResponse { Version = change.Version });
        foreach (var one in change.Changes)
        {
            response.Changes.Add(new BlockChangeMessage { Before = Block(one.Before), After = Block(one.After) });
            if (one.After is null)
                continue;
            foreach (var warning in Warnings.Of(state, one.After, now))
                response.Warnings.Add(
                    new BlockWarning
                    {
                        ItemId = Id(warning.ItemId),
                        QuickTaskId = Id(warning.QuickTaskId),
                        Rule = warning.Rule,
                        Because = warning.Because ?? "",
                    }
                );
        }
        return response;

        BlockMessage? Block(StudyBlock? block) =>
            block is null ? null : Of(state.Calendar, BlockView.Of(state, block, now));
    }

    public static MakePlanResponse Of(PlanView view, TermCalendar calendar)
    {
        var response = new MakePlanResponse
        {
            PreviewId = view.PreviewId,
            BaseVersion = view.BaseVersion,
            ExpiresAt = Timestamp.FromDateTimeOffset(view.ExpiresAt),
            Kept = view.Summary.Kept,
        };
        response.Changes.Add(
            view.Diff.Select(d => new PlanChange
            {
                Change = ClassDrafts.Word(d.Change),
                ItemId = Id(d.ItemId),
                TaskClassId = Id(d.TaskClassId),
                Title = d.Title,
                From = d.From is { } from ? SlotOf(calendar, from) : null,
                To = d.To is { } to ? SlotOf(calendar, to) : null,
            })
        );
        response.Unplaced.Add(
            view.Reasons.Select(r => new PlanUnplaced
            {
                ItemId = Id(r.ItemId),
                TaskClassId = Id(r.TaskClassId),
                Title = r.Title,
                Rule = ClassDrafts.Word(r.Rule),
                MissingSections = r.MissingSections,
                Because = r.Because ?? "",
            })
        );
        response.Hours.Add(
            view.Hours.Select(h => new PlanHours
            {
                MemoryId = Id(h.MemoryId),
                Title = h.Title,
                Forbidden = h.Forbidden,
            })
        );
        response.Relaxations.Add(
            view.Relaxations.Select(r => new PlanRelaxation
            {
                Kind = ClassDrafts.Word(r.Kind),
                TaskClassId = Id(r.TaskClassId),
                SectionsGained = r.SectionsGained,
                Text = r.Text,
            })
        );
        return response;
    }

    private static string Clock(TermCalendar calendar, DateTimeOffset at) => SectionTimeView.Clock(calendar.TimeAt(at));

    public static ulong Id(long? id) => checked((ulong)(id ?? 0));
}
