using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Collects the rows of a file, at most so many.</summary>
internal sealed class RowList
{
    public const int RowsMax = 1_000;
    private const int ErrorsMax = 100;

    /// <summary>More than a field may have, so that it is still seen as too long.</summary>
    private const int TextKept = 3 * CourseRow.TextMax;
    private readonly List<CourseRow> rows = [];
    private readonly List<FileError> errors = [];

    /// <exception cref="RefusedException">invalid_argument: too many rows.</exception>
    public void Add(
        int? line, string name, string teacher, string place, int? day, int? from, int? to, IEnumerable<int> weeks,
        double confidence, IEnumerable<RowError> problems)
    {
        if (rows.Count == RowsMax) throw RefusedException.Field("file", $"must have at most {RowsMax} rows");
        var found = problems.ToArray();
        rows.Add(new CourseRow(
            rows.Count + 1, line, Excerpt.Of(name, TextKept), Excerpt.Of(teacher, TextKept), Excerpt.Of(place, TextKept), day, from, to, [.. weeks], found.Length > 0 ? Math.Min(confidence, 0.5) : confidence, found));
    }

    /// <summary>What gave no row; the first hundred are told.</summary>
    public void Skip(int? line, string code, string reason)
    {
        if (errors.Count < ErrorsMax) errors.Add(new FileError(line, code, reason));
    }

    /// <exception cref="RefusedException">invalid_argument: nothing was found.</exception>
    public ReadFile As(string format) => rows.Count + errors.Count == 0
        ? throw RefusedException.Field("file", "holds no course")
        : new ReadFile(format, rows, errors);
}
