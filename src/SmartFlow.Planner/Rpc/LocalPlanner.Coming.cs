using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

/// <summary>What is coming, for reminders.</summary>
internal sealed partial class LocalPlanner
{
    private const int WindowsMax = 20;
    private const int ComingMax = 1_000;

    /// <summary>After from, up to and with until.</summary>
    private readonly record struct Window(DateTimeOffset From, DateTimeOffset Until)
    {
        public bool Holds(DateTimeOffset at) => at > From && at <= Until;
    }

    public async Task<ListComingResponse> ListDueTasksAsync(
        ListComingRequest request,
        CancellationToken cancellationToken
    )
    {
        var windows = Windows(request);
        var after = (long)request.After;
        var (from, until) = (windows.Min(w => w.From), windows.Max(w => w.Until));
        var response = new ListComingResponse();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .QuickTasks.AsNoTracking()
            .Where(t => t.CompletedAt == null && t.DeadlineAt > from && t.DeadlineAt <= until && t.Id > after)
            .OrderBy(t => t.Id)
            .Take(request.Limit)
            .ToListAsync(cancellationToken);
        response.Items.Add(rows.Where(t => windows.Any(w => w.Holds(t.DeadlineAt!.Value))).Select(Coming));
        if (rows.Count == request.Limit)
            response.NextAfter = (ulong)rows[^1].Id;
        return response;
    }

    public async Task<ListComingResponse> ListStartingAsync(
        ListComingRequest request,
        CancellationToken cancellationToken
    )
    {
        var windows = Windows(request);
        var response = new ListComingResponse();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var after = request.After;
        var page = await db
            .Terms.AsNoTracking()
            .Where(t => t.IsCurrent && t.UserId > after)
            .OrderBy(t => t.UserId)
            .Take(request.Limit)
            .ToListAsync(cancellationToken);
        var (userIds, termIds) = (page.Select(t => t.UserId).ToArray(), page.Select(t => t.Id).ToArray());
        var ownStarts = (
            await db
                .Arrangements.AsNoTracking()
                .Where(a => userIds.Contains(a.UserId) && termIds.Contains(a.TermId) && a.StartsMinute != null)
                .Select(a => new { a.TermId, Starts = a.StartsMinute!.Value })
                .Distinct()
                .ToListAsync(cancellationToken)
        ).ToLookup(a => a.TermId, a => TimeOnly.MinValue.AddMinutes(a.Starts));
        foreach (var term in page)
        {
            var starts = term.SectionTimes.Select(t => t.Starts).Concat(ownStarts[term.Id]);
            var weeks = WeeksWith([.. starts], term, windows).Distinct().ToArray();
            foreach (var week in weeks)
                response.Items.Add(
                    OfWeek(await TermState.LoadAsync(db, term, week, [], cancellationToken))
                        .Where(c => windows.Any(w => w.Holds(c.At.ToDateTimeOffset())))
                );
        }
        if (page.Count == request.Limit)
            response.NextAfter = page[^1].UserId;
        return response;
    }

    public async Task<GetDayResponse> GetDayAsync(GetDayRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (userId, date) = (request.UserId, ClassDrafts.Date("date", request.Date));
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var calendar = new TermCalendar(term);
        var items = calendar.SlotDayOf(date) is { } slot
            ? OfWeek(await TermState.LoadAsync(db, term, slot.Week, [], cancellationToken))
                .Where(c => calendar.DateAt(c.At.ToDateTimeOffset()) == date)
                .ToList()
            : [];
        // A local day lies within these hours of UTC's, whatever the zone.
        var (from, until) = (
            new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(-14),
            new DateTimeOffset(date.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero).AddHours(14)
        );
        var due = await db
            .QuickTasks.AsNoTracking()
            .Where(t => t.UserId == userId && t.CompletedAt == null && t.DeadlineAt >= from && t.DeadlineAt <= until)
            .OrderBy(t => t.DeadlineAt)
            .Take(ComingMax)
            .ToListAsync(cancellationToken);
        items.AddRange(due.Where(t => calendar.DateAt(t.DeadlineAt!.Value) == date).Select(Coming));
        var response = new GetDayResponse();
        response.Items.Add(items.OrderBy(c => c.At));
        return response;
    }

    private static Window[] Windows(ListComingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Windows.Count is 0 or > WindowsMax)
            throw RefusedException.Field("windows", $"must be between 1 and {WindowsMax}");
        if (request.Limit is < 1 or > ComingMax)
            throw RefusedException.Field("limit", $"must be between 1 and {ComingMax}");
        if (request.Windows.Any(w => w.From is null || w.Until is null))
            throw RefusedException.Field("windows", "need from and until");
        return [.. request.Windows.Select(w => new Window(w.From.ToDateTimeOffset(), w.Until.ToDateTimeOffset()))];
    }

    /// <summary>
    /// The weeks of a term in which one of its local times falls into one of the windows: as a rule none, and nothing
    /// more is read.
    /// </summary>
    private static IEnumerable<int> WeeksWith(TimeOnly[] starts, Term term, Window[] windows)
    {
        var calendar = new TermCalendar(term);
        foreach (var window in windows)
            for (var date = calendar.DateAt(window.From); date <= calendar.DateAt(window.Until); date = date.AddDays(1))
                if (calendar.SlotDayOf(date) is { } day && starts.Any(s => window.Holds(calendar.At(date, s))))
                    yield return day.Week;
    }

    /// <summary>What is done, ticked off or not, is not reminded of.</summary>
    private static IEnumerable<ComingMessage> OfWeek(TermState state)
    {
        foreach (var o in state.Occurrences)
        {
            var (from, to) = state.Calendar.TimesOf(o);
            yield return Coming(state.Term.UserId, "course", o.Arrangement.Id, o.Course.Name, from, to, o.Place);
        }
        foreach (var p in state.Placements)
        {
            if (
                p.SectionTo > state.Calendar.SectionsPerDay
                || state.ItemOf(p.Subject)?.DoneAt is not null
                || state.TaskOf(p.Subject)?.CompletedAt is not null
            )
                continue;
            var (from, to) = state.Calendar.TimesOf(p.Week, p.Day, p.SectionFrom, p.SectionTo);
            yield return Coming(state.Term.UserId, "block", p.Id, state.TitleOf(p.Subject), from, to, "");
        }
    }

    private static ComingMessage Coming(QuickTask task) =>
        Coming(task.UserId, "deadline", task.Id, task.Title, task.DeadlineAt!.Value, null, "");

    private static ComingMessage Coming(
        ulong userId,
        string what,
        long id,
        string title,
        DateTimeOffset at,
        DateTimeOffset? endsAt,
        string place
    ) =>
        new()
        {
            UserId = userId,
            What = what,
            Key = string.Create(CultureInfo.InvariantCulture, $"{what}:{id}:{UnixMicros.From(at)}"),
            Title = title,
            At = Timestamp.FromDateTimeOffset(at),
            EndsAt = Stamp(endsAt),
            Place = place,
        };
}
