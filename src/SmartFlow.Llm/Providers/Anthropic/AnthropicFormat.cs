using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>Messages as chat completions.</summary>
internal sealed class AnthropicFormat(TimeProvider time) : IAnswerFormat
{
    public IEventFormat Events(int choices) => new AnthropicEvents(time);

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = default;
        try
        {
            using var document = JsonDocument.Parse(body);
            var message = document.RootElement;
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content)
                || content.ValueKind != JsonValueKind.Array)
                return false;
            completion = Completion(message, content);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The word of the common dialect for why an answer ended.</summary>
    public static string FinishReason(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",
    };

    public static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    private ReadOnlyMemory<byte> Completion(JsonElement message, JsonElement content)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("id", Text(message, "id"));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", Text(message, "model"));
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        WriteContent(json, [.. content.EnumerateArray()]);
        json.WriteEndObject();
        json.WriteString("finish_reason", FinishReason(Text(message, "stop_reason")));
        json.WriteEndObject();
        json.WriteEndArray();
        if (message.TryGetProperty("usage", out var counts) && counts.ValueKind == JsonValueKind.Object)
        {
            var usage = new AnthropicUsage();
            usage.Take(counts);
            if (usage.Any) usage.Write(json);
        }
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private static void WriteContent(Utf8JsonWriter json, JsonElement[] blocks)
    {
        var text = string.Concat(blocks.Where(b => Text(b, "type") == "text").Select(b => Text(b, "text")));
        var thinking = string.Concat(blocks.Where(b => Text(b, "type") == "thinking").Select(b => Text(b, "thinking")));
        var tools = blocks.Where(b => Text(b, "type") == "tool_use").ToArray();
        if (text.Length > 0 || tools.Length == 0) json.WriteString("content", text);
        else json.WriteNull("content");
        if (thinking.Length > 0) json.WriteString("reasoning_content", thinking);
        var redacted = blocks.Where(b => Text(b, "type") == "redacted_thinking").ToArray();
        if (redacted.Length > 0)
        {
            json.WriteStartArray("thinking_blocks");
            foreach (var block in redacted) block.WriteTo(json);
            json.WriteEndArray();
        }
        if (tools.Length == 0) return;
        json.WriteStartArray("tool_calls");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("id", Text(tool, "id"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", Text(tool, "name"));
            json.WriteString("arguments", tool.TryGetProperty("input", out var input) ? input.GetRawText() : "{}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
