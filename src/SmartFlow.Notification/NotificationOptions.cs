using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Notification;

/// <summary>Section <c>Notification</c>.</summary>
internal sealed class NotificationOptions
{
    /// <summary>Notifications kept for a user; the oldest go first.</summary>
    [Range(1, 10_000)]
    public int KeptPerUser { get; set; } = 200;

    /// <summary>Days after which a notification goes.</summary>
    [Range(1, 3_650)]
    public int KeptDays { get; set; } = 90;
}
