using System.Globalization;
using NodaTime;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>A place that something could take.</summary>
internal sealed record Opening(
    string Date,
    int SectionFrom,
    int Sections,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt
);

/// <summary>
/// What stands in a user's coming days, and the window in it; read once for one suggestion, as of one version.
/// </summary>
internal sealed class Horizon
{
    private const int Days = 8;
    private const int TriesMax = 16;

    private readonly IPlanner planner;
    private readonly ulong userId;
    private readonly GetScheduleResponse schedule;
    private readonly DateTimeZone zone;
    private readonly string from;
    private readonly string to;
    private readonly Dictionary<(int Sections, ulong Plan), List<Opening>> openings = [];
    private int tries;

    private Horizon(IPlanner planner, ulong userId, GetScheduleResponse schedule, DateTimeOffset now, TimeSpan window)
    {
        (this.planner, this.userId, this.schedule, Now, Until) = (planner, userId, schedule, now, now + window);
        zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(schedule.Term.TimeZone) ?? DateTimeZone.Utc;
        (from, to) = (schedule.Term.Today, Later(schedule.Term.Today, Days));
    }

    public DateTimeOffset Now { get; }

    /// <summary>The end of the window.</summary>
    public DateTimeOffset Until { get; }

    public long Version => schedule.Term.Version;

    /// <summary>Study blocks that have not begun, in the order of time.</summary>
    public IEnumerable<BlockMessage> Coming =>
        schedule.Blocks.Where(b => b.Kind is "item" or "task" && b.StartsAt.ToDateTimeOffset() > Now && !b.Done);

    /// <summary>Those that begin in the window.</summary>
    public IEnumerable<BlockMessage> ComingInside => Coming.Where(b => b.StartsAt.ToDateTimeOffset() < Until);

    public BlockMessage? Block(ulong placementId) =>
        schedule.Blocks.FirstOrDefault(b => b.Kind is "item" or "task" && b.Id == placementId);

    public static async Task<Horizon> ReadAsync(
        IPlanner planner,
        ulong userId,
        DateTimeOffset now,
        TimeSpan window,
        CancellationToken cancellationToken
    )
    {
        var today = await planner.GetScheduleAsync(new GetScheduleRequest { UserId = userId }, cancellationToken);
        var schedule = await planner.GetScheduleAsync(
            new GetScheduleRequest
            {
                UserId = userId,
                From = Later(today.Term.Today, -Days),
                To = Later(today.Term.Today, Days),
            },
            cancellationToken
        );
        return new Horizon(planner, userId, schedule, now, window);
    }

    /// <summary>Where so many sections are free in the coming days, in the order of time.</summary>
    /// <param name="sections">1-4.</param>
    /// <param name="plan">The study plan whose rules hold; 0: none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<Opening>> OpeningsAsync(
        int sections,
        ulong plan,
        CancellationToken cancellationToken
    )
    {
        if (openings.TryGetValue((sections, plan), out var known))
            return known;
        var free = await planner.FindFreeSlotsAsync(
            new FindFreeSlotsRequest
            {
                UserId = userId,
                From = from,
                To = to,
                Sections = sections,
                TaskClassId = plan,
            },
            cancellationToken
        );
        List<Opening> found = [];
        foreach (var day in free.Days)
        foreach (var run in day.Runs.Where(r => r.Fits))
            for (var section = run.SectionFrom; section + sections - 1 <= run.SectionTo; section++)
                found.Add(OpeningAt(day.Day.Date, section, sections));
        return openings[(sections, plan)] = [.. found.Where(o => o.StartsAt > Now).OrderBy(o => o.StartsAt)];
    }

    /// <summary>
    /// What the planner would do with these wishes; null: it refuses, or enough was tried. Decided on
    /// <see cref="Version"/>.
    /// </summary>
    /// <exception cref="RefusedException">The week changed meanwhile: all of this is old.</exception>
    public async Task<ChangeScheduleResponse?> TryAsync(IReadOnlyList<Move> moves, CancellationToken cancellationToken)
    {
        if (++tries > TriesMax)
            return null;
        try
        {
            var request = RequestOf(userId, moves, Version);
            request.DryRun = true;
            var would = await planner.ChangeScheduleAsync(request, cancellationToken);
            return would.Changes.Count > 0 ? would : null;
        }
        catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable && RuleOf(e) != "version")
        {
            return null;
        }
    }

    public static ChangeScheduleRequest RequestOf(ulong userId, IReadOnlyList<Move> moves, long version)
    {
        var request = new ChangeScheduleRequest { UserId = userId, Version = version };
        request.Wishes.Add(
            moves.Select(m => new BlockWish
            {
                PlacementId = m.PlacementId,
                ItemId = m.PlacementId > 0 ? 0 : m.ItemId,
                QuickTaskId = m.PlacementId > 0 ? 0 : m.TaskId,
                Date = m.Date,
                SectionFrom = m.SectionFrom,
                Sections = m.Sections,
            })
        );
        return request;
    }

    public static string RuleOf(RefusedException e) => e.Extensions?.GetValueOrDefault("rule")?.ToString() ?? "";

    private Opening OpeningAt(string date, int section, int sections) =>
        new(
            date,
            section,
            sections,
            At(date, schedule.Term.SectionTimes[section - 1].Starts),
            At(date, schedule.Term.SectionTimes[section + sections - 2].Ends)
        );

    private DateTimeOffset At(string date, string clock) =>
        zone.AtLeniently(
                LocalDate.FromDateOnly(DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture))
                    + LocalTime.FromTimeOnly(TimeOnly.ParseExact(clock, "HH:mm", CultureInfo.InvariantCulture))
            )
            .ToDateTimeOffset()
            .ToUniversalTime();

    private static string Later(string date, int days) =>
        DateOnly
            .ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            .AddDays(days)
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
