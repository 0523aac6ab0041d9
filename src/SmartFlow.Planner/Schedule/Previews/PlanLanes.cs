using Microsoft.Extensions.Options;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>How many plans are computed at once in this process.</summary>
internal sealed class PlanLanes(IOptions<PlannerOptions> options)
    : Lanes(
        options.Value.PlansAtOnce,
        options.Value.PlansWaiting,
        options.Value.PlansAtOncePerUser,
        "You have plans that are being computed; wait for them.",
        "Many plans are being computed; try again in a moment."
    );
