using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using static SmartFlow.Llm.Forms.ResponseObject;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// Chunks as the events of a streamed response, in the order that clients rely on: created, in_progress, each item added,
/// its parts and deltas, done, and completed (or incomplete) with everything once more.
/// </summary>
internal sealed class ResponseEvents(ResponseRequest request)
{
    private readonly Queue<JsonObject> ready = new();
    private readonly List<Item> items = [];
    private string id = "";
    private string model = "";
    private long created;
    private string? finish;
    private JsonNode? usage;
    private int sequence;
    private bool begun;

    /// <summary>The next event that is ready, or null.</summary>
    public JsonObject? Take() => ready.TryDequeue(out var next) ? next : null;

    public void Add(ReadOnlySpan<byte> chunk)
    {
        if (JsonNode.Parse(chunk) is not JsonObject said) return;
        Begin(said);
        if (said["usage"] is JsonObject counts) usage = counts.DeepClone();
        if (said["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not JsonObject choice) return;
        var delta = choice["delta"];
        if (Text(delta?["reasoning_content"]) is { Length: > 0 } thought) Grow(OpenText(Kind.Reasoning), thought);
        if (Text(delta?["content"]) is { Length: > 0 } text) Grow(OpenText(Kind.Text), text);
        if (Text(delta?["refusal"]) is { Length: > 0 } refusal) Grow(OpenText(Kind.Refusal), refusal);
        foreach (var call in delta?["tool_calls"] as JsonArray ?? []) AddCall(call!);
        if (Text(choice["finish_reason"]) is { Length: > 0 } reason) finish = reason;
    }

    /// <summary>What is open is done, and the response with it.</summary>
    public void End(CallReceipt receipt)
    {
        if (items.Count == 0) OpenText(Kind.Text);
        foreach (var item in items) Close(item);
        var response = Whole(Completed, [.. items.Select(i => (JsonNode)i.Write(StatusOf(finish)))]);
        ResponseObject.End(response, finish, usage, receipt);
        Emit(new() { ["type"] = "response." + StatusOf(finish), ["response"] = response });
    }

    private void Begin(JsonObject said)
    {
        if (begun) return;
        begun = true;
        (id, model, created) = (Text(said["id"]), Text(said["model"]), said["created"]?.GetValue<long>() ?? 0);
        Emit(new() { ["type"] = "response.created", ["response"] = Whole(InProgress, []) });
        Emit(new() { ["type"] = "response.in_progress", ["response"] = Whole(InProgress, []) });
    }

    private JsonObject Whole(string status, JsonArray output) => Create(request.Asked, id, created, model, status, output);

    private Item OpenText(Kind kind)
    {
        if (items.Count > 0 && items[^1] is { Closed: false } last && last.Kind == kind) return last;
        foreach (var earlier in items) Close(earlier);
        return Open(new Item(kind, items.Count, id, "", ""));
    }

    private void AddCall(JsonNode call)
    {
        var index = call["index"]?.GetValue<int>() ?? 0;
        var item = items.Find(i => i.Kind == Kind.Call && i.CallIndex == index);
        if (item is null)
        {
            foreach (var earlier in items.Where(i => i.Kind != Kind.Call)) Close(earlier);
            item = Open(new Item(Kind.Call, items.Count, id, Text(call["id"]), Text(call["function"]?["name"])) { CallIndex = index });
        }
        if (Text(call["function"]?["arguments"]) is { Length: > 0 } more) Grow(item, more);
    }

    private Item Open(Item item)
    {
        items.Add(item);
        Emit(new() { ["type"] = "response.output_item.added", ["output_index"] = item.Index, ["item"] = item.Write(InProgress, empty: true) });
        if (item.Kind != Kind.Call) Emit(item.At(item.PartEvent + ".added", ("part", item.Part(""))));
        return item;
    }

    private void Grow(Item item, string more)
    {
        item.Said.Append(more);
        Emit(item.At(item.DeltaEvent + ".delta", ("delta", more)));
    }

    private void Close(Item item)
    {
        if (item.Closed) return;
        item.Closed = true;
        var said = item.Said.ToString();
        Emit(item.At(item.DeltaEvent + ".done", (item.DoneField, said)));
        if (item.Kind != Kind.Call) Emit(item.At(item.PartEvent + ".done", ("part", item.Part(said))));
        Emit(new() { ["type"] = "response.output_item.done", ["output_index"] = item.Index, ["item"] = item.Write(Completed) });
    }

    private void Emit(JsonObject e)
    {
        e["sequence_number"] = sequence++;
        ready.Enqueue(e);
    }

    private enum Kind
    {
        Text,
        Refusal,
        Reasoning,
        Call,
    }

    private sealed class Item(Kind kind, int index, string chatId, string callId, string name)
    {
        public Kind Kind => kind;

        public int Index => index;

        public int CallIndex { get; init; } = -1;

        public StringBuilder Said { get; } = new();

        public bool Closed { get; set; }

        public string DeltaEvent => kind switch
        {
            Kind.Text => "response.output_text",
            Kind.Refusal => "response.refusal",
            Kind.Reasoning => "response.reasoning_summary_text",
            _ => "response.function_call_arguments",
        };

        public string PartEvent => kind == Kind.Reasoning ? "response.reasoning_summary_part" : "response.content_part";

        public string DoneField => kind switch { Kind.Call => "arguments", Kind.Refusal => "refusal", _ => "text" };

        public JsonObject Part(string text) => kind switch
        {
            Kind.Text => ResponseItems.OutputText(text),
            Kind.Refusal => ResponseItems.Refusal(text),
            _ => new JsonObject { ["type"] = "summary_text", ["text"] = text },
        };

        public JsonObject Write(string status, bool empty = false)
        {
            var said = empty ? "" : Said.ToString();
            JsonObject item = kind switch
            {
                Kind.Call => ResponseItems.FunctionCall(callId, name, said, status),
                Kind.Reasoning => ResponseItems.Reasoning(chatId, said),
                _ => ResponseItems.Message(chatId, status, [.. empty ? Array.Empty<JsonNode>() : [Part(said)]]),
            };
            if (kind == Kind.Reasoning && empty) item["summary"] = new JsonArray();
            return item;
        }

        /// <summary>An event of this item.</summary>
        public JsonObject At(string type, (string Name, JsonNode Value) member)
        {
            var e = new JsonObject { ["type"] = type, ["item_id"] = Text(Write(InProgress)["id"]), ["output_index"] = index };
            if (kind != Kind.Call) e[kind == Kind.Reasoning ? "summary_index" : "content_index"] = 0;
            if (kind == Kind.Text && type.StartsWith("response.output_text", StringComparison.Ordinal)) e["logprobs"] = new JsonArray();
            e[member.Name] = member.Value;
            return e;
        }
    }
}
