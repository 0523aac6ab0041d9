using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// One arrangement as a file says it. What could not be read is null or empty, with the reason in the errors.
/// </summary>
/// <param name="Row">From 1, unique in its preview.</param>
/// <param name="Line">Of the file, as far as it has lines.</param>
/// <param name="Confidence">0 to 1; below 0.75 a person should look.</param>
internal sealed record CourseRow(
    int Row,
    int? Line,
    string Name,
    string Teacher,
    string Place,
    int? Day,
    int? SectionFrom,
    int? SectionTo,
    IReadOnlyList<int> Weeks,
    double Confidence,
    IReadOnlyList<RowError> Errors
)
{
    public const int TextMax = 100;

    /// <summary>The same, tidied and with every error that it has in this term.</summary>
    public CourseRow Checked(Term term)
    {
        var row = this with
        {
            Name = Tidy(Name),
            Teacher = Tidy(Teacher),
            Place = Tidy(Place),
            Weeks = [.. Weeks.Distinct().Order()],
        };
        var told = row.Errors.Select(e => e.Field).ToHashSet();
        return row with { Errors = [.. row.Errors, .. row.Problems(term).Where(e => told.Add(e.Field))] };
    }

    private IEnumerable<RowError> Problems(Term term)
    {
        if (Name.Length == 0)
            yield return RowError.Missing("name");
        foreach (var (field, text) in new[] { ("name", Name), ("teacher", Teacher), ("place", Place) })
            if (text.Length > TextMax)
                yield return new RowError(field, "too_long", $"must have at most {TextMax} characters");
        if (Day is null)
            yield return RowError.Missing("day");
        else if (Day is < 1 or > 7)
            yield return RowError.Range("day", 1, 7);
        var sections = term.SectionTimes.Count;
        if (SectionFrom is null)
            yield return RowError.Missing("section_from");
        else if (SectionFrom < 1 || SectionFrom > sections)
            yield return RowError.Range("section_from", 1, sections);
        if (SectionTo is null)
            yield return RowError.Missing("section_to");
        else if (SectionTo < 1 || SectionTo > sections)
            yield return RowError.Range("section_to", 1, sections);
        else if (SectionTo < SectionFrom)
            yield return new RowError("section_to", "reversed", "must not be smaller than section_from");
        if (Weeks.Count == 0)
            yield return RowError.Missing("weeks");
        else if (Weeks[0] < 1 || Weeks[^1] > term.Weeks)
            yield return RowError.Range("weeks", 1, term.Weeks);
    }

    /// <summary>
    /// Line breaks and other control characters become blanks: a cell of a sheet may hold several lines.
    /// </summary>
    private static string Tidy(string text)
    {
        var paired = Paired(text);
        return string.Join(
            ' ',
            string.Concat(text.Select(c => char.IsControl(c) || (char.IsSurrogate(c) && !paired) ? ' ' : c))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );
    }

    private static bool Paired(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}

/// <summary>Why a field of a row cannot be taken.</summary>
/// <param name="Field">Of the row.</param>
/// <param name="Code">missing, out_of_range, too_long, reversed, unreadable, no_section.</param>
/// <param name="Reason">For a person, in English.</param>
internal sealed record RowError(string Field, string Code, string Reason)
{
    public static RowError Missing(string field) => new(field, "missing", "is missing");

    public static RowError Range(string field, int least, int most) =>
        new(field, "out_of_range", $"must be between {least} and {most}");

    public static RowError NoSection(string hours) =>
        new("section_from", "no_section", $"{Excerpt.Of(hours, 40)} is in no section of the term");

    public static RowError Unreadable(string field, string text) =>
        new(field, "unreadable", $"cannot be read: {Excerpt.Of(text, 40)}");
}

/// <summary>A part of the file that gave no row.</summary>
/// <param name="Line">Of the file, as far as it has lines.</param>
/// <param name="Code">no_course, unreadable, no_time, outside_term, unsupported_recurrence.</param>
/// <param name="Reason">For a person, in English.</param>
/// <param name="Name">What the file calls it; empty: nothing.</param>
internal sealed record FileError(int? Line, string Code, string Reason, string Name);

/// <summary>What a reader found.</summary>
/// <param name="Format">Of <see cref="PreviewImport.Outcome"/>.</param>
/// <param name="Rows">In the order of the file.</param>
/// <param name="Errors">What gave no row.</param>
/// <param name="Zones">In which hours were read, as the file names them; empty: it has none.</param>
/// <param name="FirstMonday">Of the term, where the file says it.</param>
internal sealed record ReadFile(
    string Format,
    IReadOnlyList<CourseRow> Rows,
    IReadOnlyList<FileError> Errors,
    IReadOnlyList<string>? Zones = null,
    DateOnly? FirstMonday = null
);
