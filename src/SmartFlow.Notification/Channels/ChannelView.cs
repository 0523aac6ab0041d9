namespace SmartFlow.Notification.Channels;

/// <summary>A channel as its owner sees it: secrets are never shown again.</summary>
/// <param name="Mask">What is shown of the address.</param>
/// <param name="Confirmed">False: a mail address whose code has not come back yet.</param>
/// <param name="OffReason">Why we switched it off, e.g. gone.</param>
/// <param name="HasBearer">A bearer token is sent along.</param>
/// <param name="Signed">What is sent is signed.</param>
internal sealed record ChannelView(
    long Id,
    string Type,
    string Name,
    string Mask,
    bool Enabled,
    bool Confirmed,
    string? OffReason,
    bool HasBearer,
    bool Signed,
    DateTimeOffset CreatedAt
)
{
    /// <summary>Of a webhook whose secret was made here, in the answer to its making alone.</summary>
    public string? Secret { get; init; }

    public static ChannelView Of(Channel c, Target? target) =>
        new(
            c.Id,
            c.Type,
            c.Name,
            c.Mask,
            c.Enabled,
            c.ConfirmedAt is not null,
            c.OffReason,
            target?.Bearer.Length > 0,
            target?.Secret.Length > 0,
            c.CreatedAt
        );

    // A record would print the secret.
    public override string ToString() => $"channel {Id}";
}
