using System.Text.Json;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// XiaoAi's courses: <c>{name,position,teacher,weeks[],day,sections[]}</c>, sections as numbers or as <c>{section}</c>. Sections
/// with a gap are rows of their own.
/// </summary>
internal static class XiaoAiRows
{
    private const int NumbersMax = 64;

    public static ReadFile Read(JsonElement courses)
    {
        var rows = new RowList();
        foreach (var (index, course) in courses.EnumerateArray().Index())
        {
            if (course.ValueKind != JsonValueKind.Object) rows.Skip(index + 1, "no_course", "", "is no course");
            else Add(rows, index + 1, course);
        }
        return rows.As(JsonTimetable.XiaoAi);
    }

    private static void Add(RowList rows, int number, JsonElement course)
    {
        List<RowError> errors = [];
        var day = DayName.Read(course.Text("day", "weekday"));
        if (day is null && course.Text("day", "weekday") is { Length: > 0 } said) errors.Add(RowError.Unreadable("day", said));
        var weeks = Numbers(course, "weeks", "weeks", WeekList.Read, errors);
        var sections = Numbers(course, "sections", "section_from", text => Between(SectionRange.Read(text)), errors);
        var runs = SectionRange.Runs(sections).Select(r => ((int?)r.From, (int?)r.To)).DefaultIfEmpty((null, null));
        foreach (var (from, to) in runs)
            rows.Add(
                number, course.Text("name"), course.Text("teacher"), course.Text("position", "place", "room"), day, from, to, weeks, 1, errors);
    }

    private static int[] Numbers(JsonElement course, string member, string field, Func<string, int[]?> read, List<RowError> errors)
    {
        var value = course.Object(member);
        if (value is null) return [];
        if (value is { ValueKind: JsonValueKind.Array } list)
        {
            var numbers = list.EnumerateArray().Take(NumbersMax).Select(n => (n.Object("section") ?? n).Whole()).ToArray();
            if (list.GetArrayLength() <= NumbersMax && numbers.All(n => n is >= 0 and < 1_000)) return [.. numbers.Select(n => n!.Value)];
        }
        else if (value is { ValueKind: JsonValueKind.String } && read(course.Text(member)) is { } found)
            return found;
        errors.Add(RowError.Unreadable(field, value.Value.GetRawText()));
        return [];
    }

    private static int[]? Between((int From, int To)? range) =>
        range is { } r && r.To >= r.From ? [.. Enumerable.Range(r.From, r.To - r.From + 1)] : null;
}
