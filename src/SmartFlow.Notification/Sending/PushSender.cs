using System.Net;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Channels;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbound;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// Web Push (RFC 8030) to a browser's push service, encrypted for the browser (RFC 8291), signed by our VAPID keys (RFC
/// 8292).
/// </summary>
internal sealed class PushSender(
    OutsideHttp http,
    Vault vault,
    IOptions<NotificationOptions> options,
    FeatureSwitches switches
) : ISender
{
    /// <summary>What one record holds is 3,993 bytes; services take no larger message.</summary>
    private const int TextMax = 600;
    private const int KeptSeconds = 24 * 3_600;

    private readonly PushServiceClient client = new(http.Client) { AutoRetryAfter = false };

    public string Type => ChannelTypes.WebPush;

    public bool IsOn => options.Value.Contact is not null && switches.IsOn(Feature.WebPush);

    public async Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken)
    {
        var subscription = new PushSubscription { Endpoint = target.Address };
        subscription.SetKey(PushEncryptionKeyName.P256DH, target.PublicKey);
        subscription.SetKey(PushEncryptionKeyName.Auth, target.Secret);
        var text = message.Words.Text;
        var shown = new
        {
            id = message.Id,
            kind = message.Kind,
            title = message.Words.Title,
            text = text.Length > TextMax ? text[..TextMax] : text,
            path = message.Words.Path,
        };
        var push = new PushMessage(JsonSerializer.Serialize(shown, WebJson.Options))
        {
            TimeToLive = KeptSeconds,
            Urgency = PushMessageUrgency.Normal,
        };
        using var vapid = new VapidAuthentication(vault.Vapid.Public, vault.Vapid.Private)
        {
            Subject = options.Value.Contact,
        };
        try
        {
            await client.RequestPushMessageDeliveryAsync(subscription, push, vapid, cancellationToken);
            return Sent.Taken;
        }
        catch (PushServiceClientException e)
        {
            return e.StatusCode == HttpStatusCode.NotFound
                ? new Sent("gone") { IsFinal = true, IsGone = true }
                : HttpOutcome.Of(e.StatusCode, e.Headers?.RetryAfter?.Delta);
        }
        catch (Exception e) when (HttpOutcome.Of(e, cancellationToken) is { } failed)
        {
            return failed;
        }
    }
}
