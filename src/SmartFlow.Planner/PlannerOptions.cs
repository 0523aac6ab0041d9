using System.ComponentModel.DataAnnotations;
using NodaTime;

namespace SmartFlow.Planner;

/// <summary>Section <c>Planner</c>.</summary>
public sealed class PlannerOptions
{
    /// <summary>Whose midnight ends a day where a request names no time zone.</summary>
    [Required]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Quick tasks that one user may have, completed ones included.</summary>
    [Range(1, 1_000_000)]
    public int QuickTasksMax { get; set; } = 5_000;

    /// <summary>Characters of a sentence for quick add.</summary>
    [Range(16, 8_000)]
    public int QuickAddCharactersMax { get; set; } = 500;

    /// <summary>Whether a model may be asked about a sentence that the rules are unsure of.</summary>
    public bool QuickAddSecondOpinion { get; set; } = true;

    /// <summary>The model for that; empty: the default. It is paid for by who wrote the sentence.</summary>
    public string QuickAddModel { get; set; } = "";

    /// <summary>How long it may think before the rules' reading stands.</summary>
    [Range(1, 60)]
    public int QuickAddModelSeconds { get; set; } = 5;

    /// <summary>Terms that one user may have.</summary>
    [Range(1, 1_000)]
    public int TermsMax { get; set; } = 50;

    /// <summary>Task classes that one user may have.</summary>
    [Range(1, 10_000)]
    public int TaskClassesMax { get; set; } = 100;

    /// <summary>Items of one task class.</summary>
    [Range(1, 1_000)]
    public int TaskItemsMax { get; set; } = 200;

    /// <summary>How often tasks past their threshold are looked for.</summary>
    [Range(1, 3_600)]
    public int PromotionIntervalSeconds { get; set; } = 60;

    /// <summary>Tasks promoted in one transaction.</summary>
    [Range(1, 10_000)]
    public int PromotionBatch { get; set; } = 200;

    /// <summary>Transactions in one round; what is left waits for the next round.</summary>
    [Range(1, 1_000)]
    public int PromotionBatchesPerRound { get; set; } = 25;

    /// <summary>The model that reads photos of timetables; empty: the default one.</summary>
    [StringLength(200)]
    public string PhotoModel { get; set; } = "";

    /// <summary>Timetable files that one user may send a minute.</summary>
    [Range(1, 10_000)]
    public int ImportsPerMinute { get; set; } = 30;

    /// <summary>Files that are read at once in this process, one of each user; each keeps a core busy.</summary>
    [Range(1, 64)]
    public int ImportsAtOnce { get; set; } = 2;

    /// <summary>Files that may wait for that; another one is refused.</summary>
    [Range(0, 1_000)]
    public int ImportsWaiting { get; set; } = 16;

    /// <summary>How long a workbook may be read, in seconds, before its process is ended.</summary>
    [Range(1, 600)]
    public int SheetSeconds { get; set; } = 15;

    /// <summary>The largest heap of the process that reads a workbook, in MiB.</summary>
    [Range(64, 16_384)]
    public int SheetMebibytes { get; set; } = 256;

    /// <summary>How often a minute one calendar feed may be read.</summary>
    [Range(1, 100_000)]
    public int FeedReadsPerMinute { get; set; } = 30;

    /// <summary>How often a minute calendar feeds may be read from one address, for IPv6 from its /64.</summary>
    [Range(1, 1_000_000)]
    public int FeedReadsPerAddressPerMinute { get; set; } = 300;

    /// <summary>Plans that are computed at once in this process; each keeps a core busy.</summary>
    [Range(1, 64)]
    public int PlansAtOnce { get; set; } = 2;

    /// <summary>Plans that may wait for that; another one is refused.</summary>
    [Range(0, 1_000)]
    public int PlansWaiting { get; set; } = 16;

    /// <summary>Plans of one user that are computed or wait.</summary>
    [Range(1, 64)]
    public int PlansAtOncePerUser { get; set; } = 2;

    /// <summary>How long a preview can be applied.</summary>
    [Range(1, 1_440)]
    public int PlanPreviewMinutes { get; set; } = 60;

    /// <summary>Previews kept for one user; the oldest goes first.</summary>
    [Range(1, 1_000)]
    public int PlanPreviewsMax { get; set; } = 20;

    internal static bool KnowsTimeZone(PlannerOptions options) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(options.TimeZone) is not null;
}
