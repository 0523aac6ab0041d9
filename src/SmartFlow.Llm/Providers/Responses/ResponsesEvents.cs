using System.Runtime.InteropServices;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>
/// The events of one streamed response as chunks. Usage comes with the last event; there is no mark behind it, the
/// stream just ends.
/// </summary>
internal sealed class ResponsesEvents(TimeProvider time) : IEventFormat
{
    private readonly ChunkWriter chunks = new(time.GetUtcNow().ToUnixTimeSeconds());
    private readonly ReadableJson readable = new();
    private readonly List<ToolCall> tools = [];
    private ReadOnlyMemory<byte> last;

    public bool Finished { get; private set; }

    /// <summary>The last event has both.</summary>
    public bool UsageTold => Finished;

    public bool IsEnd(ReadOnlySpan<byte> data) => data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

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
        ResponsesFormat.Text(e, "type") switch
        {
            "response.created" => Start(e),
            "response.output_text.delta" => chunks.Text("content", Delta(e)),
            "response.refusal.delta" => chunks.Text("refusal", Delta(e)),
            "response.reasoning_summary_text.delta" or "response.reasoning_text.delta" => chunks.Text(
                "reasoning_content",
                Delta(e)
            ),
            // Parts of a summary are paragraphs.
            "response.reasoning_summary_part.added" when Number(e, "summary_index") > 0 => chunks.Text(
                "reasoning_content",
                "\n\n"
            ),
            "response.output_item.added" => Tool(e),
            "response.function_call_arguments.delta" => Arguments(
                IndexOf(e, ResponsesFormat.Text(e, "item_id"), orLast: true),
                Delta(e)
            ),
            "response.output_item.done" => Whole(e),
            "response.completed" or "response.incomplete" => End(e),
            "response.failed" => throw Failed(e),
            // Texts told again as a whole, progress, and whatever is new: nothing to hand on, unless all of it is
            // whole.
            _ => ResponsesFormat.Text(AnswerReading.Member(e, "response"), "status") switch
            {
                "completed" or "incomplete" when !Finished => End(e),
                "failed" => throw Failed(e),
                _ => default,
            },
        };

    private static ProviderException Failed(JsonElement e) =>
        Failures.FromErrorObject(
            JsonMarshal.GetRawUtf8Value(
                AnswerReading.Member(e, "response") is { ValueKind: JsonValueKind.Object } response ? response : e
            )
        );

    private ReadOnlyMemory<byte> Start(JsonElement e)
    {
        var response = AnswerReading.Member(e, "response");
        (chunks.Id, chunks.Model) = (ResponsesFormat.Text(response, "id"), ResponsesFormat.Text(response, "model"));
        return chunks.Start();
    }

    private ReadOnlyMemory<byte> Tool(JsonElement e, string arguments = "")
    {
        var item = AnswerReading.Member(e, "item");
        if (ResponsesFormat.Text(item, "type") != "function_call")
            return default;
        tools.Add(
            new ToolCall(Number(e, "output_index"), ResponsesFormat.Text(item, "id")) { Said = arguments.Length > 0 }
        );
        return chunks.Tool(
            tools.Count - 1,
            ResponsesFormat.CallIdOf(item, time),
            ResponsesFormat.Text(item, "name"),
            arguments
        );
    }

    private ReadOnlyMemory<byte> Arguments(int index, string more)
    {
        if (index < 0)
            return default;
        tools[index].Said = true;
        return chunks.Tool(index, "", "", more);
    }

    /// <summary>Some servers tell arguments, or the whole call, only when they are whole.</summary>
    private ReadOnlyMemory<byte> Whole(JsonElement e)
    {
        var item = AnswerReading.Member(e, "item");
        if (ResponsesFormat.Text(item, "type") != "function_call")
            return default;
        var arguments = ResponsesFormat.ArgumentsOf(item);
        var known = IndexOf(e, ResponsesFormat.Text(item, "id"), orLast: false);
        return known < 0 ? Tool(e, arguments)
            : tools[known].Said ? default
            : Arguments(known, arguments);
    }

    /// <summary>The call that an event is about; -1: none that is known.</summary>
    private int IndexOf(JsonElement e, string itemId, bool orLast)
    {
        var at = Number(e, "output_index");
        var index = at < 0 ? -1 : tools.FindLastIndex(t => t.OutputIndex == at);
        if (index < 0 && itemId.Length > 0)
            index = tools.FindLastIndex(t => t.ItemId == itemId);
        // Without a place of its own it goes on with the last.
        return index < 0 && orLast && at < 0 ? tools.Count - 1 : index;
    }

    private ReadOnlyMemory<byte> End(JsonElement e)
    {
        var response = AnswerReading.Member(e, "response");
        Finished = true;
        last = response.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(response).ToArray() : default;
        return chunks.Finish(ResponsesFormat.FinishReason(response, tools.Count > 0));
    }

    private ReadOnlyMemory<byte> TakeUsage()
    {
        if (last.IsEmpty)
            return default;
        using var document = JsonDocument.Parse(last);
        last = default;
        var response = document.RootElement;
        if (AnswerReading.Member(response, "usage").ValueKind != JsonValueKind.Object)
            return default;
        AnswerMender
            .OfStream(time)
            .TryMend(chunks.Usage(json => ResponsesFormat.WriteUsage(json, response)), out var usage);
        return usage;
    }

    private static string Delta(JsonElement e) => ResponsesFormat.Text(e, "delta");

    private static int Number(JsonElement e, string name) =>
        AnswerReading.Whole(e, name) is { } number and >= 0 and < int.MaxValue ? (int)number : -1;

    private sealed record ToolCall(int OutputIndex, string ItemId)
    {
        public bool Said { get; set; }
    }
}
