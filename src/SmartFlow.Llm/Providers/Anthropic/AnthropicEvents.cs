using System.Text.Json;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// The events of one streamed message as chunks. What is told of the prompt is handed on at the beginning, so that of an
/// answer that breaks off only the output is estimated, and the whole usage with the end.
/// </summary>
internal sealed class AnthropicEvents(TimeProvider time) : IEventFormat
{
    private readonly ChunkWriter chunks = new(time.GetUtcNow().ToUnixTimeSeconds());
    private readonly AnthropicUsage usage = new();
    private readonly List<int> toolBlocks = [];
    private bool usageDue;

    public bool Finished { get; private set; }

    public bool IsEnd(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"message_stop\""u8) >= 0 && Finished && TypeIs(data, "message_stop"u8);

    public ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth)
    {
        if (nth > 0) return TakeUsage();
        try
        {
            using var document = JsonDocument.Parse(data);
            return Of(document.RootElement);
        }
        catch (JsonException)
        {
            throw Failures.Malformed("an event that is not readable");
        }
    }

    private ReadOnlyMemory<byte> Of(JsonElement e) => AnthropicFormat.Text(e, "type") switch
    {
        "message_start" => Start(e),
        "content_block_start" => Block(e),
        "content_block_delta" => Delta(e),
        "message_delta" => End(e),
        // ping, content_block_stop and whatever is new: nothing to hand on.
        _ => default,
    };

    private ReadOnlyMemory<byte> Start(JsonElement e)
    {
        if (!e.TryGetProperty("message", out var message)) return default;
        (chunks.Id, chunks.Model) = (AnthropicFormat.Text(message, "id"), AnthropicFormat.Text(message, "model"));
        if (message.TryGetProperty("usage", out var counts))
        {
            usage.Begin(counts);
            usageDue = usage.Any;
        }
        return chunks.Start();
    }

    private ReadOnlyMemory<byte> Block(JsonElement e)
    {
        if (!e.TryGetProperty("content_block", out var block)) return default;
        switch (AnthropicFormat.Text(block, "type"))
        {
            case "tool_use":
                toolBlocks.Add(Index(e));
                return chunks.Tool(toolBlocks.Count - 1, AnthropicFormat.Text(block, "id"), AnthropicFormat.Text(block, "name"), "");
            case "text" when AnthropicFormat.Text(block, "text") is { Length: > 0 } text:
                return chunks.Text("content", text);
            // It is paid for and cannot be read: whoever goes on the conversation may send it back.
            case "redacted_thinking":
                return chunks.ThinkingBlock(block);
            default:
                return default;
        }
    }

    private ReadOnlyMemory<byte> Delta(JsonElement e)
    {
        if (!e.TryGetProperty("delta", out var delta)) return default;
        switch (AnthropicFormat.Text(delta, "type"))
        {
            case "text_delta":
                return chunks.Text("content", AnthropicFormat.Text(delta, "text"));
            case "thinking_delta":
                return chunks.Text("reasoning_content", AnthropicFormat.Text(delta, "thinking"));
            case "input_json_delta":
                var tool = toolBlocks.LastIndexOf(Index(e));
                return tool < 0 ? default : chunks.Tool(tool, "", "", AnthropicFormat.Text(delta, "partial_json"));
            default:
                return default;
        }
    }

    private ReadOnlyMemory<byte> End(JsonElement e)
    {
        if (e.TryGetProperty("usage", out var counts))
        {
            usage.Take(counts);
            usageDue = usage.Any;
        }
        if (!e.TryGetProperty("delta", out var delta) || AnthropicFormat.Text(delta, "stop_reason") is not { Length: > 0 } reason)
            return TakeUsage();
        Finished = true;
        return chunks.Finish(AnthropicFormat.FinishReason(reason));
    }

    private ReadOnlyMemory<byte> TakeUsage()
    {
        if (!usageDue) return default;
        usageDue = false;
        return chunks.Usage(usage.Write);
    }

    private static int Index(JsonElement e) =>
        e.TryGetProperty("index", out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number) ? number : -1;

    private static bool TypeIs(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("type"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(type);
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }
}
