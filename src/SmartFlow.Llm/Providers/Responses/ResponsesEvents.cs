using System.Runtime.InteropServices;
using System.Text.Json;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>
/// The events of one streamed response as chunks. Usage comes with the last event; there is no mark behind it, the
/// stream just ends.
/// </summary>
internal sealed class ResponsesEvents(long created) : IEventFormat
{
    private readonly ChunkWriter chunks = new(created);
    private readonly List<ToolCall> tools = [];
    private ReadOnlyMemory<byte> last;

    public bool Finished { get; private set; }

    public bool IsEnd(ReadOnlySpan<byte> data) => data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

    public ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth)
    {
        try
        {
            if (nth > 0) return TakeUsage();
            using var document = JsonDocument.Parse(data);
            return Of(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Failures.Malformed("an event that is not readable");
        }
    }

    private ReadOnlyMemory<byte> Of(JsonElement e) => ResponsesFormat.Text(e, "type") switch
    {
        "response.created" => Start(e),
        "response.output_text.delta" => chunks.Text("content", Delta(e)),
        "response.refusal.delta" => chunks.Text("refusal", Delta(e)),
        "response.reasoning_summary_text.delta" or "response.reasoning_text.delta" => chunks.Text("reasoning_content", Delta(e)),
        // Parts of a summary are paragraphs.
        "response.reasoning_summary_part.added" when Number(e, "summary_index") > 0 => chunks.Text("reasoning_content", "\n\n"),
        "response.output_item.added" => Tool(e),
        "response.function_call_arguments.delta" => Arguments(e, Delta(e)),
        "response.output_item.done" => Whole(e),
        "response.completed" or "response.incomplete" => End(e),
        "response.failed" => throw Failures.FromErrorObject(JsonMarshal.GetRawUtf8Value(e.GetProperty("response"))),
        // Texts told again as a whole, progress, and whatever is new: nothing to hand on.
        _ => default,
    };

    private ReadOnlyMemory<byte> Start(JsonElement e)
    {
        var response = e.GetProperty("response");
        (chunks.Id, chunks.Model) = (ResponsesFormat.Text(response, "id"), ResponsesFormat.Text(response, "model"));
        return chunks.Start();
    }

    private ReadOnlyMemory<byte> Tool(JsonElement e)
    {
        var item = e.GetProperty("item");
        if (ResponsesFormat.Text(item, "type") != "function_call") return default;
        tools.Add(new ToolCall(Number(e, "output_index")));
        return chunks.Tool(tools.Count - 1, ResponsesFormat.Text(item, "call_id"), ResponsesFormat.Text(item, "name"), "");
    }

    private ReadOnlyMemory<byte> Arguments(JsonElement e, string more)
    {
        var at = Number(e, "output_index");
        var index = tools.FindLastIndex(t => t.OutputIndex == at);
        if (index < 0) return default;
        tools[index].Said = true;
        return chunks.Tool(index, "", "", more);
    }

    /// <summary>Some servers tell arguments only when they are whole.</summary>
    private ReadOnlyMemory<byte> Whole(JsonElement e)
    {
        var item = e.GetProperty("item");
        var at = Number(e, "output_index");
        return ResponsesFormat.Text(item, "type") == "function_call" && tools.Exists(t => t.OutputIndex == at && !t.Said)
            ? Arguments(e, ResponsesFormat.Arguments(item))
            : default;
    }

    private ReadOnlyMemory<byte> End(JsonElement e)
    {
        var response = e.GetProperty("response");
        Finished = true;
        last = JsonMarshal.GetRawUtf8Value(response).ToArray();
        return chunks.Finish(ResponsesFormat.FinishReason(response, tools.Count > 0));
    }

    private ReadOnlyMemory<byte> TakeUsage()
    {
        if (last.IsEmpty) return default;
        using var document = JsonDocument.Parse(last);
        last = default;
        var response = document.RootElement;
        return response.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
            ? chunks.Usage(json => ResponsesFormat.WriteUsage(json, response))
            : default;
    }

    private static string Delta(JsonElement e) => ResponsesFormat.Text(e, "delta");

    private static int Number(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : -1;

    private sealed record ToolCall(int OutputIndex)
    {
        public bool Said { get; set; }
    }
}
