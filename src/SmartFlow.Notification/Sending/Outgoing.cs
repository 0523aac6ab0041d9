using System.Text.Json;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Telling;

namespace SmartFlow.Notification.Sending;

/// <summary>From a notice to what its owner reads, through the sender of the channel.</summary>
internal sealed class Outgoing(IEnumerable<ISender> senders, Vault vault, IOptions<NotificationOptions> options)
{
    private readonly Dictionary<string, ISender> byType = senders.ToDictionary(s => s.Type, StringComparer.Ordinal);

    public bool IsOn(string channelType) => byType.TryGetValue(channelType, out var sender) && sender.IsOn;

    /// <param name="id">The same for every try.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="data">The notice's JSON.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="channel">Where to.</param>
    /// <param name="wish">The owner's language and zone.</param>
    /// <param name="cancellationToken">The program ends.</param>
    public Task<Sent> SendAsync(
        string id,
        string kind,
        string data,
        DateTimeOffset at,
        Channel channel,
        Preference wish,
        CancellationToken cancellationToken
    )
    {
        using var document = JsonDocument.Parse(data);
        var chinese = wish.Language != "en";
        var words = Wording.Of(
            kind,
            document.RootElement,
            chinese,
            QuietHours.Zone(wish.TimeZone, options.Value.TimeZone)
        );
        return SendAsync(id, kind, document.RootElement.Clone(), words, at, channel, chinese, cancellationToken);
    }

    public async Task<Sent> SendAsync(
        string id,
        string kind,
        JsonElement data,
        Words words,
        DateTimeOffset at,
        Channel channel,
        bool chinese,
        CancellationToken cancellationToken
    )
    {
        if (!IsOn(channel.Type))
            return new Sent("not_configured");
        // Another host may have another key; it is told apart from what a repeat mends by nobody but its operator.
        if (vault.Open(channel.UserId, channel.Sealed) is not { } target)
            return new Sent("unreadable");
        var link =
            options.Value.PublicUrl.Length > 0 && words.Path.Length > 0
                ? options.Value.PublicUrl.TrimEnd('/') + words.Path
                : null;
        return await byType[channel.Type]
            .SendAsync(new Message(id, channel.Id, kind, at, data, words, link, chinese), target, cancellationToken);
    }
}
