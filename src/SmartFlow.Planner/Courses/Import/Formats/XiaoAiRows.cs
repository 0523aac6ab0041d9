using System.Text.Json;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// XiaoAi's courses: <c>{name,position,teacher,weeks[],day,sections[]}</c>, sections as numbers or as <c>{section}</c>.
/// Sections with a gap are rows of their own.
/// </summary>
internal static class XiaoAiRows
{
    private const int NumbersMax = 64;

    public static ReadFile Read(JsonElement courses, int? termWeeks)
    {
        var rows = new RowList();
        foreach (var (index, course) in courses.EnumerateArray().Index())
        {
            if (course.ValueKind != JsonValueKind.Object)
                rows.Skip(index + 1, "no_course", "", "is no course");
            else
                Add(rows, index + 1, course, termWeeks);
        }
        return rows.As(JsonTimetable.XiaoAi);
    }

    private static void Add(RowList rows, int number, JsonElement course, int? termWeeks)
    {
        var reader = new LessonReader(termWeeks);
        var day = reader.Day(course.Text("day", "weekday"));
        var weeks = Numbers(course, "weeks") ?? reader.Weeks(Written(course, "weeks"));
        var runs = Numbers(course, "sections") is { Length: > 0 } sections
            ? [.. SectionRange.Runs(sections).Select(r => ((int?)r.From, (int?)r.To))]
            : reader.Sections(Written(course, "sections"));
        foreach (var (from, to) in runs)
            rows.Add(
                number,
                course.Text("name"),
                course.Text("teacher"),
                course.Text("position", "place", "room"),
                day,
                from,
                to,
                weeks,
                reader.Confidence,
                reader.Errors
            );
    }

    /// <summary>Null: no list of numbers of a timetable.</summary>
    private static int[]? Numbers(JsonElement course, string member)
    {
        if (course.Object(member) is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var numbers = list.EnumerateArray().Take(NumbersMax).Select(n => (n.Object("section") ?? n).Whole()).ToArray();
        return list.GetArrayLength() <= NumbersMax && numbers.All(n => n is >= 0 and < 1_000)
            ? [.. numbers.Select(n => n!.Value)]
            : null;
    }

    /// <summary>As text, or what is there instead, which nobody reads.</summary>
    private static string Written(JsonElement course, string member) =>
        course.Object(member) switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } or { ValueKind: JsonValueKind.Number } => course.Text(member),
            { ValueKind: JsonValueKind.Array } empty when empty.GetArrayLength() == 0 => "",
            { } other => other.GetRawText(),
        };
}
