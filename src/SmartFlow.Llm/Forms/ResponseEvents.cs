using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using static SmartFlow.Llm.Forms.ResponseObject;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// Chunks as the events of a streamed response, in the order that clients rely on: created, in_progress, each item
/// added, its parts and deltas, done, and completed (or incomplete) with everything once more.
/// </summary>
internal sealed class ResponseEvents(ResponseRequest request)
{
    private readonly Queue<JsonObject> ready = new();
    private readonly List<Item> items = [];
    private readonly List<Item> calls = [];
    private string id = "";
    private string model = "";
    private long created;
    private string finish = "";
    private JsonElement usage;
    private long? answer;
    private int sequence;
    private bool begun;

    /// <summary>The next event that is ready, or null.</summary>
    public JsonObject? Take() => ready.TryDequeue(out var next) ? next : null;

    public void Add(ReadOnlyMemory<byte> chunk)
    {
        using var document = JsonDocument.Parse(chunk);
        var said = document.RootElement;
        Begin(said);
        if (AnswerReading.Member(said, "usage") is { ValueKind: JsonValueKind.Object } counts)
            usage = counts.Clone();
        foreach (var choice in AnswerReading.Items(said, "choices"))
        {
            // One answer was asked for.
            var at = AnswerReading.Whole(choice, "index") ?? 0;
            if (at == (answer ??= at))
                AddTo(AnswerReading.Member(choice, "delta"), AnswerReading.Text(choice, "finish_reason"));
        }
    }

    private void AddTo(JsonElement delta, string reason)
    {
        if (AnswerReading.Thought(delta) is { Length: > 0 } thought)
            Grow(OpenText(Kind.Reasoning), thought);
        if (AnswerReading.Content(delta) is { Length: > 0 } text)
            Grow(OpenText(Kind.Text), text);
        if (AnswerReading.Text(delta, "refusal") is { Length: > 0 } refusal)
            Grow(OpenText(Kind.Refusal), refusal);
        foreach (var call in AnswerReading.Calls(delta))
            AddCall(call);
        if (reason.Length > 0)
            finish = reason;
    }

    /// <summary>What is open is done, and the response with it.</summary>
    public void End(CallReceipt receipt)
    {
        Begin(default);
        foreach (var call in calls)
            Announce(call);
        if (items.Count == 0)
            OpenText(Kind.Text);
        foreach (var item in items)
            Close(item);
        var response = Whole(Completed, [.. items.Select(i => (JsonNode)i.Write(StatusOf(finish)))]);
        ResponseObject.End(response, finish, usage, receipt);
        Emit(new() { ["type"] = "response." + StatusOf(finish), ["response"] = response });
    }

    private void Begin(JsonElement said)
    {
        if (begun)
            return;
        begun = true;
        (id, model, created) = (AnswerReading.Text(said, "id"), AnswerReading.Text(said, "model"), Created(said));
        Emit(new() { ["type"] = "response.created", ["response"] = Whole(InProgress, []) });
        Emit(new() { ["type"] = "response.in_progress", ["response"] = Whole(InProgress, []) });
    }

    private JsonObject Whole(string status, JsonArray output) =>
        Create(request.Asked, id, created, model, status, output);

    /// <summary>Calls may go on beside a text; they are done with the answer.</summary>
    private Item OpenText(Kind kind)
    {
        if (items.Count > 0 && items[^1] is { Closed: false } last && last.Kind == kind)
            return last;
        var item = new Item(kind, id);
        Announce(item);
        return item;
    }

    /// <summary>The outlet has numbered the calls. One is announced once its name is known.</summary>
    private void AddCall(JsonElement call)
    {
        var index = AnswerReading.Whole(call, "index") ?? Math.Max(0, calls.Count - 1);
        var item = calls.Find(c => c.CallIndex == index);
        if (item is null)
            calls.Add(item = new Item(Kind.Call, id) { CallIndex = index });
        if (item.CallId.Length == 0)
            item.CallId = AnswerReading.Text(call, "id");
        if (item.Name.Length == 0)
            item.Name = AnswerReading.Text(AnswerReading.Member(call, "function"), "name");
        var more = AnswerReading.Arguments(call);
        if (item.Name.Length > 0 || more.Length > 0)
            Announce(item);
        if (more.Length > 0)
            Grow(item, more);
    }

    private void Announce(Item item)
    {
        if (item.Index >= 0)
            return;
        foreach (var earlier in items.Where(i => i.Kind != Kind.Call))
            Close(earlier);
        item.Index = items.Count;
        items.Add(item);
        Emit(
            new()
            {
                ["type"] = "response.output_item.added",
                ["output_index"] = item.Index,
                ["item"] = item.Write(InProgress, empty: true),
            }
        );
        if (item.Kind != Kind.Call)
            Emit(item.At(item.PartEvent + ".added", ("part", item.Part(""))));
    }

    private void Grow(Item item, string more)
    {
        item.Said.Append(more);
        Emit(item.At(item.DeltaEvent + ".delta", ("delta", more)));
    }

    private void Close(Item item)
    {
        if (item.Closed)
            return;
        item.Closed = true;
        var said = item.Said.ToString();
        Emit(item.At(item.DeltaEvent + ".done", (item.DoneField, said)));
        if (item.Kind != Kind.Call)
            Emit(item.At(item.PartEvent + ".done", ("part", item.Part(said))));
        Emit(
            new()
            {
                ["type"] = "response.output_item.done",
                ["output_index"] = item.Index,
                ["item"] = item.Write(Completed),
            }
        );
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

    private sealed class Item(Kind kind, string chatId)
    {
        public Kind Kind => kind;

        /// <summary>Its place in the output; -1: it is not announced yet.</summary>
        public int Index { get; set; } = -1;

        public long CallIndex { get; init; } = -1;

        public string CallId { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Said { get; } = new();

        public bool Closed { get; set; }

        public string DeltaEvent =>
            kind switch
            {
                Kind.Text => "response.output_text",
                Kind.Refusal => "response.refusal",
                Kind.Reasoning => "response.reasoning_summary_text",
                _ => "response.function_call_arguments",
            };

        public string PartEvent => kind == Kind.Reasoning ? "response.reasoning_summary_part" : "response.content_part";

        public string DoneField =>
            kind switch
            {
                Kind.Call => "arguments",
                Kind.Refusal => "refusal",
                _ => "text",
            };

        public JsonObject Part(string text) =>
            kind switch
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
                Kind.Call => ResponseItems.FunctionCall(CallId, Name, said, status),
                Kind.Reasoning => ResponseItems.Reasoning(chatId, said),
                _ => ResponseItems.Message(chatId, status, [.. empty ? Array.Empty<JsonNode>() : [Part(said)]]),
            };
            if (kind == Kind.Reasoning && empty)
                item["summary"] = new JsonArray();
            return item;
        }

        /// <summary>An event of this item.</summary>
        public JsonObject At(string type, (string Name, JsonNode Value) member)
        {
            var e = new JsonObject
            {
                ["type"] = type,
                ["item_id"] = Write(InProgress, empty: true)["id"]!.DeepClone(),
                ["output_index"] = Index,
            };
            if (kind != Kind.Call)
                e[kind == Kind.Reasoning ? "summary_index" : "content_index"] = 0;
            if (kind == Kind.Text && type.StartsWith("response.output_text", StringComparison.Ordinal))
                e["logprobs"] = new JsonArray();
            e[member.Name] = member.Value;
            return e;
        }
    }
}
