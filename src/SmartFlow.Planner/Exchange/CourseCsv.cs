using SmartFlow.Planner.Courses;
using SmartFlow.Platform.Csv;

namespace SmartFlow.Planner.Exchange;

/// <summary>Courses in WakeUp's columns, so that importing them again gives the same timetable. Pure.</summary>
internal static class CourseCsv
{
    public static string Write(IEnumerable<Course> courses)
    {
        var csv = new CsvWriter().Row("课程名称", "星期", "开始节数", "结束节数", "老师", "地点", "周数");
        foreach (var course in courses.OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Id))
        foreach (var one in course.Arrangements.OrderBy(a => a.Day).ThenBy(a => a.SectionFrom).ThenBy(a => a.Id))
            csv.Row(
                course.Name,
                one.Day,
                one.SectionFrom,
                one.SectionTo,
                one.Teacher ?? course.Teacher,
                one.Place ?? course.Place,
                WeekList.Write(one.Weeks)
            );
        return csv.Take();
    }
}
