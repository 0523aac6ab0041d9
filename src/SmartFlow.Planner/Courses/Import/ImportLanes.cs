using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Files that are read at once in this process, one of each user, and how many a user may send a minute.</summary>
internal sealed class ImportLanes(IOptions<PlannerOptions> options) : Lanes(
    options.Value.ImportsAtOnce, options.Value.ImportsWaiting, 1,
    "A file of yours is being read; wait for it.", "Many files are being read; try again in a moment.")
{
    private readonly Pace pace = new(options.Value.ImportsPerMinute);

    /// <exception cref="Platform.Errors.RefusedException">rate_limited, with when to come again.</exception>
    public void Pass(ulong userId)
    {
        if (pace.Take(userId, "Too many files of yours in a minute; wait a moment.") is { } refused) throw refused;
    }

    public override void Dispose()
    {
        pace.Dispose();
        base.Dispose();
    }
}
