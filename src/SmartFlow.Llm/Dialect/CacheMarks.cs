using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Anthropic's cache_control in messages and tools of a request that came as one of Anthropic's: other providers do not
/// know it, and some refuse what they do not know. What came as a chat completion is left as it is.
/// </summary>
internal static class CacheMarks
{
    private const string Mark = "cache_control";

    public static byte[] Remove(byte[] body)
    {
        if (body.AsSpan().IndexOf("\"cache_control\""u8) < 0) return body;
        var request = JsonNode.Parse(body)!.AsObject();
        foreach (var message in request["messages"]?.AsArray() ?? [])
            foreach (var part in message?["content"] as JsonArray ?? [])
                (part as JsonObject)?.Remove(Mark);
        foreach (var tool in request["tools"] as JsonArray ?? []) (tool as JsonObject)?.Remove(Mark);
        return JsonSerializer.SerializeToUtf8Bytes(request);
    }
}
