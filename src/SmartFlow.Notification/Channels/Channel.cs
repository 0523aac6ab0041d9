namespace SmartFlow.Notification.Channels;

/// <summary>The ways out of the centre.</summary>
internal static class ChannelTypes
{
    public const string Webhook = "webhook";
    public const string Feishu = "feishu";
    public const string Email = "email";
    public const string WebPush = "web_push";

    public static readonly string[] All = [Webhook, Feishu, Email, WebPush];
}

/// <summary>Where a user is told beside the centre. What is secret of it is sealed.</summary>
internal sealed class Channel
{
    public long Id { get; set; }

    public long UserId { get; set; }

    /// <summary>One of <see cref="ChannelTypes"/>.</summary>
    public required string Type { get; set; }

    public required string Name { get; set; }

    /// <summary>What is shown of the address.</summary>
    public required string Mask { get; set; }

    /// <summary>The <see cref="Target"/>, sealed.</summary>
    public required byte[] Sealed { get; set; }

    /// <summary>A keyed hash of the address: each is a user's once.</summary>
    public required byte[] AddressHash { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Why it was switched off by us, e.g. gone; null: it was not.</summary>
    public string? OffReason { get; set; }

    /// <summary>Null: its owner has not shown yet that the address is theirs.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The day (number, in the owner's zone) that is counted.</summary>
    public int Day { get; set; }

    /// <summary>What went out on it.</summary>
    public int DaySent { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Address and secrets of a channel; stored sealed.</summary>
/// <param name="Address">A URL or a mail address.</param>
/// <param name="Secret">What signs: whsec_… of a webhook, Feishu's secret, the auth secret of a push
/// subscription.</param>
/// <param name="Bearer">Sent to a webhook as its Authorization.</param>
/// <param name="PublicKey">Of a push subscription (p256dh).</param>
/// <param name="Code">The digits that confirm a mail address.</param>
/// <param name="CodeUntil">Until when they do.</param>
/// <param name="CodeTries">Wrong ones so far.</param>
internal sealed record Target(
    string Address,
    string Secret = "",
    string Bearer = "",
    string PublicKey = "",
    string? Code = null,
    DateTimeOffset? CodeUntil = null,
    int CodeTries = 0
)
{
    // A record would print what is secret.
    public override string ToString() => "***";
}
