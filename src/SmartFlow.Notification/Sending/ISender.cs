using System.Text.Json;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Telling;

namespace SmartFlow.Notification.Sending;

/// <summary>What is sent.</summary>
/// <param name="Id">The same for every try: receivers tell a repeat by it.</param>
/// <param name="ChannelId">The channel's.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">The notice's numbers.</param>
/// <param name="Words">What it says.</param>
/// <param name="Link">Where it leads, absolute; null: nowhere.</param>
/// <param name="Chinese">The language of the words.</param>
internal sealed record Message(
    string Id,
    long ChannelId,
    string Kind,
    DateTimeOffset At,
    JsonElement Data,
    Words Words,
    string? Link,
    bool Chinese
);

/// <summary>What became of a try.</summary>
/// <param name="Reason">Null: it was taken. Otherwise a word of ours, e.g. http_500, timeout.</param>
internal sealed record Sent(string? Reason)
{
    public static readonly Sent Taken = new((string?)null);

    /// <summary>A repeat cannot help.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The address takes nothing any more: the channel ends.</summary>
    public bool IsGone { get; init; }

    /// <summary>When the receiver wants the next try.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>One way out. Every failure is a value; only the caller's cancellation throws.</summary>
internal interface ISender
{
    /// <summary>One of <see cref="ChannelTypes"/>.</summary>
    string Type { get; }

    /// <summary>False: it is not configured here.</summary>
    bool IsOn { get; }

    Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken);
}
