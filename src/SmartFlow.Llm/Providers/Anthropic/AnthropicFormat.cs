using System.Buffers;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>Messages as chat completions.</summary>
internal sealed class AnthropicFormat(TimeProvider time) : IAnswerFormat
{
    public IEventFormat Events(int choices) => new AnthropicEvents(time);

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = default;
        if (!new ReadableJson().TryRead(body, out var readable))
            return false;
        using var document = JsonDocument.Parse(readable);
        var content = AnswerReading.Member(document.RootElement, "content");
        // A text is one block, and so is an object.
        if (content.ValueKind is not (JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Object))
            return false;
        return AnswerMender.TryComplete(Completion(document.RootElement, content), time, out completion);
    }

    /// <summary>The word of the common dialect for why an answer ended.</summary>
    public static string FinishReason(string stopReason, bool callsTools) =>
        FinishReasons.Beside(FinishReasons.Of(stopReason) ?? FinishReasons.Stop, callsTools, functionCall: false);

    public static string Text(JsonElement of, string name) => AnswerReading.Text(of, name);

    /// <summary>A call has an id, so that its result can be given.</summary>
    public static string IdOf(JsonElement block, TimeProvider time) =>
        Text(block, "id") is { Length: > 0 } id ? id : $"toolu_{Guid.CreateVersion7(time.GetUtcNow()):N}";

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
        var callsTools = WriteContent(json, content);
        json.WriteEndObject();
        json.WriteString("finish_reason", FinishReason(Text(message, "stop_reason"), callsTools));
        json.WriteEndObject();
        json.WriteEndArray();
        if (message.TryGetProperty("usage", out var counts) && counts.ValueKind == JsonValueKind.Object)
        {
            var usage = new AnthropicUsage();
            usage.Take(counts);
            if (usage.Any)
                usage.Write(json);
        }
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private bool WriteContent(Utf8JsonWriter json, JsonElement content)
    {
        JsonElement[] blocks = content.ValueKind switch
        {
            JsonValueKind.Array => [.. content.EnumerateArray()],
            JsonValueKind.Object => [content],
            _ => [],
        };
        var said =
            content.ValueKind == JsonValueKind.String
                ? AnswerReading.TextOf(content)
                : string.Concat(blocks.Where(b => Text(b, "type") == "text").Select(b => Text(b, "text")));
        var thinking = string.Concat(blocks.Where(b => Text(b, "type") == "thinking").Select(b => Text(b, "thinking")));
        var tools = blocks.Where(b => Text(b, "type") == "tool_use").ToArray();
        if (said.Length > 0 || tools.Length == 0)
            json.WriteString("content", said);
        else
            json.WriteNull("content");
        if (thinking.Length > 0)
            json.WriteString("reasoning_content", thinking);
        var redacted = blocks.Where(b => Text(b, "type") == "redacted_thinking").ToArray();
        if (redacted.Length > 0)
        {
            json.WriteStartArray("thinking_blocks");
            foreach (var block in redacted)
                block.WriteTo(json);
            json.WriteEndArray();
        }
        if (tools.Length == 0)
            return false;
        json.WriteStartArray("tool_calls");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("id", IdOf(tool, time));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", Text(tool, "name"));
            json.WriteString("arguments", Input(AnswerReading.Member(tool, "input")));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return true;
    }

    private static string Input(JsonElement input) =>
        input.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "{}",
            JsonValueKind.String => AnswerReading.TextOf(input),
            _ => input.GetRawText(),
        };
}
