using System.Text.Json;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The timetable of 正方's 教务管理系统: kcmc name, xm teacher, cdmc place, xqj day, jcs or jcor sections, zcd weeks. Courses
/// of <c>sjkList</c> have no time and are told as such.
/// </summary>
internal static class ZhengFangRows
{
    public static ReadFile Read(JsonElement root, JsonElement list, int? termWeeks)
    {
        var rows = new RowList();
        foreach (var (index, course) in list.EnumerateArray().Index())
        {
            if (course.ValueKind != JsonValueKind.Object)
                rows.Skip(index + 1, "no_course", "", "is no course");
            else
                Add(rows, index + 1, course, termWeeks);
        }
        if (root.Object("sjkList") is { ValueKind: JsonValueKind.Array } practice)
            foreach (var course in practice.EnumerateArray())
                if (course.Text("kcmc", "qtkcgs") is { Length: > 0 } name)
                    rows.Skip(null, "no_time", name, "has no fixed time");
        return rows.As(JsonTimetable.ZhengFang);
    }

    private static void Add(RowList rows, int number, JsonElement course, int? termWeeks)
    {
        var reader = new LessonReader(termWeeks);
        var day = reader.Day(course.Text("xqj", "xqjmc"));
        var weeks = reader.Weeks(course.Text("zcd"));
        foreach (var (from, to) in reader.Sections(course.Text("jcs", "jcor", "jc")))
            rows.Add(
                number,
                course.Text("kcmc"),
                course.Text("xm"),
                course.Text("cdmc"),
                day,
                from,
                to,
                weeks,
                reader.Confidence,
                reader.Errors
            );
    }
}
