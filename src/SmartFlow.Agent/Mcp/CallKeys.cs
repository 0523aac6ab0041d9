using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace SmartFlow.Agent.Mcp;

/// <summary>What makes a repeat of a call the same call.</summary>
/// <param name="Text">The client's own key, or one of what it sent.</param>
/// <param name="IsOwn">The client's own: good for as long as the proposal is kept.</param>
/// <param name="Hash">Of tool and arguments: another call with the key is refused.</param>
/// <param name="Problem">Why it is none.</param>
internal sealed record CallKey(string Text, bool IsOwn, byte[] Hash, string? Problem = null);

/// <summary>
/// A client that has keys sends one, as the header Idempotency-Key or in params._meta. Of one that has none, the same
/// call with the same request id (and session, where an older client names one) within a short while is a repeat:
/// request ids begin anew with each connection.
/// </summary>
internal static class CallKeys
{
    public const int Most = 255;
    public const string MetaName = "smartflow/idempotency-key";

    public static CallKey Of(HttpContext http, RequestContext<CallToolRequestParams> request)
    {
        var asked = request.Params!;
        var call = new JsonObject
        {
            ["name"] = asked.Name,
            ["arguments"] = JsonSerializer.SerializeToNode(asked.Arguments ?? new Dictionary<string, JsonElement>()),
        };
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(call.ToJsonString()));
        if (Given(http, asked) is { } own)
            return new CallKey("key:" + own, true, hash, own.Length is 0 or > Most ? "length" : null);
        var session = http.Request.Headers["Mcp-Session-Id"].ToString();
        var same = SHA256.HashData(
            Encoding.UTF8.GetBytes($"{session}\n{request.JsonRpcRequest.Id}\n{Convert.ToHexString(hash)}")
        );
        return new CallKey("call:" + Convert.ToHexString(same), false, hash);
    }

    private static string? Given(HttpContext http, CallToolRequestParams asked)
    {
        if (asked.Meta?[MetaName] is JsonValue value)
            return value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        return http.Request.Headers["Idempotency-Key"] is { Count: > 0 } header ? header.ToString() : null;
    }
}
