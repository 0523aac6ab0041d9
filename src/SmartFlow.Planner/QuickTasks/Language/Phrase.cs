using System.Text.RegularExpressions;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Phrases of time that stand together: 下周五 + 晚上 + 8点.</summary>
internal sealed partial class Phrase(List<Hit> hits)
{
    // A text of dates is cut short: so many phrases of a rule are looked at.
    private const int MatchesMax = 16;
    private const int GapMax = 24;

    public IReadOnlyList<Hit> Hits { get; } = hits;

    public Span Span { get; } = new(hits[0].Span.Start, hits[^1].Span.End - hits[0].Span.Start);

    /// <summary>The phrase from which this one is the end: 周一 of 周一到周五.</summary>
    public Phrase? From { get; private init; }

    /// <summary>What it says of repeating; null: nothing.</summary>
    public RepeatRule? Repeat => Hits.Select(h => h.Repeat).FirstOrDefault(r => r is not null);

    public bool HasDay => Hits.Any(h => h.IsDay);

    public bool HasClock => Hits.Any(h => h.Sort == Sort.Clock);

    public bool IsWhole => Hits.Any(h => h.Sort is Sort.Stamp or Sort.Elapsed);

    /// <summary>
    /// Where two phrases overlap the one that begins first stays, then the longer, then that of the earlier rule.
    /// </summary>
    public static IReadOnlyList<Hit> Find(string text, LocalDate today)
    {
        List<Hit> found = [];
        foreach (var (pattern, read) in Dates.Rules)
            found.AddRange(Some(pattern, text).Select(m => At(read(m, today), m)).OfType<Hit>());
        foreach (var (pattern, read) in Repeats.Rules)
            found.AddRange(Some(pattern, text).Select(m => At(read(m, today), m)).OfType<Hit>());
        foreach (var (pattern, read) in Times.Rules)
            found.AddRange(Some(pattern, text).Select(m => At(read(m), m)).OfType<Hit>());
        if (Stamps.Find(text) is { } stamp)
            found.Add(stamp);
        List<Hit> kept = [];
        foreach (var hit in found.OrderBy(h => h.Span.Start).ThenByDescending(h => h.Span.Length))
            if (kept.Count == 0 || hit.Span.Start >= kept[^1].Span.End)
                kept.Add(hit);
        return kept;
    }

    /// <summary>In the order of the text. 不是周五，是周六: what is denied is none.</summary>
    public static IReadOnlyList<Phrase> Group(string text, IReadOnlyList<Hit> hits)
    {
        List<Phrase> phrases = [];
        foreach (var hit in hits)
        {
            if (Denied().IsMatch(text[Math.Max(0, hit.Span.Start - GapMax)..hit.Span.Start]))
                continue;
            var last = phrases.Count > 0 ? phrases[^1] : null;
            var gap =
                last is null || hit.Span.Start - last.Span.End > GapMax ? null : text[last.Span.End..hit.Span.Start];
            if (gap is not null && last!.EndsIn(hit, gap, text))
                phrases.Add(new Phrase([hit]) { From = last });
            else if (gap is not null && Glue().IsMatch(gap) && !(hit.Sort == Sort.Clock && last!.HasClock))
                phrases[^1] = new Phrase([.. last!.Hits, hit]) { From = last.From };
            else
                phrases.Add(new Phrase([hit]));
        }
        return phrases;
    }

    /// <summary>
    /// What repeats, else the phrase with a deadline's word beside it (前, by, due), else the first with a day, else the
    /// first with an hour.
    /// </summary>
    public static Phrase? Choose(string text, IReadOnlyList<Phrase> phrases)
    {
        if (phrases.FirstOrDefault(p => p.Repeat is not null) is { } repeating)
            return repeating;
        var ends = Ends(text, phrases);
        return ends.FirstOrDefault(p => (p.HasDay || p.IsWhole) && Wording.MarksDeadline(text, p.Span))
            ?? ends.FirstOrDefault(p => p.IsWhole)
            ?? ends.FirstOrDefault(p => p.HasDay)
            ?? ends.FirstOrDefault(p => p.HasClock)
            ?? ends.FirstOrDefault();
    }

    /// <summary>Of a span its end alone.</summary>
    public static List<Phrase> Ends(string text, IReadOnlyList<Phrase> phrases) =>
        [.. phrases.Where(p => !phrases.Any(q => q.From == p) && p.CanStand(text))];

    private bool CanStand(string text) =>
        HasDay
        || IsWhole
        || Hits.Any(h => h.Sort == Sort.Part || h.Sort == Sort.Clock && (!h.Bare || StandsAlone(text, h)));

    private static bool StandsAlone(string text, Hit hit) =>
        AloneBefore().IsMatch(text[Math.Max(0, hit.Span.Start - GapMax)..hit.Span.Start])
        && (
            text[hit.Span.End - 1] is '点' or '时'
            || AloneAfter().IsMatch(text[hit.Span.End..Math.Min(text.Length, hit.Span.End + GapMax)])
        );

    /// <summary>"- 6pm" ends a span where an hour stands before it, and belongs to the day where one does.</summary>
    private bool EndsIn(Hit hit, string gap, string text) =>
        (
            To().IsMatch(gap)
            || And().IsMatch(gap)
                && Between().IsMatch(text[Math.Max(0, Hits[^1].Span.Start - GapMax)..Hits[^1].Span.Start])
        )
        && (
            hit.IsDay && HasDay && !(gap == "-" && Hits[^1].Sort == Sort.Weekday && hit.Sort == Sort.Day)
            || hit.Sort is Sort.Clock or Sort.Part && HasClock
        );

    private static IEnumerable<Match> Some(Regex pattern, string text) => pattern.Matches(text).Take(MatchesMax);

    private static Hit? At(Hit? hit, Match match) =>
        hit is { } found ? found with { Span = new Span(match.Index, match.Length) } : null;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(
        @"^[\s,、的()'|:@;.t-]*(?:(?:on|at|by|before|of|for|from|between|the|in|around|about|due|时间)\s+)*[\s,(@在于从约大概前之]*$",
        Options
    )]
    private static partial Regex Glue();

    [GeneratedRegex(@"^[\s)]*(?:[-–—~到至]|\b(?:to|till|until|through|thru)\b)\s*(?:the\s+)?$", Options)]
    private static partial Regex To();

    [GeneratedRegex(@"^\s*and\s+(?:the\s+)?$", Options)]
    private static partial Regex And();

    [GeneratedRegex(@"\bbetween\b[^.]{0,24}$", Options)]
    private static partial Regex Between();

    [GeneratedRegex(@"(?:不是|并非|不在|别在|不要在|\bnot(?:\s+(?:on|by|at|due|before))?)\s*$", Options)]
    private static partial Regex Denied();

    [GeneratedRegex(@"(?:^|[\s,.:;!?、。，：；(约在于到])$", Options)]
    private static partial Regex AloneBefore();

    [GeneratedRegex(@"^\s*(?:$|[,.!?;:]|(?:with|for|to|in|on|sharp)\b)", Options)]
    private static partial Regex AloneAfter();
}

/// <summary>2026-12-04T18:00:00+08:00.</summary>
internal static partial class Stamps
{
    public static Hit? Find(string text)
    {
        var stamp = Stamp().Match(text);
        if (!stamp.Success)
            return null;
        var seconds = stamp.Groups["s"].Success ? stamp.Groups["s"].Value : ":00";
        var whole =
            $"{stamp.Groups["d"].Value}T{stamp.Groups["t"].Value}{seconds}{stamp.Groups["o"].Value.ToUpperInvariant()}";
        return
            NodaTime.Text.OffsetDateTimePattern.Rfc3339.Parse(whole) is { Success: true, Value: var at }
            && at.Year is >= Calendar.FirstYear and <= Calendar.LastYear
            ? new Hit(Sort.Stamp, 0.95) { At = at.ToInstant(), Span = new Span(stamp.Index, stamp.Length) }
            : null;
    }

    [GeneratedRegex(
        @"(?<!\d)(?<d>\d{4}-\d\d-\d\d)[t ](?<t>\d\d:\d\d)(?<s>:\d\d)?(?:\.\d{1,9})?(?<o>z|[+-]\d\d:\d\d)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Stamp();
}
