namespace SmartFlow.Notification.Preferences;

/// <summary>What a user wants to hear, when and in which words. Who has no row has the defaults.</summary>
internal sealed class Preference
{
    public const int DefaultLeadMinutes = 30;

    public long UserId { get; set; }

    /// <summary>zh-CN or en: of what leaves the centre.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary>An IANA name; empty: the setting's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>Minutes after midnight; null: no quiet hours. From &gt; to: over midnight.</summary>
    public int? QuietFrom { get; set; }

    public int? QuietTo { get; set; }

    /// <summary>Minutes before a task's deadline; 0: never.</summary>
    public int DeadlineMinutes { get; set; } = DefaultLeadMinutes;

    /// <summary>Minutes before a study block; 0: never.</summary>
    public int BlockMinutes { get; set; } = DefaultLeadMinutes;

    /// <summary>Minutes before a course; 0: never.</summary>
    public int CourseMinutes { get; set; }

    /// <summary>When the next day is told, in minutes after midnight; null: never.</summary>
    public int? OutlookAt { get; set; }

    /// <summary>The last day (number) that was told.</summary>
    public int OutlookDay { get; set; }

    /// <summary>What is switched off, separated by blanks: a kind, or kind/channel type.</summary>
    public string Off { get; set; } = "";

    public DateTimeOffset UpdatedAt { get; set; }

    public bool IsTold(string kind) => !Has(kind);

    public bool IsTold(string kind, string channelType) => !Has(kind) && !Has($"{kind}/{channelType}");

    private bool Has(string word) => Off.Split(' ').Contains(word, StringComparer.Ordinal);
}
