using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Collects the rows of a file, at most so many.</summary>
internal sealed class RowList
{
    public const int RowsMax = 1_000;
    private const int ErrorsMax = 100;
    private const int NameKept = 60;

    /// <summary>More than a field may have, so that it is still seen as too long.</summary>
    private const int TextKept = 3 * CourseRow.TextMax;
    private readonly List<CourseRow> rows = [];
    private readonly List<FileError> errors = [];

    /// <exception cref="RefusedException">invalid_argument: too many rows.</exception>
    public void Add(
        int? line,
        string name,
        string teacher,
        string place,
        int? day,
        int? from,
        int? to,
        IEnumerable<int> weeks,
        double confidence,
        IEnumerable<RowError> problems
    )
    {
        if (rows.Count == RowsMax)
            throw Unreadable.TooManyRows(RowsMax);
        var found = problems.ToArray();
        rows.Add(
            new CourseRow(
                rows.Count + 1,
                line,
                Excerpt.Of(name, TextKept),
                Excerpt.Of(teacher, TextKept),
                Excerpt.Of(place, TextKept),
                day,
                from,
                to,
                [.. weeks],
                found.Length > 0 ? Math.Min(confidence, 0.5) : confidence,
                found
            )
        );
    }

    /// <summary>What gave no row; the first hundred are told.</summary>
    /// <param name="line">Of the file.</param>
    /// <param name="code">A word of <see cref="FileError"/>.</param>
    /// <param name="name">What the file calls it; empty: nothing.</param>
    /// <param name="reason">In English, behind the name.</param>
    public void Skip(int? line, string code, string name, string reason)
    {
        if (errors.Count == ErrorsMax)
            return;
        var said = Excerpt.Of(name, NameKept);
        errors.Add(new FileError(line, code, $"{(said.Length == 0 ? "An entry" : said)} {reason}", said));
    }

    /// <exception cref="RefusedException">invalid_argument: nothing was found.</exception>
    public ReadFile As(string format) => Any(format) ?? throw Unreadable.NoCourse();

    /// <summary>Null: nothing was found.</summary>
    public ReadFile? Any(string format) => rows.Count + errors.Count == 0 ? null : new ReadFile(format, rows, errors);
}
