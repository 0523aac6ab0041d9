using Microsoft.EntityFrameworkCore;
using NodaTime;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.QuickTasks.Repeating;

/// <summary>A new task that repeats: its series, and the first of its tasks.</summary>
internal static class StartSeries
{
    /// <summary>That a user may have at once.</summary>
    private const int SeriesMax = 100;
    private const int EndOfDay = 23 * 60 + 59;

    /// <summary>Inside the transaction that makes the task, which is saved by the caller.</summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="userId">The owner.</param>
    /// <param name="fields">With a repeat; its first day is the first from the deadline's on, or from today on.</param>
    /// <param name="timeZone">An IANA name.</param>
    /// <param name="now">To the microsecond.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">conflict: too many; invalid_argument: it ends before it begins.</exception>
    public static async Task<QuickTask> AddAsync(
        PlannerDb db,
        ulong userId,
        TaskFields fields,
        string timeZone,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (await db.TaskSeries.CountAsync(s => s.UserId == userId && s.NextOn != null, cancellationToken) >= SeriesMax)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {SeriesMax} repeating tasks already. End some first.",
                extensions: new Dictionary<string, object?> { ["rule"] = "series_max", ["max"] = SeriesMax }
            );
        var (rule, zone) = (fields.Repeat!, DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc);
        var from = Instant.FromDateTimeOffset(fields.DeadlineAt ?? now).InZone(zone).LocalDateTime;
        var first = rule.First(from.Date);
        if (rule.Until is { } until && first > LocalDate.FromDateOnly(until))
            throw RefusedException.Field("repeat.until", "must not be before the first day");
        var series = new TaskSeries
        {
            UserId = userId,
            Title = fields.Title,
            PriorityGroup = fields.PriorityGroup,
            EstimatedSections = fields.EstimatedSections,
            Rule = rule.Write(),
            Anchor = first.ToDateOnly(),
            DueMinute = fields.DeadlineAt is null ? EndOfDay : from.Hour * 60 + from.Minute,
            ThresholdMinutes = fields.DeadlineAt - fields.UrgencyThresholdAt is { } before
                ? (int)before.TotalMinutes
                : null,
            TimeZone = timeZone,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 0,
        };
        series.GoOnAfter(series.Anchor, now);
        db.TaskSeries.Add(series);
        await db.SaveChangesAsync(cancellationToken);
        return series.TaskOf(series.Anchor, now);
    }
}
