using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// Files that are read at once in this process, one of each user, and how many a user may send a minute.
/// </summary>
internal sealed class ImportLanes(IOptions<PlannerOptions> options, ISharedCounts shared)
    : Lanes(
        options.Value.ImportsAtOnce,
        options.Value.ImportsWaiting,
        1,
        "A file of yours is being read; wait for it.",
        "Many files are being read; try again in a moment."
    )
{
    private readonly Pace pace = new("imports", shared, options.Value.ImportsPerMinute);

    /// <exception cref="Platform.Errors.RefusedException">rate_limited, with when to come again.</exception>
    public async ValueTask PassAsync(ulong userId)
    {
        if (await pace.TakeAsync(userId, "Too many files of yours in a minute; wait a moment.") is { } refused)
            throw refused;
    }

    public override void Dispose()
    {
        pace.Dispose();
        base.Dispose();
    }
}
