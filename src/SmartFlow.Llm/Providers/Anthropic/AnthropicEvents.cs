using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// The events of one streamed message as chunks. What is told of the prompt is handed on at the beginning, so that of
/// an answer that breaks off only the output is estimated, and the whole usage with the end.
/// </summary>
internal sealed class AnthropicEvents(TimeProvider time) : IEventFormat
{
    private readonly ChunkWriter chunks = new(time.GetUtcNow().ToUnixTimeSeconds());
    private readonly AnthropicUsage usage = new();
    private readonly ReadableJson readable = new();
    private readonly List<int> toolBlocks = [];
    private bool usageDue;

    public bool Finished { get; private set; }

    public bool UsageTold { get; private set; }

    public bool IsEnd(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"message_stop\""u8) >= 0 && Finished && TypeIs(data, "message_stop"u8);

    public ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth)
    {
        if (nth > 0)
            return TakeUsage();
        if (!readable.TryRead(data, out var read))
            throw Failures.Malformed("an event that is not readable");
        using var document = JsonDocument.Parse(read);
        return Of(document.RootElement);
    }

    private ReadOnlyMemory<byte> Of(JsonElement e) =>
        AnthropicFormat.Text(e, "type") switch
        {
            "message_start" => Start(e),
            "content_block_start" => Block(e),
            "content_block_delta" => Delta(e),
            "message_delta" => End(e),
            // It has said all, though not why it ended.
            "message_stop" when !Finished => Finish(""),
            // ping, content_block_stop and whatever is new: nothing to hand on, unless it says why it ended.
            _ when !Finished && StopReason(e).Length > 0 => End(e),
            _ => default,
        };

    private ReadOnlyMemory<byte> Start(JsonElement e)
    {
        var message = AnswerReading.Member(e, "message");
        (chunks.Id, chunks.Model) = (AnthropicFormat.Text(message, "id"), AnthropicFormat.Text(message, "model"));
        if (AnswerReading.Member(message, "usage") is { ValueKind: JsonValueKind.Object } counts)
        {
            usage.Begin(counts);
            usageDue = usage.Any;
        }
        return chunks.Start();
    }

    private ReadOnlyMemory<byte> Block(JsonElement e)
    {
        var block = AnswerReading.Member(e, "content_block");
        switch (AnthropicFormat.Text(block, "type"))
        {
            case "tool_use":
                toolBlocks.Add(Index(e));
                return chunks.Tool(
                    toolBlocks.Count - 1,
                    AnthropicFormat.IdOf(block, time),
                    AnthropicFormat.Text(block, "name"),
                    ""
                );
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
        var delta = AnswerReading.Member(e, "delta");
        switch (AnthropicFormat.Text(delta, "type"))
        {
            case "text_delta":
                return chunks.Text("content", AnthropicFormat.Text(delta, "text"));
            case "thinking_delta":
                return chunks.Text("reasoning_content", AnthropicFormat.Text(delta, "thinking"));
            case "input_json_delta":
                // One whose block is not named goes on with the last.
                var tool = Index(e) is var index && index < 0 ? toolBlocks.Count - 1 : toolBlocks.LastIndexOf(index);
                return tool < 0 ? default : chunks.Tool(tool, "", "", AnthropicFormat.Text(delta, "partial_json"));
            default:
                return default;
        }
    }

    private ReadOnlyMemory<byte> End(JsonElement e)
    {
        if (AnswerReading.Member(e, "usage") is { ValueKind: JsonValueKind.Object } counts)
        {
            usage.Take(counts);
            usageDue = UsageTold = usage.Any;
        }
        return StopReason(e) is { Length: > 0 } reason ? Finish(reason) : TakeUsage();
    }

    private ReadOnlyMemory<byte> Finish(string reason)
    {
        Finished = true;
        return chunks.Finish(AnthropicFormat.FinishReason(reason, toolBlocks.Count > 0));
    }

    private ReadOnlyMemory<byte> TakeUsage()
    {
        if (!usageDue)
            return default;
        usageDue = false;
        return chunks.Usage(usage.Write);
    }

    /// <summary>A reason that is no text is one all the same.</summary>
    private static string StopReason(JsonElement e) =>
        AnswerReading.Member(AnswerReading.Member(e, "delta"), "stop_reason")
            is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } reason
            ? reason.ValueKind == JsonValueKind.String
                ? AnswerReading.TextOf(reason)
                : reason.GetRawText()
            : "";

    private static int Index(JsonElement e) =>
        AnswerReading.Whole(e, "index") is { } index and >= 0 and < int.MaxValue ? (int)index : -1;

    private static bool TypeIs(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read())
                if (
                    reader.TokenType == JsonTokenType.PropertyName
                    && reader.CurrentDepth == 1
                    && reader.ValueTextEquals("type"u8)
                )
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(type);
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }
}
