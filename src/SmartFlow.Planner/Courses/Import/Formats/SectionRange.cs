using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Sections as timetables write them: 1-2, 1-2节, 第3-4节, [01-02节], 第1、2节, 0102, 三四节, 1-2节,5-6节 (two); all of them in
/// docs/timetables.md. What can be meant in two ways is not read. Pure.
/// </summary>
internal static partial class SectionRange
{
    private const int TextMax = 100;
    private const int PiecesMax = 20;
    private const int SectionsMost = 99;
    private const int MaskLeast = 10;

    /// <summary>
    /// Runs of neighbours in rising order, mostly one; null: not readable. A range that falls is one as it is.
    /// </summary>
    public static IReadOnlyList<(int From, int To)>? Read(string text)
    {
        if (text.Length > TextMax)
            return null;
        var plain = InOneForm(text);
        if (plain.Length == 0)
            return null;
        if (plain.Length >= MaskLeast && plain.All(c => c is '0' or '1'))
            return [.. Runs(plain.Index().Where(b => b.Item == '1').Select(b => b.Index + 1))];
        var pieces = plain.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (pieces.Length is 0 or > PiecesMax)
            return null;
        List<int> sections = [];
        foreach (var piece in pieces)
        {
            if (One(piece) is not { } range)
                return null;
            if (range.To < range.From)
                return pieces.Length == 1 ? [range] : null;
            sections.AddRange(Enumerable.Range(range.From, range.To - range.From + 1));
        }
        // 1,4节 may be the first and the fourth, or all from the first to the fourth.
        var apart = pieces.Length == 2 && sections.Count == 2 && Math.Abs(sections[0] - sections[1]) > 1;
        return apart ? null : [.. Runs(sections)];
    }

    /// <summary>A single section: 12, 第12节, 第十二节 and a sheet's 12.0; null for anything else.</summary>
    public static int? Single(string text) => Read(text) is [var (from, to)] && from == to ? from : null;

    /// <summary>Runs of neighbours, in rising order.</summary>
    public static IEnumerable<(int From, int To)> Runs(IEnumerable<int> sections)
    {
        (int From, int To)? run = null;
        foreach (var section in sections.Distinct().Order())
        {
            if (run is { } open && open.To + 1 == section)
            {
                run = (open.From, section);
                continue;
            }
            if (run is { } done)
                yield return done;
            run = (section, section);
        }
        if (run is { } last)
            yield return last;
    }

    private static string InOneForm(string text)
    {
        var plain = PlainText.Of(text).Trim().ToLowerInvariant();
        if (SheetsNumber().IsMatch(plain))
            plain = plain[..^2];
        plain = Hours().Replace(plain, "");
        plain = English().Replace(plain, "第");
        plain = Ordinal().Replace(plain, "$1");
        plain = Unit().Replace(plain, "节");
        plain = ChineseNumbers.AsList(plain);
        plain = To().Replace(plain, "-");
        plain = Separators().Replace(plain, ",");
        // A point separates, but 4.5 is a number that no section has.
        if (plain.Count(c => c == '.') > 1 || plain.Contains('节'))
            plain = Point().Replace(plain, ",");
        plain = plain.Replace(" ", "", StringComparison.Ordinal).Trim(',');
        while (Enclosed().Match(plain) is { Success: true } match)
            plain = match.Groups[1].Value;
        return OfADay(plain) ?? "?";
    }

    /// <summary>上午 and the like, where the number cannot be counted from there; null: it can.</summary>
    private static string? OfADay(string plain)
    {
        if (DayPart().Match(plain) is not { Success: true } match)
            return plain;
        var least = match.Groups["part"].Value switch
        {
            "上午" or "早上" => 1,
            "下午" => 5,
            _ => 9,
        };
        var from = Digits().Match(plain) is { Success: true } number ? Number(number.Value) : 0;
        return from >= least && (least > 1 || from <= 5) ? match.Groups["rest"].Value : null;
    }

    private static (int From, int To)? One(string piece)
    {
        if (Range().Match(piece) is { Success: true } match)
        {
            var from = Number(match.Groups["from"].Value);
            return (from, match.Groups["to"].Success ? Number(match.Groups["to"].Value) : from);
        }
        if (Chain().Match(piece) is { Success: true } chain)
            return Rising([.. chain.Groups["n"].Captures.Select(c => Number(c.Value))]);
        return Joined().Match(piece) is { Success: true } joined ? FromDigits(joined.Groups[1].Value) : null;
    }

    /// <summary>0102, 010203, 1234 and 91011 where only one reading has neighbours.</summary>
    private static (int From, int To)? FromDigits(string digits)
    {
        List<(int, int)> readings = [];
        if (digits.Length % 2 == 0 && Rising([.. digits.Chunk(2).Select(p => Number(new string(p)))]) is { } pairs)
            readings.Add(pairs);
        for (var length = 1; length <= 2; length++)
        {
            var (from, next, text) = (Number(digits[..length]), Number(digits[..length]), "");
            while (text.Length < digits.Length)
                text += (next++).ToString(CultureInfo.InvariantCulture);
            if (text == digits)
                readings.Add((from, next - 1));
        }
        return readings.Distinct().ToArray() is [var only] ? only : null;
    }

    private static (int From, int To)? Rising(int[] numbers) =>
        numbers[0] >= 1 && numbers.Zip(numbers.Skip(1)).All(p => p.Second == p.First + 1)
            ? (numbers[0], numbers[^1])
            : null;

    private static int Number(string digits) =>
        Math.Min(int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), SectionsMost);

    [GeneratedRegex(@"^[0-9]{1,2}\.0$")]
    private static partial Regex SheetsNumber();

    [GeneratedRegex(@"[(\[]?\s*[0-9]{1,2}:[0-9]{2}(?:\s*-\s*[0-9]{1,2}:[0-9]{2})?\s*[)\]]?")]
    private static partial Regex Hours();

    [GeneratedRegex(@"\b(?:periods?|lessons?|sections?|classes|class|p|s)\b\.?\s*(?=[0-9])|\bp(?=[0-9])")]
    private static partial Regex English();

    [GeneratedRegex(@"\b([0-9]{1,2})(?:st|nd|rd|th)\b")]
    private static partial Regex Ordinal();

    [GeneratedRegex("(?<!大)(?:小节|节次|节课|节)")]
    private static partial Regex Unit();

    [GeneratedRegex("(?<=[0-9节])[ ]*(?:[至到]|to)[ ]*(?=[第0-9])|--+")]
    private static partial Regex To();

    [GeneratedRegex(@"(?<=[0-9节])[ ]*(?:[,+&/和与及]|\band\b)[ ]*(?=[第0-9])|(?<=[0-9节]) +(?=[第0-9])")]
    private static partial Regex Separators();

    [GeneratedRegex(@"(?<=[0-9])\.(?=[0-9])")]
    private static partial Regex Point();

    [GeneratedRegex(@"^[(\[{]([^()\[\]{}]+)[)\]}]节?$")]
    private static partial Regex Enclosed();

    [GeneratedRegex("^(?<part>上午|早上|下午|晚上|晚)(?<rest>.+)$")]
    private static partial Regex DayPart();

    [GeneratedRegex("[0-9]{1,2}")]
    private static partial Regex Digits();

    [GeneratedRegex("^第?(?<from>[0-9]{1,2})节?(?:-第?(?<to>[0-9]{1,2})节?)?$")]
    private static partial Regex Range();

    [GeneratedRegex("^第?(?<n>[0-9]{1,2})(?:-(?<n>[0-9]{1,2})){2,}节?$")]
    private static partial Regex Chain();

    [GeneratedRegex("^第?([0-9]{3,24})节?$")]
    private static partial Regex Joined();
}
