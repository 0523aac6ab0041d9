using System.Security.Cryptography;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>What a person says about a class, and the rules for it.</summary>
internal record ClassFields
{
    public const int NameMax = 64;

    /// <summary>Of a class that another module makes, e.g. a plan of the plaza; it may keep that name.</summary>
    public const int GivenNameMax = 80;

    private const int NameUnitsMax = 500;
    private const int DaysMax = 731;
    private const int NamedMax = 20;
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2099, 12, 31);

    public required string Name { get; init; }

    public ClassMode Mode { get; init; }

    public required DateOnly StartDate { get; init; }

    public required DateOnly EndDate { get; init; }

    public ClassSubject Subject { get; init; } = ClassSubject.Mixed;

    public Level Difficulty { get; init; } = Level.Medium;

    public Level Intensity { get; init; } = Level.Medium;

    public ClassStrategy Strategy { get; init; }

    public bool AllowFillerCourses { get; init; } = true;

    public IReadOnlyList<int> ExcludedPairs { get; init; } = [];

    public IReadOnlyList<int> ExcludedDays { get; init; } = [];

    /// <summary>Null: the next one for a new class, the same for an old one.</summary>
    public int? Hue { get; init; }

    public IReadOnlyList<ItemFields> Items { get; init; } = [];

    /// <summary>The same, trimmed and with times to the microsecond.</summary>
    /// <param name="itemsMax">The most items.</param>
    /// <param name="nameMax">The most characters of the name.</param>
    /// <exception cref="RefusedException">invalid_argument with a reason by field, at most 20 of them.</exception>
    public ClassFields Checked(int itemsMax, int nameMax = NameMax)
    {
        if (Items.Count > itemsMax)
            throw RefusedException.Field("items", $"must be at most {itemsMax}");
        var fields = this with { Name = Name.Trim(), Items = [.. Items.Select(i => i.Trimmed())] };
        Dictionary<string, string[]> errors = [];
        foreach (var (field, reason) in fields.Problems(nameMax).Concat(fields.ItemProblems()).Take(NamedMax))
            errors.TryAdd(field, [reason]);
        return errors.Count == 0
            ? fields
            : throw new RefusedException(
                ErrorCodes.InvalidArgument,
                string.Join("; ", errors.Select(e => $"{e.Key}: {e.Value[0]}")),
                errors
            );
    }

    /// <summary>Tells a repeat of the same request from another request.</summary>
    public byte[] Hash() => SHA256.HashData(EventJson.Write(this));

    public void ApplyTo(TaskClass to)
    {
        to.Name = Name;
        to.Mode = Mode;
        (to.StartDate, to.EndDate) = (StartDate, EndDate);
        to.Subject = Subject;
        (to.Difficulty, to.Intensity) = (Difficulty, Intensity);
        to.Strategy = Strategy;
        to.AllowFillerCourses = AllowFillerCourses;
        to.ExcludedPairs = Mask(ExcludedPairs);
        to.ExcludedDays = Mask(ExcludedDays);
        to.Hue = Hue ?? to.Hue;
    }

    private IEnumerable<(string Field, string Reason)> Problems(int nameMax)
    {
        if (PlainText.Problem(Name, nameMax, NameUnitsMax) is { } name)
            yield return ("name", name);
        if (StartDate < Earliest || StartDate > Latest)
            yield return ("start_date", "must lie between the years 2000 and 2099");
        if (EndDate < Earliest || EndDate > Latest)
            yield return ("end_date", "must lie between the years 2000 and 2099");
        if (EndDate < StartDate)
            yield return ("end_date", "must not be before start_date");
        else if (EndDate.DayNumber - StartDate.DayNumber >= DaysMax)
            yield return ("end_date", $"must be within {DaysMax} days of start_date");
        if (NotWithin(ExcludedPairs, 6) is { } pairs)
            yield return ("excluded_pairs", pairs);
        if (NotWithin(ExcludedDays, 7) is { } days)
            yield return ("excluded_days", days);
        if (Hue is < 0 or >= TaskClass.Hues)
            yield return ("hue", $"must be between 0 and {TaskClass.Hues - 1}");
    }

    private IEnumerable<(string Field, string Reason)> ItemProblems()
    {
        HashSet<long> ids = [];
        for (var i = 0; i < Items.Count; i++)
        {
            foreach (var (field, reason) in Items[i].Problems())
                yield return ($"items[{i}].{field}", reason);
            if (Items[i].Id is { } id && !ids.Add(id))
                yield return ($"items[{i}].id", "is given twice");
        }
    }

    private static string? NotWithin(IReadOnlyList<int> numbers, int most)
    {
        if (numbers.Any(n => n < 1 || n > most))
            return $"must be numbers between 1 and {most}";
        return Mask(numbers) == (1 << most) - 1 ? "must leave something to study in" : null;
    }

    private static int Mask(IReadOnlyList<int> numbers) => numbers.Aggregate(0, (mask, n) => mask | 1 << (n - 1));
}

/// <summary>One item as its owner writes it; without an id it is new.</summary>
internal sealed record ItemFields(long? Id, string Content, int? Sections = null, DateTimeOffset? DeadlineAt = null)
{
    public const int DefaultSections = 2;
    private const int SectionsMax = 4;
    private const int ContentMax = 500;
    private const int ContentUnitsMax = 4_000;
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ItemFields Trimmed() =>
        this with
        {
            Content = Content.Trim(),
            Sections = Sections ?? DefaultSections,
            DeadlineAt = DeadlineAt?.ToMicros(),
        };

    public IEnumerable<(string Field, string Reason)> Problems()
    {
        if (PlainText.Problem(Content, ContentMax, ContentUnitsMax) is { } content)
            yield return ("content", content);
        if (Sections is < 1 or > SectionsMax)
            yield return ("sections", $"must be between 1 and {SectionsMax}");
        if (DeadlineAt < Earliest || DeadlineAt > Latest)
            yield return ("deadline_at", "must lie between the years 2000 and 2100");
    }

    public void ApplyTo(TaskItem to, int position) =>
        (to.Position, to.Content, to.Sections, to.DeadlineAt) = (
            position,
            Content,
            Sections ?? DefaultSections,
            DeadlineAt
        );
}
