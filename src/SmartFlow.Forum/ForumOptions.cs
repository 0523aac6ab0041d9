using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Forum;

/// <summary>Section <c>Forum</c>: how much one person may do.</summary>
internal sealed class ForumOptions
{
    /// <summary>Posts of one author in 24 hours, deleted ones included.</summary>
    [Range(1, 10_000)]
    public int PostsPerDay { get; set; } = 10;

    /// <summary>Comments that one user writes in a minute.</summary>
    [Range(1, 10_000)]
    public int CommentsPerMinute { get; set; } = 10;

    /// <summary>Comments that one user writes in 24 hours.</summary>
    [Range(1, 100_000)]
    public int CommentsPerDay { get; set; } = 200;

    /// <summary>Posts that one user imports in 24 hours.</summary>
    [Range(1, 10_000)]
    public int ImportsPerDay { get; set; } = 50;

    /// <summary>Posts that one user reports in 24 hours.</summary>
    [Range(1, 10_000)]
    public int ReportsPerDay { get; set; } = 20;

    /// <summary>Writes of any kind a minute for each user in this process, likes and unlikes among them.</summary>
    [Range(1, 1_000_000)]
    public int WritesPerMinute { get; set; } = 120;

    /// <summary>Whose calendar says what today is, where an import names no first day.</summary>
    [Required]
    public string TimeZone { get; set; } = "Asia/Shanghai";
}
