using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SmartFlow.Planner.QuickTasks.Language;

// SmartFlow.Dates FILE…: reads cases (bench/dates/extract.mjs, dates.json), prints hit rates by suite and kind and how
// long a sentence takes. --misses prints what was read otherwise. bench/dates.sh builds and calls it.
var misses = args.Contains("--misses");
var cases = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).SelectMany(Cases.Read).ToList();
var read = cases.ConvertAll(Reading.Of);

Console.WriteLine("| suite | kind | phrases | right | rate | wrong and sure |");
Console.WriteLine("|---|---|--:|--:|--:|--:|");
foreach (var suite in read.GroupBy(r => $"{r.Case.Suite}, {r.Case.Lang}").OrderBy(g => g.Key, StringComparer.Ordinal))
foreach (var kind in suite.GroupBy(r => r.Case.Kind).OrderBy(g => g.Key, StringComparer.Ordinal))
    Row(suite.Key, kind.Key, kind);
foreach (var suite in read.GroupBy(r => r.Case.Suite).OrderBy(g => g.Key, StringComparer.Ordinal))
{
    var points = suite.Where(r => r.Case.Kind != "span").ToList();
    Row($"**{suite.Key}**", "points in time", points);
    if (points.Count < suite.Count())
        Row($"**{suite.Key}**", "with spans", suite);
}
if (misses)
    foreach (var r in read.Where(r => !r.Right))
        Console.WriteLine(
            $"{(r.Confidence >= 0.7 ? "SURE" : "    ")} {r.Confidence:0.00} {r.Case.Suite[..3]} {r.Case.Kind, -14} {r.Case.Now} «{r.Case.Text}» {r.At ?? "none"} [{r.Matched}], not {string.Join(" | ", r.Case.Due)}"
        );
Speed.Print(cases);

static void Row(string suite, string kind, IEnumerable<Reading> all)
{
    var rows = all.ToList();
    var right = rows.Count(r => r.Right);
    var sure = rows.Count(r => !r.Right && r.Confidence >= 0.7);
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {suite} | {kind} | {rows.Count} | {right} | {100.0 * right / rows.Count:0.0} % | {sure} |"
        )
    );
}

internal sealed record Case(string Suite, string Lang, string Kind, string Text, string Now, IReadOnlyList<string> Due)
{
    public Instant Instant =>
        LocalDateTimePattern
            .CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm")
            .Parse(Now)
            .Value.InZoneLeniently(Cases.Zone)
            .ToInstant();
}

internal static class Cases
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    public static IEnumerable<Case> Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        foreach (var c in json.RootElement.GetProperty("cases").EnumerateArray())
            yield return new Case(
                c.TryGetProperty("suite", out var suite) ? suite.GetString()! : "ours",
                c.GetProperty("lang").GetString()!,
                c.TryGetProperty("kind", out var kind) ? kind.GetString()! : "students",
                c.GetProperty("text").GetString()!,
                c.GetProperty("now").GetString()!,
                [.. c.GetProperty("due").EnumerateArray().Select(d => d.GetString()!)]
            );
    }

    /// <summary>A minute, any time of a day, or hours of a day: 2026-12-05~0-6.</summary>
    public static bool Accepts(string due, LocalDateTime at)
    {
        if (due.Contains('T', StringComparison.Ordinal))
            return LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Format(at) == due;
        var parts = due.Split('~', '-');
        var day = LocalDatePattern.Iso.Parse(due[..10]).Value;
        if (parts.Length < 5)
            return at.Date == day;
        var hours = Period.Between(day.AtMidnight(), at, PeriodUnits.Minutes).Minutes / 60.0;
        return hours >= int.Parse(parts[3], CultureInfo.InvariantCulture)
            && hours <= int.Parse(parts[4], CultureInfo.InvariantCulture);
    }
}

internal sealed record Reading(Case Case, string? At, double Confidence, string Matched, bool Right)
{
    public static Reading Of(Case c)
    {
        var sentence = Sentence.Parse(c.Text, c.Instant, Cases.Zone);
        var at = sentence.Deadline?.InZone(Cases.Zone).LocalDateTime;
        return new Reading(
            c,
            at is { } known
                ? LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Format(known)
                : null,
            sentence.Confidence,
            string.Join(" + ", sentence.Matched),
            at is { } local && c.Due.Any(d => Cases.Accepts(d, local))
        );
    }
}

/// <summary>Each phrase five times, its median: what else runs on the machine is not the reading's time.</summary>
internal static class Speed
{
    private const int Rounds = 5;

    public static void Print(IReadOnlyList<Case> cases)
    {
        if (cases.Count == 0)
            return;
        var times = cases.Select(c => (Case: c, Millis: new List<double>())).ToList();
        for (var round = 0; round <= Rounds; round++)
            foreach (var (c, millis) in times)
            {
                var began = Stopwatch.GetTimestamp();
                _ = Sentence.Parse(c.Text, c.Instant, Cases.Zone);
                if (round > 0)
                    millis.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        foreach (var (_, millis) in times)
            millis.Sort();
        var medians = times.Select(t => (t.Case, Millis: t.Millis[Rounds / 2])).OrderBy(t => t.Millis).ToList();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{medians.Count} readings: p50 {medians[medians.Count / 2].Millis:0.000} ms, p99 {medians[medians.Count * 99 / 100].Millis:0.000} ms, slowest {medians[^1].Millis:0.0} ms"
            )
        );
    }
}
