using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Planner;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Reminders;

/// <summary>
/// Looks now and then at what the planner says is coming. For each lead that users may choose it asks for what came
/// within it in the last minutes, so that a stop of the program up to <see cref="LookBack"/> loses nothing; what was
/// made later than its owner's lead is told <see cref="LastCall"/> before. Each thing is told once by its key, from
/// however many hosts.
/// </summary>
internal sealed partial class Remind(
    IDbContextFactory<NotificationDb> factory,
    IWriter<NotificationDb> writer,
    IPlanner planner,
    Tell tell,
    IOptions<NotificationOptions> options,
    TimeProvider time,
    ILogger<Remind> logger
) : BackgroundService
{
    private const int Page = 500;
    private const int OutlookItemsMax = 20;
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LastCall = TimeSpan.FromMinutes(5);

    /// <summary>How late an outlook still goes out.</summary>
    private static readonly TimeSpan OutlookLate = TimeSpan.FromHours(2);

    /// <summary>One look.</summary>
    /// <returns>How many were told anew.</returns>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var count = await TellAllAsync(now, planner.ListDueTasksAsync, cancellationToken);
        count += await TellAllAsync(now, planner.ListStartingAsync, cancellationToken);
        return count + await OutlooksAsync(now, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ReminderSeconds == 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReminderSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
    }

    private async Task<int> TellAllAsync(
        DateTimeOffset now,
        Func<ListComingRequest, CancellationToken, Task<ListComingResponse>> list,
        CancellationToken cancellationToken
    )
    {
        var request = new ListComingRequest { Limit = Page };
        foreach (var lead in ChangePreferences.Leads.Select(m => TimeSpan.FromMinutes(m)).Append(LastCall).Distinct())
            request.Windows.Add(
                new ComingWindow
                {
                    From = Timestamp.FromDateTimeOffset(now + (lead > LookBack ? lead - LookBack : TimeSpan.Zero)),
                    Until = Timestamp.FromDateTimeOffset(now + lead),
                }
            );
        var count = 0;
        do
        {
            var page = await list(request, cancellationToken);
            count += await TellAsync(now, page.Items, cancellationToken);
            request.After = page.NextAfter;
        } while (request.After > 0);
        return count;
    }

    private async Task<int> TellAsync(
        DateTimeOffset now,
        RepeatedField<ComingMessage> items,
        CancellationToken cancellationToken
    )
    {
        if (items.Count == 0)
            return 0;
        var users = items.Select(i => (long)i.UserId).Distinct().ToArray();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var wishes = await db
            .Preferences.AsNoTracking()
            .Where(p => users.Contains(p.UserId))
            .ToDictionaryAsync(p => p.UserId, cancellationToken);
        var due = new List<Told>();
        foreach (var item in items)
            if (
                KindOf(item, wishes.GetValueOrDefault((long)item.UserId) ?? new Preference()) is var (kind, minutes)
                && IsDue(now, item, minutes)
            )
                due.Add(new Told((long)item.UserId, $"reminder:{item.Key}", kind, Data(item), now));
        return await tell.TellAsync(due, cancellationToken);
    }

    private static (string Kind, int Minutes) KindOf(ComingMessage item, Preference wish) =>
        item.What switch
        {
            "deadline" => (Kinds.TaskDeadline, wish.DeadlineMinutes),
            "block" => (Kinds.BlockStart, wish.BlockMinutes),
            _ => (Kinds.CourseStart, wish.CourseMinutes),
        };

    /// <summary>Within the lead for the last minutes, or as good as there.</summary>
    private static bool IsDue(DateTimeOffset now, ComingMessage item, int minutes)
    {
        if (minutes == 0)
            return false;
        var (left, lead) = (item.At.ToDateTimeOffset() - now, TimeSpan.FromMinutes(minutes));
        return left > TimeSpan.Zero && left <= lead && (left > lead - LookBack || left <= LastCall);
    }

    private static string Data(ComingMessage item) =>
        System.Text.Encoding.UTF8.GetString(
            EventJson.Write(
                new
                {
                    title = item.Title,
                    at = item.At.ToDateTimeOffset(),
                    ends_at = item.EndsAt?.ToDateTimeOffset(),
                    place = item.Place.Length > 0 ? item.Place : null,
                }
            )
        );

    private async Task<int> OutlooksAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var count = 0;
        for (var after = 0L; ; )
        {
            var from = after;
            var wishes = await db
                .Preferences.AsNoTracking()
                .Where(p => p.OutlookAt != null && p.UserId > from)
                .OrderBy(p => p.UserId)
                .Take(Page)
                .ToListAsync(cancellationToken);
            foreach (var wish in wishes)
                try
                {
                    count += await OutlookAsync(now, wish, cancellationToken);
                }
                catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable)
                {
                    Log.NoOutlook(logger, e, wish.UserId);
                }
            if (wishes.Count < Page)
                return count;
            after = wishes[^1].UserId;
        }
    }

    /// <summary>An empty day is told by nobody.</summary>
    private async Task<int> OutlookAsync(DateTimeOffset now, Preference wish, CancellationToken cancellationToken)
    {
        var local = QuietHours.LocalOf(now, QuietHours.Zone(wish.TimeZone, options.Value.TimeZone));
        var (today, late) = (local.Date.ToDateOnly(), local.Hour * 60 + local.Minute - wish.OutlookAt!.Value);
        if (late < 0 || late > OutlookLate.TotalMinutes || wish.OutlookDay >= today.DayNumber)
            return 0;
        var date = today.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var day = await planner.GetDayAsync(
            new GetDayRequest { UserId = (ulong)wish.UserId, Date = date },
            cancellationToken
        );
        var told = 0;
        if (day.Items.Count > 0)
        {
            var data = EventJson.Write(
                new
                {
                    day = date,
                    more = Math.Max(0, day.Items.Count - OutlookItemsMax),
                    items = day
                        .Items.Take(OutlookItemsMax)
                        .Select(i => new
                        {
                            what = i.What,
                            title = i.Title,
                            at = i.At.ToDateTimeOffset(),
                        }),
                }
            );
            var outlook = new Told(
                wish.UserId,
                $"outlook:{wish.UserId}:{date}",
                Kinds.Outlook,
                System.Text.Encoding.UTF8.GetString(data),
                now
            );
            told = await tell.TellAsync([outlook], cancellationToken);
        }
        await writer.WriteAsync(
            (w, token) =>
                w
                    .Preferences.Where(p => p.UserId == wish.UserId)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.OutlookDay, today.DayNumber), token),
            cancellationToken
        );
        return told;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What is coming could not be looked at; the next look tries again")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Warning, "The outlook of user {User} was refused; the others get theirs")]
        public static partial void NoOutlook(ILogger logger, Exception e, long user);
    }
}
