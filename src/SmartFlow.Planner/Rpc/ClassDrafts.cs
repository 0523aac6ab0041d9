using System.Globalization;
using NodaTime;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

/// <summary>Between a class and its form on the wire, in the owner's time zone.</summary>
internal sealed class ClassDrafts(DateTimeZone zone)
{
    private const string DateFormat = "yyyy-MM-dd";
    private static readonly LocalTime EndOfDay = new(23, 59);

    public TaskClassDraft Write(TaskClass c, IReadOnlyList<TaskItem> items)
    {
        var draft = new TaskClassDraft
        {
            Name = c.Name,
            Mode = Word(c.Mode),
            StartDate = Text(c.StartDate),
            EndDate = Text(c.EndDate),
            Subject = Word(c.Subject),
            Difficulty = Word(c.Difficulty),
            Intensity = Word(c.Intensity),
            Strategy = Word(c.Strategy),
            AllowFillerCourses = c.AllowFillerCourses,
        };
        draft.ExcludedPairs.Add(TaskClassView.Numbers(c.ExcludedPairs));
        draft.ExcludedDays.Add(TaskClassView.Numbers(c.ExcludedDays));
        draft.Items.Add(
            items.Select(i => new TaskItemDraft
            {
                Content = i.Content,
                Sections = i.Sections,
                Deadline = Text(i.DeadlineAt),
            })
        );
        return draft;
    }

    /// <exception cref="RefusedException">invalid_argument: a date or word that is none. The rest is checked where it
    /// is saved.</exception>
    public ClassFields Read(TaskClassDraft draft) =>
        new()
        {
            Name = draft.Name,
            Mode = Value("mode", draft.Mode, ClassMode.Auto),
            StartDate = Date("start_date", draft.StartDate),
            EndDate = Date("end_date", draft.EndDate),
            Subject = Value("subject", draft.Subject, ClassSubject.Mixed),
            Difficulty = Value("difficulty", draft.Difficulty, Level.Medium),
            Intensity = Value("intensity", draft.Intensity, Level.Medium),
            Strategy = Value("strategy", draft.Strategy, ClassStrategy.Steady),
            AllowFillerCourses = !draft.HasAllowFillerCourses || draft.AllowFillerCourses,
            ExcludedPairs = [.. draft.ExcludedPairs],
            ExcludedDays = [.. draft.ExcludedDays],
            Items = [.. draft.Items.Select(Read)],
        };

    public static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The class with what is named changed; the rest as it is.</summary>
    /// <exception cref="RefusedException">invalid_argument, by field.</exception>
    public ClassFields Edited(TaskClass c, IReadOnlyList<TaskItem> items, EditTaskClassRequest edit)
    {
        var (edited, removed) = (edit.EditedItems.ToLookup(e => e.Id), edit.RemovedItems.ToHashSet());
        var unknown = edit
            .EditedItems.Select(e => e.Id)
            .Concat(removed)
            .Except(items.Select(i => (ulong)i.Id))
            .ToArray();
        if (unknown.Length > 0)
            throw RefusedException.Field("items", $"{unknown[0]} is no item of this study plan");
        return new ClassFields
        {
            Name = edit.HasName ? edit.Name : c.Name,
            Mode = edit.HasMode ? Value("mode", edit.Mode, c.Mode) : c.Mode,
            StartDate = edit.HasStartDate ? Date("start_date", edit.StartDate) : c.StartDate,
            EndDate = edit.HasEndDate ? Date("end_date", edit.EndDate) : c.EndDate,
            Subject = edit.HasSubject ? Value("subject", edit.Subject, c.Subject) : c.Subject,
            Difficulty = edit.HasDifficulty ? Value("difficulty", edit.Difficulty, c.Difficulty) : c.Difficulty,
            Intensity = edit.HasIntensity ? Value("intensity", edit.Intensity, c.Intensity) : c.Intensity,
            Strategy = edit.HasStrategy ? Value("strategy", edit.Strategy, c.Strategy) : c.Strategy,
            AllowFillerCourses = edit.HasAllowFillerCourses ? edit.AllowFillerCourses : c.AllowFillerCourses,
            ExcludedPairs = edit.ExcludedPairs is { } pairs
                ? [.. pairs.Values]
                : TaskClassView.Numbers(c.ExcludedPairs),
            ExcludedDays = edit.ExcludedDays is { } days ? [.. days.Values] : TaskClassView.Numbers(c.ExcludedDays),
            Items =
            [
                .. items
                    .Where(i => !removed.Contains((ulong)i.Id))
                    .Select(i => Edited(i, edited[(ulong)i.Id].LastOrDefault())),
                .. edit.AddedItems.Select(Read),
            ],
        };
    }

    private ItemFields Edited(TaskItem item, TaskItemEdit? edit) =>
        new(
            item.Id,
            edit?.HasContent == true ? edit.Content : item.Content,
            edit?.HasSections == true ? edit.Sections : item.Sections,
            edit?.HasDeadline != true ? item.DeadlineAt
                : edit.Deadline.Length == 0 ? null
                : End(Date("deadline", edit.Deadline))
        );

    private ItemFields Read(TaskItemDraft item, int position) =>
        new(
            null,
            item.Content,
            item.Sections == 0 ? null : item.Sections,
            item.Deadline.Length == 0 ? null : End(Date($"items[{position}].deadline", item.Deadline))
        );

    private string Text(DateTimeOffset? time) =>
        time is { } at ? Text(Instant.FromDateTimeOffset(at).InZone(zone).Date.ToDateOnly()) : "";

    private DateTimeOffset End(DateOnly date) =>
        zone.AtLeniently(LocalDate.FromDateOnly(date) + EndOfDay).ToInstant().ToDateTimeOffset();

    public static DateOnly Date(string field, string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw RefusedException.Field(field, "must be a date like 2026-12-01");

    private static T Value<T>(string field, string word, T otherwise)
        where T : struct, Enum
    {
        if (word.Length == 0)
            return otherwise;
        foreach (var value in Enum.GetValues<T>())
            if (Word(value) == word)
                return value;
        throw RefusedException.Field(field, "must be one of " + string.Join(", ", Enum.GetValues<T>().Select(Word)));
    }
}
