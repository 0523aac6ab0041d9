using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>What the columns of a timetable are called. Pure.</summary>
internal static partial class SheetColumns
{
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal);

    static SheetColumns()
    {
        Name(
            "name",
            "课程名称 课程名 课程 课名 科目 科目名称 课程全名 课程中文名 name course title coursename coursetitle subject module"
        );
        Name("day", "星期 周几 星期几 上课星期 上课周几 上课日 星期数 day weekday dayofweek");
        Name(
            "from",
            "开始节数 开始节次 开始节 起始节数 起始节次 起始节 上课开始节次 sectionfrom startsection startperiod firstperiod periodfrom start from"
        );
        Name(
            "to",
            "结束节数 结束节次 结束节 终止节数 终止节次 终止节 截止节次 上课结束节次 sectionto endsection endperiod lastperiod periodto end to"
        );
        Name("sections", "节次 上课节次 上课节数 上课小节 小节 第几节 sections section periods period lessons");
        Name("count", "节数 持续节数 连续节数 连上节数 step");
        Name("time", "上课时间 上课时间地点 时间 时间地点 上课安排 classtime schedule");
        Name(
            "teacher",
            "老师 教师 任课教师 授课教师 任课老师 授课老师 上课教师 主讲教师 教师姓名 老师姓名 teacher instructor lecturer professor"
        );
        Name(
            "place",
            "地点 教室 上课地点 上课教室 授课地点 教学地点 教室名称 上课场地 场地 place location room classroom venue"
        );
        Name(
            "weeks",
            "周数 周次 上课周次 上课周数 上课周 起止周 起止周次 教学周 教学周次 开课周次 weeks week weekrange teachingweeks"
        );
        Name("week_from", "开始周 起始周 开始周次 起始周次 起始周数 起周 startweek weekfrom firstweek");
        Name("week_to", "结束周 终止周 截止周 结束周次 终止周次 终止周数 止周 endweek weekto lastweek");
        Name("parity", "单双周 单双 周类型 weektype parity");
    }

    /// <summary>Where each column is; null: no line of names.</summary>
    public static Dictionary<string, int>? Of(IReadOnlyList<string> cells)
    {
        Dictionary<string, int> columns = [];
        foreach (var (index, cell) in cells.Index())
            if (
                cell.Length <= 40
                && Columns.TryGetValue(Around().Replace(PlainText.Of(cell).ToLowerInvariant(), ""), out var name)
            )
                columns.TryAdd(name, index);
        if (!columns.ContainsKey("name"))
            return null;
        var hasSections = Has("sections") || Has("from") && (Has("to") || Has("count")) || Has("count");
        var hasWeeks = Has("weeks") || Has("week_from") && Has("week_to");
        return Has("day") && hasSections && hasWeeks || Has("time") ? columns : null;

        bool Has(string column) => columns.ContainsKey(column);
    }

    private static void Name(string column, string names)
    {
        foreach (var name in names.Split(' '))
            Columns.Add(name, column);
    }

    // A remark behind the name, marks of what must be filled in, blanks.
    [GeneratedRegex(@"\(.*$|[\s_*:\-\[\]]")]
    private static partial Regex Around();
}
