using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// A lesson in a cell of a grid, with what its text says of it. How sure it is follows from how it was told apart.
/// </summary>
internal sealed partial class GridCell
{
    private const double Labelled = 0.95;
    private const double InOrder = 0.9;
    private const double ByLook = 0.7;
    private const double Unsure = 0.5;
    private readonly LessonReader reader;
    private string name = "",
        teacher = "",
        place = "";
    private int? day;
    private int[] weeks = [];
    private (int? From, int? To)[]? sections;
    private double confidence = InOrder;

    private GridCell(int termWeeks) => reader = new LessonReader(termWeeks);

    /// <summary>The lessons of a cell: parted by blank lines or rules, or else by the times that they have.</summary>
    public static IEnumerable<GridCell> Read(string cell, int termWeeks)
    {
        var blocks = Rule()
            .Split(cell.ReplaceLineEndings("\n").Trim())
            .Where(b => !string.IsNullOrWhiteSpace(b))
            .ToArray();
        foreach (var lines in Joined(blocks).SelectMany(Entries))
            yield return Of(lines, termWeeks);
    }

    /// <summary>A row for each run of sections.</summary>
    /// <param name="rows">Where they go.</param>
    /// <param name="line">Of the sheet.</param>
    /// <param name="column">The day of the column.</param>
    /// <param name="label">The sections of the line; null: it names none.</param>
    public void AddTo(RowList rows, int line, int column, (int From, int To)? label)
    {
        if (day is { } own && own != column)
            reader.Refuse(new RowError("day", "unreadable", "says another day than its column"));
        if (
            sections is [(int from, int to)]
            && label is { } said
            && (from < said.From || to > said.To)
            && (from > said.From || to < said.To)
        )
            confidence = Math.Min(confidence, ByLook);
        var runs = sections ?? [(label?.From, label?.To)];
        foreach (var run in runs)
            rows.Add(
                line,
                name,
                teacher,
                place,
                column,
                run.From,
                run.To,
                weeks,
                Math.Min(confidence, reader.Confidence),
                reader.Errors
            );
    }

    /// <summary>
    /// Blocks without a time belong to the one before: a blank line may part the lines of one lesson, too.
    /// </summary>
    private static List<string[]> Joined(string[] blocks)
    {
        List<string[]> joined = [];
        var all = blocks.Select(Lines).Where(l => l.Length > 0).ToArray();
        if (!all.Any(l => l.Any(HasWeeks)))
            return [.. all.Take(1).Select(_ => all.SelectMany(l => l).ToArray())];
        foreach (var lines in all)
            if (joined.Count > 0 && !(joined[^1].Any(HasWeeks) && lines.Any(HasWeeks)))
                joined[^1] = [.. joined[^1], .. lines];
            else
                joined.Add(lines);
        return joined;
    }

    private static string[] Lines(string block) =>
        block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Lessons without a line between them have as many lines each, with the time at the same place.</summary>
    private static IEnumerable<string[]> Entries(string[] lines)
    {
        var times = lines.Index().Where(l => HasWeeks(l.Item)).Select(l => l.Index).ToArray();
        if (times.Length < 2 || lines.Length % times.Length != 0)
            return [lines];
        var size = lines.Length / times.Length;
        return times.Index().All(t => t.Item == times[0] + t.Index * size) && times[0] < size
            ? lines.Chunk(size)
            : [lines];
    }

    private static GridCell Of(string[] lines, int termWeeks)
    {
        var cell = new GridCell(termWeeks);
        var tokens = lines.SelectMany(l => Tokens(l)).ToArray();
        if (tokens.Count(HasWeeks) > 1)
        {
            // Which weeks are whose nobody can tell.
            cell.name = tokens[0];
            cell.reader.Refuse(RowError.Unreadable("weeks", string.Join(' ', tokens.Where(HasWeeks))));
            return cell;
        }
        List<string> others = [];
        foreach (var token in tokens)
            if (!cell.TakeLabelled(token) && !cell.TakeTime(token))
                others.Add(token);
        cell.TakeOthers(others);
        return cell;
    }

    /// <summary>A line's parts: by its own signs, or by blanks where it is all there is.</summary>
    private static string[] Tokens(string line)
    {
        if (Sign().Split(line) is { Length: > 1 } signs)
            return Kept(signs);
        if (line.Split('/') is { Length: > 2 } slashes && slashes.Any(HasWeeks))
            return Kept(slashes);
        return HasWeeks(line) && line.Contains(' ') && WeeksOf(line) is null
            ? Kept(Blanks().Split(line))
            : [line.Trim()];
    }

    private static string[] Kept(string[] parts) => [.. parts.Select(p => p.Trim()).Where(p => p.Length > 0)];

    private bool TakeLabelled(string token)
    {
        if (Label().Match(token) is not { Success: true } match)
            return false;
        var value = match.Groups["value"].Value.Trim();
        switch (Kind(match.Groups["label"].Value))
        {
            case "name" when name.Length == 0:
                name = Cleaned(value);
                break;
            case "teacher" when teacher.Length == 0:
                teacher = value;
                break;
            case "place" when place.Length == 0:
                place = value;
                break;
            case "weeks" when weeks.Length == 0:
                TakeTime(value.Contains('周') ? value : $"{value}周");
                break;
            case "sections" when sections is null:
                sections = reader.Sections(value);
                break;
            case "":
                return false;
            default:
                break;
        }
        confidence = Math.Max(confidence, Labelled);
        return true;
    }

    private static string Kind(string label) =>
        label.ToLowerInvariant() switch
        {
            "课程" or "课程名" or "课程名称" or "course" => "name",
            "教师" or "老师" or "任课教师" or "授课教师" or "任课老师" or "teacher" or "instructor" => "teacher",
            "地点" or "教室" or "场地" or "上课地点" or "上课教室" or "room" or "location" or "place" => "place",
            "周次" or "周数" or "上课周次" or "weeks" or "week" => "weeks",
            "节次" or "上课节次" or "sections" or "periods" => "sections",
            "校区"
            or "教学班"
            or "教学班组成"
            or "班级"
            or "考核方式"
            or "选课备注"
            or "课程学时组成"
            or "周学时"
            or "总学时"
            or "学分"
            or "人数"
            or "备注"
            or "课程号" => "other",
            _ => "",
        };

    private bool TakeTime(string token)
    {
        var (dayText, sectionText, weekText) = TimeText.Parts(token);
        if (sectionText.Length == 0 && !HasWeeks(token))
            return false;
        if (sectionText.Length > 0)
            sections ??= reader.Sections(sectionText);
        if (dayText.Length > 0)
            day ??= DayName.Read(dayText);
        if (weekText.Length > 0)
            weeks = reader.Weeks(weekText);
        return true;
    }

    private void TakeOthers(List<string> others)
    {
        if (name.Length == 0 && others.Count > 0)
        {
            var at = NameAt(others);
            if (at > 0)
                confidence = Math.Min(confidence, ByLook);
            name = Cleaned(others[at]);
            others.RemoveAt(at);
        }
        foreach (var other in others)
        {
            if (place.Length == 0 && IsPlace(other) && !IsTitled(other))
                place = other;
            else if (teacher.Length == 0 && IsPerson(other))
                teacher = other;
            else if (place.Length == 0 && teacher.Length > 0)
                (place, confidence) = (other, Math.Min(confidence, ByLook));
            else
                confidence = Math.Min(confidence, ByLook);
        }
        if (name.Length == 0 || weeks.Length == 0)
            confidence = Math.Min(confidence, Unsure);
    }

    /// <summary>
    /// The name comes first in print. Where the first looks like a room, and no other does, or like a person with a
    /// title, it is the longest of those that look like neither.
    /// </summary>
    private static int NameAt(List<string> others)
    {
        if (!IsTitled(others[0]) && !(IsPlace(others[0]) && !others.Skip(1).Any(IsPlace)))
            return 0;
        var names = others.Index().Where(o => !IsPlace(o.Item) && !IsTitled(o.Item)).ToArray();
        return names.Length == 0 ? 0 : names.MaxBy(o => o.Item.Length).Index;
    }

    private static bool HasWeeks(string text) => TimeText.HasWeeks(text);

    private static int[]? WeeksOf(string text) => WeekList.Read(TimeText.Parts(text).Weeks);

    private static bool IsPlace(string text) => PlaceWord().IsMatch(PlainText.Of(text));

    private static bool IsTitled(string text) => Title().IsMatch(PlainText.Of(text));

    private static bool IsPerson(string text) => IsTitled(text) || Person().IsMatch(PlainText.Of(text));

    private static string Cleaned(string text) => Marks().Replace(text, "").Trim();

    [GeneratedRegex(@"\n[ \t\u3000]*\n+|\n?[ \t]*[-=_—]{3,}[ \t]*\n?")]
    private static partial Regex Rule();

    [GeneratedRegex(@"[◇◆◎○●\t]+|\|(?![单双全])|\s{2,}")]
    private static partial Regex Sign();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^(?<label>[\p{L}]{2,10})\s*[:：]\s*(?<value>.*)$")]
    private static partial Regex Label();

    [GeneratedRegex(
        @"(?:楼|教室|室|馆|操场|球场|田径场|运动场|机房|报告厅|校区)(?:[-#]?[0-9A-Za-z]{1,6})?(?:\([^)]*\))?$|^[A-Za-z]{0,3}-?[0-9]{3,4}[A-Za-z]?$|[^0-9][-#]?[0-9]{3,4}[A-Za-z]?(?:\([^)]*\))?$|^[0-9A-Za-z]{1,3}-[0-9]{3,4}$"
    )]
    private static partial Regex PlaceWord();

    [GeneratedRegex("教授|讲师|助教|老师|教师|研究员|工程师|实验师|^(?:Dr|Prof|Mr|Mrs|Ms)\\b")]
    private static partial Regex Title();

    [GeneratedRegex(
        @"^[\u4E00-\u9FFF·]{2,12}(?:[,/ ][\u4E00-\u9FFF·]{2,12}){0,5}$|^[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]*){0,3}$"
    )]
    private static partial Regex Person();

    [GeneratedRegex("[★☆◆◇○●▲△■□※*#]+")]
    private static partial Regex Marks();
}
