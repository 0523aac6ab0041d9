using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// What a spreadsheet made of 1-2 when it was typed: the second of January, or the first of February where days come
/// first. A range rises, so that both are 1-2. Pure.
/// </summary>
internal static partial class SheetDate
{
    private static readonly string[] Months =
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ];

    /// <summary>How a cell that holds a date is told on.</summary>
    public static string Text(DateTime date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Null: no date.</summary>
    public static string? Undone(string text)
    {
        if (
            text.Length > 20
            || Date().Match(PlainText.Of(text).Trim().ToLowerInvariant()) is not { Success: true } match
        )
            return null;
        var month = match.Groups["name"].Success
            ? Array.FindIndex(Months, m => match.Groups["name"].Value.StartsWith(m, StringComparison.Ordinal)) + 1
            : Number(match.Groups["month"].Value);
        var day = Number(match.Groups["day"].Value);
        // 1-1 is no range that anybody types.
        return month is < 1 or > 12 || day is < 1 or > 31 || month == day
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(month, day)}-{Math.Max(month, day)}");
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?:(?:19|20)[0-9]{2}[-/.年](?<month>[0-9]{1,2})[-/.月](?<day>[0-9]{1,2})日?(?: 0?0:00(?::00)?)?|(?<month>[0-9]{1,2})月(?<day>[0-9]{1,2})日|(?<day>[0-9]{1,2})[- ](?<name>[a-z]{3,9})|(?<name>[a-z]{3,9})[- ](?<day>[0-9]{1,2}))$"
    )]
    private static partial Regex Date();
}
