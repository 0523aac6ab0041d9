using System.Text.Json;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import.Formats;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>
/// Weeks, sections and days as schools write them. A list with its meanings; what has two meanings has none here.
/// </summary>
public class SyntaxTests
{
    private const int TermWeeks = 20;

    public static TheoryData<string, string, string> Kept => [.. Rows("timetable-syntax.json")];

    public static TheoryData<string, string, string> More => [.. Rows("syntax.json")];

    [Theory]
    [MemberData(nameof(Kept))]
    [MemberData(nameof(More))]
    public void Words_mean_what_schools_mean(string kind, string text, string means)
    {
        Read(kind, text).ShouldBe(means);
        // What a keyboard of another width writes is the same.
        Read(kind, Wide(text)).ShouldBe(means);
        Read(kind, $" {text}　").ShouldBe(means);
    }

    [Theory]
    [InlineData("weeks", "1-8,10-16周(单)")]
    [InlineData("weeks", "2-4,6-16周(双)")]
    [InlineData("weeks", "1-8周,10-16周(单周)")]
    [InlineData("weeks", "单周1-8,10-16")]
    [InlineData("weeks", "1/16")]
    [InlineData("weeks", "1.5")]
    [InlineData("weeks", "8 weeks")]
    [InlineData("weeks", "every other week")]
    [InlineData("weeks", "2周(单)")]
    [InlineData("weeks", "周一")]
    [InlineData("weeks", "后8周")]
    [InlineData("weeks", "1-16周(1-2节)")]
    [InlineData("weeks", "1 6-8-10")]
    [InlineData("weeks", "1-16周，除节假日")]
    [InlineData("weeks", "0101")]
    [InlineData("weeks", "1111111111111111111111111111111111")]
    [InlineData("weeks", "1-16 单 双")]
    [InlineData("sections", "1,4节")]
    [InlineData("sections", "下午1-2节")]
    [InlineData("sections", "第一大节")]
    [InlineData("sections", "8:00-9:40")]
    [InlineData("sections", "1-2-4节")]
    [InlineData("sections", "4.5")]
    [InlineData("sections", "午休")]
    [InlineData("day", "monkey")]
    [InlineData("day", "周一、周三")]
    [InlineData("day", "周一(Tue)")]
    [InlineData("day", "周")]
    [InlineData("day", "周末")]
    public void What_can_be_meant_in_two_ways_or_in_none_is_not_read(string kind, string text) =>
        Read(kind, text).ShouldBe("nothing");

    [Fact]
    public void No_text_is_too_much_and_no_digit_of_any_script_breaks_the_reading()
    {
        var random = new Random(3);
        const string Alphabet =
            "0123456789０９٣१𝟏①一二十单双周節第-－~,，、;|/([{【)]}】全每除.: 　上oddevnwks\ud800½²";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([
                .. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)]),
            ]);
            WeekList.Read(text, TermWeeks)?.ShouldAllBe(w => w >= 1 && w <= 30);
            SectionRange.Read(text)?.ShouldAllBe(r => r.From >= 0 && r.To <= 99);
            _ = DayName.Read(text);
            _ = SheetDate.Undone(text);
        }
        foreach (var one in (string[])["(", "1-", "第", "周", "1,", "单"])
        {
            var much = string.Concat(Enumerable.Repeat(one, 100_000));
            WeekList.Read(much, TermWeeks).ShouldBeNull();
            SectionRange.Read(much).ShouldBeNull();
            DayName.Read(much).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("2026-01-02", "1-2")]
    [InlineData("2026-02-01", "1-2")]
    [InlineData("2026/1/16", "1-16")]
    [InlineData("2026/1/16 0:00:00", "1-16")]
    [InlineData("1月2日", "1-2")]
    [InlineData("3-Apr", "3-4")]
    [InlineData("Apr-03", "3-4")]
    [InlineData("2026-03-03", null)]
    [InlineData("2026-13-40", null)]
    [InlineData("1-2", null)]
    [InlineData("12", null)]
    public void A_range_that_a_spreadsheet_took_for_a_date_is_taken_back(string text, string? range) =>
        SheetDate.Undone(text).ShouldBe(range);

    internal static string Read(string kind, string text) =>
        kind switch
        {
            "weeks" => WeekList.Read(text, TermWeeks) is { } weeks
                ? string.Join(',', SectionRange.Runs(weeks).Select(Range))
                : "nothing",
            "sections" => SectionRange.Read(text) is { } runs
                ? string.Join(" and ", runs.Select(r => $"{r.From},{r.To}"))
                : "nothing",
            _ => DayName.Read(text)?.ToString() ?? "nothing",
        };

    private static string Range((int From, int To) run) => run.From == run.To ? $"{run.From}" : $"{run.From}-{run.To}";

    private static string Wide(string text) =>
        string.Concat(text.Select(c => char.IsAsciiDigit(c) ? (char)(c + 0xFEE0) : c));

    private static IEnumerable<(string, string, string)> Rows(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Fixtures.Folder("timetables"), file)));
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var said = one.EnumerateObject().First(p => p.Name is "weeks" or "sections" or "day");
            var means = one.GetProperty("means").GetString()!;
            // The list says weeks with their ranges, and of two rows only that they are two.
            yield return (
                said.Name,
                said.Value.GetString()!,
                said.Name switch
                {
                    "weeks" => string.Join(',', SectionRange.Runs(Weeks(means)).Select(Range)),
                    "sections" when means == "two rows" => "1,2 and 5,6",
                    _ => means,
                }
            );
        }
    }

    private static IEnumerable<int> Weeks(string means) =>
        means
            .Split(',')
            .SelectMany(p =>
                p.Split('-') is [var from, var to]
                    ? Enumerable.Range(int.Parse(from), int.Parse(to) - int.Parse(from) + 1)
                    : [int.Parse(p)]
            );
}
