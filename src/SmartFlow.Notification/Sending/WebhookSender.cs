using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Notification.Channels;
using SmartFlow.Platform.Outbound;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// Webhooks after the convention of Standard Webhooks 1.0.0 (standardwebhooks.com): webhook-id, webhook-timestamp and
/// webhook-signature, an HMAC-SHA256 over id, timestamp and body under the secret behind <c>whsec_</c>. 410 ends the
/// channel.
/// </summary>
internal sealed class WebhookSender(OutsideHttp http, TimeProvider time) : ISender
{
    public const string SecretPrefix = "whsec_";
    private const int SecretBytes = 32;

    public string Type => ChannelTypes.Webhook;

    public bool IsOn => true;

    public static string NewSecret() =>
        SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>24 to 64 bytes, as the convention asks.</summary>
    public static bool IsSecret(string text)
    {
        var bytes = new byte[65];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var written)
            && written is >= 24 and <= 64;
    }

    public async Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["type"] = message.Kind,
                ["timestamp"] = message.At.UtcDateTime.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
                    System.Globalization.CultureInfo.InvariantCulture
                ),
                ["data"] = new JsonObject
                {
                    ["title"] = message.Words.Title,
                    ["text"] = message.Words.Text,
                    ["url"] = message.Link,
                    ["details"] = JsonObject.Create(message.Data),
                },
            }.ToJsonString(WebJson.Options)
        );
        var timestamp = time.GetUtcNow()
            .ToUnixTimeSeconds()
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("SmartFlow-Webhooks/1");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation(
            "webhook-signature",
            Signature(target.Secret, message.Id, timestamp, body)
        );
        if (target.Bearer.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + target.Bearer);
        try
        {
            var answer = await http.SendAsync(request, cancellationToken);
            return HttpOutcome.Of(answer.Status, answer.RetryAfter);
        }
        catch (Exception e) when (HttpOutcome.Of(e, cancellationToken) is { } failed)
        {
            return failed;
        }
    }

    internal static string Signature(string secret, string id, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1,"
            + Convert.ToBase64String(
                HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed)
            );
    }
}
