using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>What the wording says about how pressing a task is.</summary>
internal enum Urgency
{
    Unsaid,

    /// <summary>紧急, 尽快, urgent, asap.</summary>
    Urgent,

    /// <summary>顺便, while I'm at it: a small thing.</summary>
    Aside,

    /// <summary>有空, whenever.</summary>
    Whenever,
}

/// <summary>A sentence read as a task.</summary>
/// <param name="Title">The text without its date, its "remind me to" and loose ends; never empty unless the text is.</param>
/// <param name="Deadline">A date alone means 23:59 of that day.</param>
/// <param name="Confidence">How sure the rules are about the deadline, 0 to 1; 0 where they found none.</param>
/// <param name="Matched">The words that were read as a date or time.</param>
/// <param name="Urgency">From the wording alone.</param>
internal sealed record Sentence(
    string Title, Instant? Deadline, double Confidence, IReadOnlyList<string> Matched, Urgency Urgency)
{
    /// <summary>From here on the rules need no second opinion.</summary>
    public const double Sure = 0.7;

    /// <summary>A date was found and is doubtful, or none was found in words that speak of one.</summary>
    public bool IsUnsure { get; private init; }

    private const double SeveralDates = 0.6;
    private const double InThePast = 0.3;
    private static readonly LocalTime EndOfDay = new(23, 59);

    /// <summary>Reads Chinese and English; weeks begin on Monday. No I/O, no clock, no culture.</summary>
    public static Sentence Parse(string text, Instant now, DateTimeZone zone)
    {
        // :: Step 1: full-width digits and colons become ASCII; every index stays where it was.
        var plain = Wording.Narrow(text);
        var local = now.InZone(zone).LocalDateTime;
        var urgency = Wording.UrgencyOf(plain);

        // :: Step 2: a whole moment (in 2 hours, 2026-12-04T18:00+08:00) needs no date.
        if (Moments.Find(plain, now, local, zone) is { } moment)
            return Build(text, [moment.Span], moment.At, moment.Confidence, now, urgency);

        // :: Step 3: a date, then the time of day that stands beside it.
        var dates = Dates.Find(plain, local.Date);
        var date = Dates.Choose(plain, dates);
        var time = Times.Find(plain, date?.Span, allowBare: date is not null);
        if (date is null && time is null)
            return new Sentence(Wording.Title(text, []), null, 0, [], urgency) { IsUnsure = Wording.SpeaksOfTime(plain) };

        // :: Step 4: together they are the deadline.
        var (at, sure) = Combine(date, time, local);
        if (dates.Select(d => d.Date).Distinct().Count() > 1) sure *= SeveralDates;
        List<Span> spans = [];
        if (date is { } d) spans.Add(d.Span);
        if (time is { } t) spans.Add(t.Span);
        return Build(text, spans, zone.AtLeniently(at).ToInstant(), sure, now, urgency);
    }

    private static Sentence Build(
        string text, IReadOnlyList<Span> spans, Instant deadline, double confidence, Instant now, Urgency urgency)
    {
        var matched = Wording.Join(text, spans);
        if (deadline <= now) confidence = Math.Min(confidence, InThePast);
        return new Sentence(
            Wording.Title(text, matched), deadline, Math.Round(confidence, 2),
            [.. matched.Select(s => text.Substring(s.Start, s.Length).Trim())], urgency) { IsUnsure = confidence < Sure };
    }

    private static (LocalDateTime At, double Confidence) Combine(DateHit? date, TimeHit? time, LocalDateTime local)
    {
        if (time is not { } at)
            return (date!.Value.Date + (date.Value.Time ?? EndOfDay), date.Value.Confidence);
        if (date is not { } day)
        {
            var today = local.Date + at.Resolve(local, local.Date, out var offset, out var sure);
            today = today.PlusDays(offset);
            return today > local ? (today, Math.Min(sure, 0.8)) : (today.PlusDays(1), Math.Min(sure, Sure));
        }
        var moment = day.Date + at.Resolve(local, day.Date, out var days, out var confidence);
        return (moment.PlusDays(days), Math.Min(day.Confidence, confidence));
    }
}

/// <summary>Where something stands in a text.</summary>
internal readonly record struct Span(int Start, int Length)
{
    public int End => Start + Length;

    public bool Overlaps(Span other) => Start < other.End && other.Start < End;
}
