using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Features;

/// <summary>What operators switch on and off while everything runs. The words are stable.</summary>
public static class Feature
{
    /// <summary>Making an account.</summary>
    public const string Registration = "registration";

    /// <summary>The plan plaza, reading and writing.</summary>
    public const string Plaza = "plaza";

    /// <summary>Timetables from photos.</summary>
    public const string ImageImport = "image_import";

    /// <summary>The assistant's conversations.</summary>
    public const string Agent = "agent";

    /// <summary>Suggestions for the next 24 hours.</summary>
    public const string ActiveScheduler = "active_scheduler";

    /// <summary>Notifications by browsers' push services.</summary>
    public const string WebPush = "web_push";

    /// <summary>The tools for other assistants.</summary>
    public const string Mcp = "mcp";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Registration,
        Plaza,
        ImageImport,
        Agent,
        ActiveScheduler,
        WebPush,
        Mcp,
    ];

    private static readonly FrozenSet<string> Known = All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether there is a switch of this name.</summary>
    public static bool Exists(string name) => Known.Contains(name);
}

/// <summary>Section <c>Features</c>: how the switches stand where no operator has touched them.</summary>
public sealed class FeatureOptions
{
    /// <summary>Whether anybody may make an account.</summary>
    public bool Registration { get; set; } = true;

    /// <summary>Whether there is a plan plaza.</summary>
    public bool Plaza { get; set; } = true;

    /// <summary>Whether timetables are read from photos, where a model can.</summary>
    public bool ImageImport { get; set; } = true;

    /// <summary>Whether there is an assistant.</summary>
    public bool Agent { get; set; } = true;

    /// <summary>Whether suggestions are made.</summary>
    public bool ActiveScheduler { get; set; } = true;

    /// <summary>Whether browsers are notified, where Notification says how.</summary>
    public bool WebPush { get; set; } = true;

    /// <summary>Whether other assistants may use the tools.</summary>
    public bool Mcp { get; set; } = true;

    /// <summary>Seconds between two looks at the switches: so soon every process follows.</summary>
    [Range(1, 60)]
    public int RefreshSeconds { get; set; } = 3;

    internal bool Of(string name) =>
        name switch
        {
            Feature.Registration => Registration,
            Feature.Plaza => Plaza,
            Feature.ImageImport => ImageImport,
            Feature.Agent => Agent,
            Feature.ActiveScheduler => ActiveScheduler,
            Feature.WebPush => WebPush,
            Feature.Mcp => Mcp,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such switch."),
        };
}
