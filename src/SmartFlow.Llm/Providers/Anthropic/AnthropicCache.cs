using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// A cache that is to last an hour costs more to write than the usual one of five minutes, and a price rule has one
/// price for what is written: so the wish for an hour is left out.
/// </summary>
internal static class AnthropicCache
{
    /// <param name="request">As it is to be sent; what stands in a tool's input is not looked at, it is not the
    /// caller's mark.</param>
    public static void Shorten(JsonObject request)
    {
        Mark(request);
        foreach (var block in request["system"] as JsonArray ?? [])
            Mark(block);
        foreach (var tool in request["tools"] as JsonArray ?? [])
            Mark(tool);
        foreach (var message in request["messages"] as JsonArray ?? [])
        foreach (var block in message?["content"] as JsonArray ?? [])
        {
            Mark(block);
            if (block?["type"]?.GetValue<string>() != "tool_result")
                continue;
            foreach (var inner in block["content"] as JsonArray ?? [])
                Mark(inner);
        }
    }

    private static void Mark(JsonNode? marked)
    {
        if (marked is JsonObject block && block["cache_control"] is JsonObject mark)
            mark.Remove("ttl");
    }
}
