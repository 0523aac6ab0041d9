using System.Text;
using System.Text.RegularExpressions;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>
/// Good files of every format, changed: what keeps the meaning keeps the rows, what damages a digit is seen in its row
/// alone, and no bytes at all are more than a refusal. SMARTFLOW_SOAK=n changes n times as much.
/// </summary>
public partial class ImporterFuzzTests
{
    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"),
        out var rounds
    )
        ? rounds
        : 1;
    private static readonly Term Autumn = Terms.Terms.Of();

    private static readonly string[] Files =
    [
        "timetables/wakeup.csv",
        "timetables/wakeup-gbk.csv",
        "timetables/xiaoai.json",
        "timetables/zhengfang.json",
        "timetables/wakeup.wakeup_schedule",
        "timetables/sheet.xlsx",
        "timetables/sheet.xls",
        "timetables/grid.xls",
        "timetables/weekly.ics",
        "calendars/moved.ics",
        "calendars/range-thisandfuture.ics",
        "calendars/custom-vtimezone.ics",
        "calendars/two-rrules.ics",
        "calendars/fold-in-character.ics",
        "calendars/wakeup.ics",
    ];

    public static TheoryData<string> All => [.. Files];

    public static TheoryData<string> Lists =>
        ["timetables/wakeup.csv", "timetables/xiaoai.json", "timetables/zhengfang.json", "timetables/grid.xls"];

    [Theory]
    [MemberData(nameof(All))]
    public void Damaged_bytes_are_read_or_refused(string file)
    {
        var (random, whole) = (new Random(Rounds), Bytes(file));
        for (var i = 0; i < 120 * Rounds; i++)
        {
            var bytes = whole.ToList();
            for (var n = random.Next(1, 9); n > 0; n--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(5))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveAt(at);
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.Skip(at).Take(random.Next(60)).ToArray());
                        break;
                    case 3:
                        bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at));
                        break;
                    default:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(Hostile[random.Next(Hostile.Length)]));
                        break;
                }
                if (bytes.Count == 0)
                    break;
            }
            Try([.. bytes]);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void What_keeps_the_meaning_keeps_the_rows(string file)
    {
        var text = File.ReadAllText(Full(file));
        var rows = Told(Encoding.UTF8.GetBytes(text));
        var random = new Random(5);
        for (var i = 0; i < 40 * Rounds; i++)
        {
            var changed = Times().Replace(text, m => Synonym(m.Value, random));
            if (random.Next(2) == 0)
                changed = changed.ReplaceLineEndings("\r\n");
            if (random.Next(2) == 0)
                changed = "\uFEFF" + changed;
            Told(Encoding.UTF8.GetBytes(changed)).ShouldBe(rows, changed);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_digit_that_is_damaged_is_seen_in_its_row_alone(string file)
    {
        var text = File.ReadAllText(Full(file));
        var rows = Read(Encoding.UTF8.GetBytes(text)).Select(Show).ToArray();
        foreach (Match time in Times().Matches(text))
        foreach (Match digit in Digit().Matches(time.Value))
        {
            // A letter in a number is no number.
            var changed = text.Remove(time.Index + digit.Index, 1).Insert(time.Index + digit.Index, "x");
            if (Try(Encoding.UTF8.GetBytes(changed)) is not { } read)
                continue;
            read.Length.ShouldBe(rows.Length, changed);
            var others = read.Index().Where(r => Show(r.Item) != rows[r.Index]).Select(r => r.Item).ToArray();
            others.ShouldNotBeEmpty(changed);
            others.ShouldAllBe(r => r.Errors.Count > 0 && r.Line == others[0].Line, $"{time.Value} at {time.Index}");
        }
    }

    private static readonly string[] Hostile =
    [
        "９９９９９９９９９９",
        "\u0000",
        "\"",
        "{",
        "]",
        "\n",
        "BEGIN:VEVENT\n",
        "RRULE:FREQ=DAILY\n",
        "-99999999999999999999",
        "<table>",
        "<td rowspan=9999>",
        "&#x10FFFF;",
        "(((((((((",
        "周",
        "１-２",
        "99991231T235959Z",
        "P9999999999D",
        "\ud83d",
    ];

    private static byte[] Bytes(string file) => File.ReadAllBytes(Full(file));

    private static string Full(string file) => Path.Combine(Fixtures.Folder(""), file);

    private static CourseRow[] Read(byte[] bytes) =>
        [
            .. (SheetFile.Is(bytes) ? SheetFile.Read(bytes, Autumn.Weeks) : AnyFile.Read(bytes, Autumn)).Rows.Select(
                r => r.Checked(Autumn)
            ),
        ];

    /// <summary>Null: refused, in words.</summary>
    private static CourseRow[]? Try(byte[] bytes)
    {
        try
        {
            var rows = Read(bytes);
            foreach (var row in rows.Where(r => r.Errors.Count == 0))
                RowConflicts.TimeOf(row)!.Value.Weeks.ShouldNotBe(0);
            return rows;
        }
        catch (RefusedException e)
        {
            e.Code.ShouldBe(ErrorCodes.InvalidArgument);
            return null;
        }
    }

    private static string[] Told(byte[] bytes) => [.. Read(bytes).Select(Show)];

    private static string Show(CourseRow row) =>
        $"{row.Name}|{row.Teacher}|{row.Place}|{row.Day}|{row.SectionFrom}-{row.SectionTo}|{string.Join(',', row.Weeks)}|{string.Join(',', row.Errors.Select(e => e.Field))}";

    /// <summary>The same time in other signs.</summary>
    private static string Synonym(string time, Random random)
    {
        var said = new StringBuilder();
        foreach (var c in time)
            said.Append(
                c switch
                {
                    _ when char.IsAsciiDigit(c) && random.Next(3) == 0 => (char)(c + 0xFEE0),
                    '-' => "-~－—～至"[random.Next(6)],
                    '周' => random.Next(2) == 0 ? '周' : '週',
                    '节' => random.Next(2) == 0 ? '节' : '節',
                    '(' => random.Next(2) == 0 ? '(' : '（',
                    ')' => random.Next(2) == 0 ? ')' : '）',
                    _ => c,
                }
            );
        return said.ToString();
    }

    // The weeks of each of the files, and nothing else that has digits.
    [GeneratedRegex(
        """(?<=,)[0-9][0-9、单双-]*(?=\n|$)|(?<="weeks": ")[^"]+(?=")|(?<="zcd": ")[^"]+(?=")|[0-9][0-9-]*周(?:\([单双]\))?(?=<br>)"""
    )]
    private static partial Regex Times();

    [GeneratedRegex("[0-9]")]
    private static partial Regex Digit();
}
