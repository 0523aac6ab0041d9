using System.Globalization;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Channels;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Preferences;

/// <summary>Whether, and where, a user is told of a kind of thing.</summary>
/// <param name="Kind">E.g. task.deadline.near.</param>
/// <param name="Told">False: nowhere, the centre neither.</param>
/// <param name="Channels">The types of channels on which.</param>
internal sealed record KindSwitch(string Kind, bool Told, IReadOnlyList<string> Channels);

/// <summary>What a user wants to hear, and when.</summary>
/// <param name="Language">zh-CN or en: of what leaves the centre.</param>
/// <param name="TimeZone">An IANA name; empty: the server's default.</param>
/// <param name="QuietFrom">HH:mm; null with quiet_to: no quiet hours. What comes in them is sent when they end.</param>
/// <param name="DeadlineMinutes">Before a task's deadline; 0: never. As the other minutes one of 0, 5, 10, 15, 30, 60,
/// 120, 1440.</param>
/// <param name="BlockMinutes">Before a study block.</param>
/// <param name="CourseMinutes">Before a course.</param>
/// <param name="OutlookAt">HH:mm at which the next day is told; null: never.</param>
internal sealed record PreferencesView(
    string Language,
    string TimeZone,
    string? QuietFrom,
    string? QuietTo,
    int DeadlineMinutes,
    int BlockMinutes,
    int CourseMinutes,
    string? OutlookAt,
    IReadOnlyList<KindSwitch> Kinds
);

/// <summary>GET and PUT /notifications/preferences. Refusals: invalid_argument naming the fields.</summary>
internal static partial class ChangePreferences
{
    /// <summary>Few, because each costs a look at what is coming.</summary>
    public static readonly int[] Leads = [5, 10, 15, 30, 60, 120, 1_440];

    public static void Map(IEndpointRouteBuilder centre)
    {
        centre
            .MapGet("/preferences", ReadAsync)
            .WithName("GetPreferences")
            .WithSummary("What you want to hear, and when");
        centre
            .MapPut("/preferences", ChangeAsync)
            .WithName("SetPreferences")
            .WithSummary("Say what you want to hear, and when");
    }

    private static async Task<PreferencesView> ReadAsync(
        ClaimsPrincipal user,
        IDbContextFactory<NotificationDb> factory,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return View(
            await db.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == userId, cancellationToken)
                ?? new Preference()
        );
    }

    private static async Task<PreferencesView> ChangeAsync(
        PreferencesView wanted,
        ClaimsPrincipal user,
        IWriter<NotificationDb> writer,
        IOptions<NotificationOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        Check(wanted);
        var userId = (long)user.UserId();
        var row = await writer.WriteAsync(
            async (db, token) =>
            {
                var now = time.MicrosNow();
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO preferences (user_id, language, time_zone, deadline_minutes, block_minutes, course_minutes, outlook_day, off, updated_at)
                    VALUES ({userId}, {""}, {""}, {0}, {0}, {0}, {0}, {""}, {UnixMicros.From(
                        now
                    )}) ON CONFLICT (user_id) DO NOTHING
                    """,
                    token
                );
                var wish = await db.Preferences.SingleAsync(p => p.UserId == userId, token);
                (wish.Language, wish.TimeZone) = (wanted.Language, wanted.TimeZone);
                (wish.QuietFrom, wish.QuietTo) = (Minutes(wanted.QuietFrom), Minutes(wanted.QuietTo));
                (wish.DeadlineMinutes, wish.BlockMinutes, wish.CourseMinutes) = (
                    wanted.DeadlineMinutes,
                    wanted.BlockMinutes,
                    wanted.CourseMinutes
                );
                // A time that has passed today begins tomorrow.
                if (Minutes(wanted.OutlookAt) is var at && at != wish.OutlookAt)
                    (wish.OutlookAt, wish.OutlookDay) = (at, FirstOutlook(wish, at, now, options.Value.TimeZone));
                wish.Off = Off(wanted.Kinds);
                wish.UpdatedAt = now;
                await db.SaveChangesAsync(token);
                return wish;
            },
            cancellationToken
        );
        return View(row);
    }

    private static int FirstOutlook(Preference wish, int? at, DateTimeOffset now, string zone)
    {
        var local = QuietHours.LocalOf(now, QuietHours.Zone(wish.TimeZone, zone));
        return local.Hour * 60 + local.Minute >= at ? local.Date.ToDateOnly().DayNumber : 0;
    }

    private static void Check(PreferencesView wanted)
    {
        var errors = new FieldErrors()
            .OneOf("language", wanted.Language, "zh-CN", "en")
            .Require(
                wanted.TimeZone.Length == 0 || QuietHours.Knows(wanted.TimeZone),
                "time_zone",
                "names no time zone"
            )
            .Require(wanted.QuietFrom is null == wanted.QuietTo is null, "quiet_to", "goes together with quiet_from");
        foreach (
            var (field, value) in new[]
            {
                ("quiet_from", wanted.QuietFrom),
                ("quiet_to", wanted.QuietTo),
                ("outlook_at", wanted.OutlookAt),
            }
        )
            errors.Require(value is null || Clock().IsMatch(value), field, "must be a time such as 22:30");
        foreach (
            var (field, minutes) in new[]
            {
                ("deadline_minutes", wanted.DeadlineMinutes),
                ("block_minutes", wanted.BlockMinutes),
                ("course_minutes", wanted.CourseMinutes),
            }
        )
            errors.Require(
                minutes == 0 || Leads.Contains(minutes),
                field,
                "must be one of 0, " + string.Join(", ", Leads)
            );
        errors.Require(
            wanted.Kinds.All(k =>
                Telling.Kinds.All.Contains(k.Kind, StringComparer.Ordinal)
                && k.Channels.All(c => ChannelTypes.All.Contains(c, StringComparer.Ordinal))
            ),
            "kinds",
            "names a kind or a channel that does not exist"
        );
        errors.Throw("The preferences are not valid.");
    }

    private static string Off(IReadOnlyList<KindSwitch> kinds) =>
        string.Join(
            ' ',
            kinds
                .DistinctBy(k => k.Kind)
                .SelectMany(k =>
                    k.Told
                        ? ChannelTypes.All.Except(k.Channels, StringComparer.Ordinal).Select(c => $"{k.Kind}/{c}")
                        : [k.Kind]
                )
        );

    private static PreferencesView View(Preference p) =>
        new(
            p.Language,
            p.TimeZone,
            Text(p.QuietFrom),
            Text(p.QuietTo),
            p.DeadlineMinutes,
            p.BlockMinutes,
            p.CourseMinutes,
            Text(p.OutlookAt),
            [
                .. Telling.Kinds.All.Select(k => new KindSwitch(
                    k,
                    p.IsTold(k),
                    [.. ChannelTypes.All.Where(c => p.IsTold(k, c))]
                )),
            ]
        );

    private static int? Minutes(string? clock) =>
        clock is null
            ? null
            : int.Parse(clock[..2], CultureInfo.InvariantCulture) * 60
                + int.Parse(clock[3..], CultureInfo.InvariantCulture);

    private static string? Text(int? minutes) =>
        minutes is { } m ? string.Create(CultureInfo.InvariantCulture, $"{m / 60:00}:{m % 60:00}") : null;

    [GeneratedRegex("^([01][0-9]|2[0-3]):[0-5][0-9]\\z")]
    private static partial Regex Clock();
}
