using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Notification.Channels;
using SmartFlow.Platform.Outbound;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// Custom bots of Feishu and Lark (open.feishu.cn, "自定义机器人使用指南"): a text; with a secret also timestamp and sign, which
/// is the HMAC-SHA256 of nothing under timestamp, line break and secret. It answers 200 to all and tells by code; codes
/// of 9499 (bad request), 19021 (signature), 19022 (address) and 19024 (keyword) are not mended by a repeat, 11232 is
/// its limit of frequency.
/// </summary>
internal sealed class FeishuSender(OutsideHttp http, TimeProvider time) : ISender
{
    private const int TextMax = 4_000;

    public string Type => ChannelTypes.Feishu;

    public bool IsOn => true;

    public async Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken)
    {
        var text = string.Join(
            '\n',
            new[] { message.Words.Title, message.Words.Text, message.Link ?? "" }.Where(t => t.Length > 0)
        );
        var body = new JsonObject
        {
            ["msg_type"] = "text",
            ["content"] = new JsonObject { ["text"] = text.Length > TextMax ? text[..TextMax] : text },
        };
        if (target.Secret.Length > 0)
        {
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            (body["timestamp"], body["sign"]) = (timestamp, Sign(timestamp, target.Secret));
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        try
        {
            var answer = await http.SendAsync(request, cancellationToken);
            return HttpOutcome.Of(answer.Status, answer.RetryAfter) is { Reason: not null } failed
                ? failed
                : Outcome(answer.Body);
        }
        catch (Exception e) when (HttpOutcome.Of(e, cancellationToken) is { } failed)
        {
            return failed;
        }
    }

    internal static string Sign(string timestamp, string secret) =>
        Convert.ToBase64String(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{timestamp}\n{secret}"), Array.Empty<byte>())
        );

    private static Sent Outcome(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            var root = answer.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new Sent("broken_answer");
            // Older bots say StatusCode.
            if (
                (root.TryGetProperty("code", out var code) || root.TryGetProperty("StatusCode", out code))
                && code.TryGetInt64(out var number)
            )
                return number == 0
                    ? Sent.Taken
                    : new Sent(string.Create(CultureInfo.InvariantCulture, $"feishu_{number}"))
                    {
                        IsFinal = number is 9499 or 19001 or 19021 or 19022 or 19024,
                    };
            return new Sent("broken_answer");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Sent("broken_answer");
        }
    }
}
