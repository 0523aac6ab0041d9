using System.ComponentModel.DataAnnotations;

namespace SmartFlow.ActiveScheduler;

/// <summary>Section <c>ActiveScheduler</c>.</summary>
internal sealed class ActiveSchedulerOptions
{
    /// <summary>Seconds between two rounds; 0: this process looks for nothing by itself.</summary>
    [Range(0, 3_600)]
    public int ScanSeconds { get; set; } = 60;

    /// <summary>Jobs of one round; the rest waits for the next one.</summary>
    [Range(1, 1_000)]
    public int JobsPerRound { get; set; } = 50;

    /// <summary>Hours of the rolling window.</summary>
    [Range(1, 168)]
    public int WindowHours { get; set; } = 24;

    /// <summary>How long a suggestion can be confirmed.</summary>
    [Range(1, 1_440)]
    public int SuggestionMinutes { get; set; } = 60;

    /// <summary>Suggestions of one user that wait for their word; what more there is waits too.</summary>
    [Range(1, 1_000)]
    public int OpenPerUser { get; set; } = 8;

    /// <summary>
    /// Whether a model chooses among what the planner found, where the user said something. It is paid for by that
    /// user.
    /// </summary>
    public bool AskModel { get; set; } = true;

    /// <summary>Whether it chooses, and is paid for, also where the program noticed something by itself.</summary>
    public bool AskModelUnasked { get; set; }

    /// <summary>The model for that; empty: the default.</summary>
    public string Model { get; set; } = "";

    /// <summary>How long it may think before the planner's own order stands.</summary>
    [Range(1, 60)]
    public int ModelSeconds { get; set; } = 8;

    /// <summary>
    /// Calls of a model that suggestions of one user may cost in 24 hours; without one the planner's own order stands.
    /// </summary>
    [Range(0, 1_000)]
    public int ModelCallsPerDay { get; set; } = 20;

    /// <summary>Days that a suggestion is kept after it has ended.</summary>
    [Range(1, 3_650)]
    public int KeptDays { get; set; } = 30;
}
