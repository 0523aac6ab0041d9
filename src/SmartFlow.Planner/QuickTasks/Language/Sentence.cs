using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;

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
/// <param name="Title">The text without its date, its "remind me to" and loose ends; never empty unless the text
/// is.</param>
/// <param name="Deadline">A date alone means 23:59 of that day.</param>
/// <param name="Confidence">How sure the rules are about the deadline, 0 to 1; 0 where they found none.</param>
/// <param name="Matched">The words that were read as a date or time.</param>
/// <param name="Urgency">From the wording alone.</param>
internal sealed record Sentence(
    string Title,
    Instant? Deadline,
    double Confidence,
    IReadOnlyList<string> Matched,
    Urgency Urgency
)
{
    /// <summary>From here on the rules need no second opinion.</summary>
    public const double Sure = 0.7;

    /// <summary>A date was found and is doubtful, or none was found in words that speak of one.</summary>
    public bool IsUnsure { get; private init; }

    /// <summary>On which days it repeats, the deadline being the first; null: once.</summary>
    public RepeatRule? Repeat { get; private init; }

    /// <summary>Where what was read stands, in the order of the text.</summary>
    public IReadOnlyList<Span> Spans { get; private init; } = [];

    private const double Doubt = 0.65;
    private const double InThePast = 0.3;
    private static readonly LocalTime EarlyMorning = new(6, 59);

    /// <summary>Reads Chinese and English; weeks begin on Monday. No I/O, no clock, no culture.</summary>
    public static Sentence Parse(string text, Instant now, DateTimeZone zone)
    {
        // :: Step 1: one form for every letter and figure; every index stays where it was.
        var plain = Wording.Plain(text);
        var local = now.InZone(zone).LocalDateTime;
        var urgency = Wording.UrgencyOf(plain);

        // :: Step 2: phrases of time, those that stand together as one, and the one that is the deadline.
        var hits = Phrase.Find(plain, local.Date);
        var phrases = Phrase.Group(plain, hits);
        if (Phrase.Choose(plain, phrases) is not { } chosen)
            return new Sentence(Wording.Title(text, plain, []), null, 0, [], urgency)
            {
                IsUnsure = Wording.SpeaksOfTime(plain),
            };

        // :: Step 3: a day without an hour takes the hour that stands elsewhere.
        var clock = chosen is { HasDay: true, HasClock: false }
            ? Phrase.Ends(plain, phrases).Find(p => p is { HasDay: false, HasClock: true })
            : null;
        // An hour of what repeats is one of every day: none has passed, and 9:30 is in the morning.
        var (at, sure) = At(chosen, clock, now, chosen.Repeat is null ? local : local.Date + EarlyMorning, zone);
        var repeat = chosen.Repeat;
        var until = repeat is null ? null : Repeats.Until(plain, chosen, phrases);
        if (repeat is not null)
        {
            if (until is not null)
                repeat = repeat with { Until = Due.Of(until, null, local).At.Date.ToDateOnly() };
            // Its hour has passed today: it begins with the next day.
            if (at <= now && repeat.Next(at.InZone(zone).Date, at.InZone(zone).Date) is { } next)
                at = zone.AtLeniently(next + at.InZone(zone).TimeOfDay).ToInstant();
        }

        // :: Step 4: what of the words of time is not read is doubted.
        List<Span> spans = [chosen.Span];
        if (chosen.From is { } from)
            spans.Add(from.Span);
        if (clock is not null)
            spans.Add(clock.Span);
        if (clock?.From is { } begin)
            spans.Add(begin.Span);
        if (until is not null)
            spans.Add(until.Span);
        var matched = Wording.Join(plain, spans);
        var title = Wording.Title(text, plain, matched);
        if (Wording.LeavesTime(plain, matched) || phrases.Sum(p => p.Hits.Count) < hits.Count)
            sure = Math.Min(sure, Doubt);
        if (at <= now)
            sure = Math.Min(sure, InThePast);
        return new Sentence(
            title,
            at,
            Math.Round(sure, 2),
            [.. matched.Select(s => text.Substring(s.Start, s.Length).Trim())],
            urgency
        )
        {
            IsUnsure = sure < Sure,
            Spans = matched,
            Repeat = repeat,
        };
    }

    private static (Instant At, double Confidence) At(
        Phrase phrase,
        Phrase? clock,
        Instant now,
        LocalDateTime local,
        DateTimeZone zone
    )
    {
        foreach (var hit in phrase.Hits)
            if (hit.Sort == Sort.Stamp)
                return (hit.At, hit.Confidence);
            else if (hit.Sort == Sort.Elapsed)
                return (Elapsed(hit.Amount, now, local, zone), hit.Confidence);
        var (at, sure) = Due.Of(phrase, clock, local);
        return (zone.AtLeniently(at).ToInstant(), sure);
    }

    /// <summary>A whole minute, rounded up: people do not mean seconds.</summary>
    private static Instant Elapsed(Amount amount, Instant now, LocalDateTime local, DateTimeZone zone)
    {
        var day = amount.From(local.Date);
        var from = day == local.Date ? now : zone.AtLeniently(day + local.TimeOfDay).ToInstant();
        var seconds = (from + Duration.FromSeconds(amount.Seconds)).ToUnixTimeSeconds();
        return Instant.FromUnixTimeSeconds((seconds + 59) / 60 * 60);
    }
}
