using System.Globalization;
using System.Text.Json;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// WakeUp's own export (.wakeup_schedule): a line of JSON each for its settings, the hours of sections, the table, the
/// courses and their details. Told apart by what they hold, because their order is the app's matter.
/// </summary>
internal static class WakeUpFile
{
    public const string Format = "wakeup";
    private const int LinesLeast = 3;
    private const int LinesMax = 50;
    private const int DepthMax = 8;

    public static bool Is(string text) =>
        Lines(text) is { Length: >= LinesLeast and <= LinesMax } lines
        && Array.TrueForAll(lines, l => l is ['{', .., '}'] or ['[', .., ']'])
        && text.Contains("\"startNode\"", StringComparison.Ordinal);

    /// <exception cref="RefusedException">invalid_argument: a line is no JSON, or holds nothing of a
    /// timetable.</exception>
    public static ReadFile Read(string text, Term term)
    {
        var documents = Lines(text).Select(Parse).ToArray();
        try
        {
            JsonElement[] parts = [.. documents.Select(d => d.RootElement)];
            var names = Of(parts, "courseName")
                .GroupBy(c => c.Text("id"))
                .ToDictionary(g => g.Key, g => g.First().Text("courseName"));
            var rows = new RowList();
            foreach (var (index, detail) in Of(parts, "startNode").Index())
                Add(rows, index + 1, detail, names.GetValueOrDefault(detail.Text("id"), ""), term);
            var begins = parts.Select(p => p.Text("startDate")).FirstOrDefault(d => d.Length > 0);
            return rows.As(Format) with { FirstMonday = Monday(begins) };
        }
        finally
        {
            foreach (var document in documents)
                document.Dispose();
        }
    }

    private static void Add(RowList rows, int number, JsonElement detail, string name, Term term)
    {
        var reader = new LessonReader(term.Weeks);
        var day = reader.Day(detail.Text("day"));
        var parity = detail.Text("type") switch
        {
            "" or "0" => "",
            "1" => "单",
            "2" => "双",
            var other => other,
        };
        var weeks = reader.Weeks($"{detail.Text("startWeek")}-{detail.Text("endWeek")}", parity);
        var (from, to, confidence) = Sections(detail, reader, term);
        rows.Add(
            number,
            name,
            detail.Text("teacher"),
            detail.Text("room"),
            day,
            from,
            to,
            weeks,
            Math.Min(confidence, reader.Confidence),
            reader.Errors
        );
    }

    /// <summary>A lesson with hours of its own is where these are in the term.</summary>
    private static (int? From, int? To, double Confidence) Sections(JsonElement detail, LessonReader reader, Term term)
    {
        if (detail.Object("ownTime") is { ValueKind: JsonValueKind.True })
        {
            var (starts, ends) = (Time(detail.Text("startTime")), Time(detail.Text("endTime")));
            var (sections, exact) =
                starts is { } begin && ends is { } end && end > begin ? SectionHours.Of(term, begin, end) : (null, 0);
            if (sections is null)
                reader.Refuse(RowError.NoSection($"{detail.Text("startTime")}-{detail.Text("endTime")}"));
            return (sections?.From, sections?.To, exact);
        }
        var from = reader.Section(detail.Text("startNode"), "section_from");
        var step = reader.Section(detail.Text("step"), "section_to");
        return (from, from + step - 1, 1);
    }

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    private static DateOnly? Monday(string? text) =>
        DateOnly.TryParseExact(
            text,
            ["yyyy-M-d", "yyyy/M/d"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        ) && date.Year is >= 2000 and < 2100
            ? date.AddDays(-(((int)date.DayOfWeek + 6) % 7))
            : null;

    private static IEnumerable<JsonElement> Of(JsonElement[] parts, string member) =>
        parts
            .Where(p => p.ValueKind == JsonValueKind.Array)
            .SelectMany(p => p.EnumerateArray())
            .Where(e => e.Object(member) is not null);

    private static string[] Lines(string text) =>
        text.Split('\n', LinesMax + 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonDocument Parse(string line, int index)
    {
        try
        {
            return JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = DepthMax });
        }
        catch (JsonException e)
        {
            throw Unreadable.NoJson(index + 1, (e.BytePositionInLine ?? 0) + 1);
        }
    }
}
