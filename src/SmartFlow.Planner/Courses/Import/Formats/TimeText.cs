using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Day, sections and weeks that stand in one text: 周一第1,2节{第1-16周}, 1-16([周])[01-02节], (1-2节)1-16周. Pure.
/// </summary>
internal static partial class TimeText
{
    /// <summary>
    /// Each part as it is written, empty where there is none; what is neither day nor sections is taken for weeks.
    /// </summary>
    public static (string Day, string Sections, string Weeks) Parts(string text)
    {
        var (rest, day, sections) = (PlainText.Of(text), "", "");
        if (SectionsIn().Match(rest) is { Success: true } said && SectionRange.Read(said.Value) is not null)
            (sections, rest) = (said.Value, rest.Remove(said.Index, said.Length));
        // 周一鸣 is a teacher.
        if ((sections.Length > 0 || HasWeeks(text)) && DayIn().Match(rest) is { Success: true } of)
            (day, rest) = (of.Value, rest.Remove(of.Index, of.Length));
        rest = rest.Trim(' ', ',');
        return (day, sections, Empty().IsMatch(rest) ? "" : rest);
    }

    /// <summary>Whether weeks with their unit stand in it: a room's number has none.</summary>
    public static bool HasWeeks(string text) => WeekIn().IsMatch(PlainText.Of(text));

    [GeneratedRegex(
        @"[(\[]?第?[0-9]{1,2}(?:[-,][0-9]{1,2}){0,11}小?节[)\]]?|[(\[]第?[一二三四五六七八九十]{1,4}节[)\]]"
    )]
    private static partial Regex SectionsIn();

    [GeneratedRegex("(?:星期|周)[一二三四五六日天]")]
    private static partial Regex DayIn();

    [GeneratedRegex(
        @"[0-9)][ ]*[(\[]*[单双]?周(?![0-9一二三四五六日天])|[单双]周|[0-9]\([单双]\)|\bweeks?\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex WeekIn();

    [GeneratedRegex(@"^[(\[{)\]} ]*$")]
    private static partial Regex Empty();
}
