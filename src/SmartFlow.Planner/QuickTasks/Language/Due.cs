using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>The moment that a phrase means, and how sure that is.</summary>
internal static class Due
{
    private const double Doubt = 0.6;
    private static readonly LocalTime EndOfDay = new(23, 59);

    /// <param name="phrase">Of the text.</param>
    /// <param name="clock">A phrase elsewhere in the text that has the hour; null: none.</param>
    /// <param name="now">In the zone.</param>
    public static (LocalDateTime At, double Confidence) Of(Phrase phrase, Phrase? clock, LocalDateTime now)
    {
        var day = DayOf(phrase, now) ?? (phrase.From is { } from ? DayOf(from, now) : null);
        var hour = HourOf(phrase) ?? (clock is null ? null : HourOf(clock));
        var part =
            PartOf(phrase) is var own && own != DayPart.None ? own
            : clock is null ? DayPart.None
            : PartOf(clock);
        if (phrase.From is { } start && day is { } last)
            day = NotBefore(start, last, phrase, now);
        if (day is { } named)
        {
            var (time, days, sure) = Resolve(hour, part, now, named.Date);
            if (hour is null && part == DayPart.None)
                (time, sure) = (EndOfDay, 1);
            if (hour is null && part == DayPart.Midnight)
                sure = Doubt;
            return AfterStart(
                phrase,
                Calendar.Within(named.Date.PlusDays(days)) + time,
                Math.Min(named.Confidence, sure),
                now
            );
        }
        var (at, on, confidence) = Resolve(hour, part, now, now.Date);
        if (hour is { Bare: true, Hour: <= 12 })
            confidence = Math.Min(confidence, Doubt);
        var today = now.Date.PlusDays(on) + at;
        return AfterStart(
            phrase,
            today > now ? today : today.PlusDays(1),
            Math.Min(confidence, today > now ? 0.8 : Sentence.Sure),
            now
        );
    }

    /// <summary>
    /// The day of a phrase: the most particular of those that it names, and whether the others agree.
    /// </summary>
    private static (LocalDate Date, double Confidence)? DayOf(Phrase phrase, LocalDateTime now)
    {
        var today = now.Date;
        // A date in figures says more than "tomorrow" beside it.
        var days = Shifted(phrase.Hits).Where(h => h.IsDay).OrderBy(h => h.Sort).ThenBy(h => h.Named).ToList();
        if (days.Count == 0)
            return null;
        var day = days[0];
        var sure = days.Min(d => d.Confidence);
        if (now.Hour < 4 && day.Named)
            sure = Doubt;
        if (days.Count == 1)
            return (day.Date, sure);
        if (days.Find(d => d.Sort == Sort.Weekday) is { Confidence: > 0 } weekday && day.Sort != Sort.Weekday)
        {
            sure = Math.Max(day.Confidence, sure);
            if (day.Date.DayOfWeek == weekday.Date.DayOfWeek)
                return (day.Date, sure);
            if (
                day.Sort == Sort.DayOfMonth
                && Calendar.DayOfMonth(day.Date.Day, weekday.Date.DayOfWeek, today) is { } later
            )
                return (later, 0.8);
            var on = (int)weekday.Date.DayOfWeek;
            if (day.Amount.Months > 0)
                return (Calendar.Coming(on, day.Date), Doubt);
            if (day.Sort == Sort.Later || phrase.Hits.Any(h => h.Sort == Sort.Shift))
                return (Calendar.InWeek(on, day.Date), Doubt);
            // Of a date without a year that passed a moment ago.
            if (
                day.Yearless
                && Calendar.Of(day.Date.Year - 1, day.Date.Month, day.Date.Day) is { } past
                && past.DayOfWeek == weekday.Date.DayOfWeek
                && past.PlusWeeks(1) > today
            )
                return (past, Doubt);
            return (day.Date, Doubt);
        }
        if (
            days[^1].Sort == Sort.Period
            && day.Sort == Sort.DayOfMonth
            && Calendar.Of(days[^1].Date.Year, days[^1].Date.Month, day.Date.Day) is { } named
        )
            return (named, 0.8);
        if (days[^1].Sort == Sort.Period && day.Sort == Sort.Weekday)
            return (Calendar.InWeek((int)day.Date.DayOfWeek, days[^1].Date), 0.8);
        return (day.Date, days.TrueForAll(d => d.Date == day.Date) ? sure : Math.Min(sure, Doubt));
    }

    /// <summary>"A week from" goes to the day behind it, "week" to the day before it.</summary>
    private static List<Hit> Shifted(IReadOnlyList<Hit> hits)
    {
        List<Hit> shifted = [.. hits];
        for (var i = 0; i < shifted.Count; i++)
        {
            if (shifted[i].Sort != Sort.Shift)
                continue;
            var to = i + 1 < shifted.Count && shifted[i + 1].IsDay ? i + 1 : i - 1;
            if (to < 0 || !shifted[to].IsDay)
                continue;
            var day = shifted[to];
            shifted[to] = day with
            {
                Sort = day.Sort == Sort.Weekday ? Sort.Day : day.Sort,
                Date = shifted[i].Amount.From(day.Date),
                Confidence = Math.Min(day.Confidence, shifted[i].Confidence),
            };
        }
        return shifted;
    }

    private static Hit? HourOf(Phrase phrase)
    {
        foreach (var hit in phrase.Hits.OrderBy(h => h.Bare))
            if (hit.Sort == Sort.Clock)
                return hit;
        return null;
    }

    private static DayPart PartOf(Phrase phrase)
    {
        var parts = phrase
            .Hits.Where(h => h.Part != DayPart.None)
            .OrderBy(h => h.Sort != Sort.Clock)
            .ThenBy(h => h.Sort != Sort.Part);
        return parts.Select(h => h.Part).FirstOrDefault();
    }

    private static (LocalTime Time, int Days, double Confidence) Resolve(
        Hit? clock,
        DayPart part,
        LocalDateTime now,
        LocalDate date
    )
    {
        if (clock is not { Hour: { } hour } hit)
            return (Times.Of(part), part == DayPart.Midnight ? 1 : 0, 0.75);
        var sure = part == DayPart.None ? hit.Confidence : 0.9;
        var meant = part switch
        {
            DayPart.Night => hour == 12 ? 0 : hour,
            DayPart.Noon => hour < 6 ? hour + 12 : hour,
            DayPart.Afternoon or DayPart.School or DayPart.Work => hour < 12 ? hour + 12 : hour,
            DayPart.Evening when hour is > 0 and < 5 => Doubted(hour + 24, ref sure),
            DayPart.Evening => hour < 5 || hour == 12 ? hour % 12 + 24
            : hour < 12 ? hour + 12
            : hour,
            DayPart.Midnight => hour < 6 || hour == 12 ? hour % 12 + 24
            : hour < 12 ? hour + 12
            : hour,
            DayPart.Morning => hour,
            _ => Guess(hour, hit.Minute, now, date, ref sure),
        };
        return (new LocalTime(meant % 24, hit.Minute), meant / 24, sure);
    }

    private static int Doubted(int hour, ref double sure)
    {
        sure = Doubt;
        return hour;
    }

    /// <summary>
    /// Nobody said morning or evening: 1 to 6 is the afternoon, and what has passed today is twelve hours on.
    /// </summary>
    private static int Guess(int hour, int minute, LocalDateTime now, LocalDate date, ref double sure)
    {
        if (hour is 0 or > 12)
            return hour;
        if (hour < 7)
        {
            sure = Doubt;
            return now.Hour < 5 && now.Hour < hour && date == now.Date ? hour : hour + 12;
        }
        if (hour == 12 || date != now.Date || new LocalTime(hour, minute) > now.TimeOfDay)
            return hour;
        sure = Sentence.Sure;
        return hour + 12;
    }

    private static (LocalDate Date, double Confidence) NotBefore(
        Phrase start,
        (LocalDate Date, double Confidence) end,
        Phrase phrase,
        LocalDateTime now
    )
    {
        if (!phrase.HasDay || DayOf(start, now) is not { } first)
            return end;
        if (
            phrase.Hits.First(h => h.IsDay) is { Sort: Sort.DayOfMonth } day
            && Calendar.DayOfMonth(day.Date.Day, first.Date) is { } same
        )
            return (same, end.Confidence);
        if (
            phrase.Hits.First(h => h.IsDay) is { Yearless: true }
            && Calendar.MonthDay(null, end.Date.Month, end.Date.Day, first.Date) is { } next
        )
            return (next, end.Confidence);
        for (var weeks = 0; end.Date < first.Date && weeks < 5 && phrase.Hits.Any(h => h.Sort == Sort.Weekday); weeks++)
            end.Date = end.Date.PlusWeeks(1);
        return end.Date < first.Date ? (end.Date, Doubt) : end;
    }

    /// <summary>The end of a span is behind its beginning: 8pm - 11, 下午5点到7点.</summary>
    private static (LocalDateTime At, double Confidence) AfterStart(
        Phrase phrase,
        LocalDateTime end,
        double sure,
        LocalDateTime now
    )
    {
        if (phrase.From is not { HasClock: true } from || !phrase.HasClock)
            return (end, sure);
        var start = Of(from, null, now).At;
        if (PartOf(phrase) == DayPart.None && !phrase.HasDay)
        {
            var twelve = end.PlusHours(-12);
            if (twelve > start && twelve.Hour > 0 && HourOf(phrase) is { Hour: < 13 })
                end = twelve;
        }
        while (end <= start && (start.Date - end.Date).Days < 2)
            end =
                HourOf(phrase) is { Hour: < 13 } && PartOf(phrase) == DayPart.None
                    ? end.PlusHours(12)
                    : end.PlusDays(1);
        return (
            end,
            Math.Min(
                sure,
                PartOf(phrase) == DayPart.None && PartOf(from) == DayPart.None && HourOf(phrase) is { Hour: < 13 }
                    ? Doubt
                    : 0.8
            )
        );
    }
}
