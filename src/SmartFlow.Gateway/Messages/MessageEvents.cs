using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using static SmartFlow.Gateway.Messages.MessageObject;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Chunks as the events of a streamed message: message_start, each block started, grown and stopped, one after the
/// other, message_delta with the reason of the end and the usage, message_stop. What belongs to a later block waits
/// until the one before it is whole, so that calls which come side by side are neither cut nor mixed.
/// </summary>
/// <param name="token">What the message's id is made of.</param>
internal sealed class MessageEvents(string token)
{
    private readonly Queue<JsonObject> ready = new();
    private readonly List<Block> blocks = [];
    private int open;
    private string finish = "";
    private bool begun;
    private bool refused;
    private long? answer;

    /// <summary>
    /// What is known of the usage before the first chunk: clients show from it how full the context is.
    /// </summary>
    public TokenUsageMessage Expected { get; set; } = new();

    /// <summary>The next event that is ready, or null.</summary>
    public JsonObject? Take() => ready.TryDequeue(out var next) ? next : null;

    public void Add(ReadOnlySpan<byte> chunk)
    {
        var reader = new Utf8JsonReader(chunk);
        using var document = JsonDocument.ParseValue(ref reader);
        var said = document.RootElement;
        Begin(said);
        foreach (var choice in AnswerReading.Items(said, "choices"))
        {
            // One answer was asked for.
            var at = AnswerReading.Whole(choice, "index") ?? 0;
            if (at == (answer ??= at))
                AddTo(AnswerReading.Member(choice, "delta"), AnswerReading.Text(choice, "finish_reason"));
        }
    }

    public void End(CallReceipt receipt)
    {
        Begin(default);
        while (open < blocks.Count)
            Close();
        Emit(
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject
                {
                    ["stop_reason"] = StopReason(finish, refused, blocks.Exists(b => b.Kind == BlockKind.Call)),
                    ["stop_sequence"] = null,
                },
                ["usage"] = Usage(receipt),
                ["smartflow"] = Cost(receipt),
            }
        );
        Emit("message_stop", []);
    }

    private void AddTo(JsonElement delta, string reason)
    {
        if (AnswerReading.Thought(delta) is { Length: > 0 } thought)
            Grow(Last(BlockKind.Thinking), thought);
        if (AnswerReading.Content(delta) is { Length: > 0 } text)
            Grow(Last(BlockKind.Text), text);
        if (AnswerReading.Text(delta, "refusal") is { Length: > 0 } refusal)
        {
            refused = true;
            Grow(Last(BlockKind.Text), refusal);
        }
        foreach (var call in AnswerReading.Calls(delta))
            AddCall(call);
        if (reason.Length > 0)
            finish = reason;
    }

    private void Begin(JsonElement said)
    {
        if (begun)
            return;
        begun = true;
        var message = Create(IdOf(said, token), AnswerReading.Text(said, "model"), []);
        message["usage"] = Usage(new CallReceipt { Usage = Expected });
        Emit("message_start", new() { ["message"] = message });
    }

    /// <summary>The last block where it is of this kind and not closed, else a new one.</summary>
    private Block Last(BlockKind kind) =>
        blocks.Count > open && blocks[^1].Kind == kind ? blocks[^1] : Add(new Block(kind, blocks.Count));

    /// <summary>The outlet has numbered the calls.</summary>
    private void AddCall(JsonElement call)
    {
        var number = AnswerReading.Whole(call, "index") ?? Math.Max(0, blocks.Count(b => b.Kind == BlockKind.Call) - 1);
        var block = blocks.Find(b => b.Kind == BlockKind.Call && b.Call == number)
            ?? Add(new Block(BlockKind.Call, blocks.Count) { Call = number });
        if (block.Id.Length == 0)
            block.Id = AnswerReading.Text(call, "id");
        if (block.Name.Length == 0)
            block.Name = AnswerReading.Text(AnswerReading.Member(call, "function"), "name");
        Grow(block, AnswerReading.Arguments(call));
    }

    private Block Add(Block block)
    {
        blocks.Add(block);
        return block;
    }

    private void Grow(Block block, string more)
    {
        block.Take(more);
        while (open < blocks.Count - 1 && blocks[open].IsWhole)
            Close();
        if (blocks[open] == block)
            Tell(block);
    }

    /// <summary>What of the open block is not told yet; a call begins with its name, if it gets one.</summary>
    private void Tell(Block block, bool ends = false)
    {
        if (block.Kind == BlockKind.Call && block.Name.Length == 0 && block.Waiting.Length == 0 && !ends)
            return;
        if (!block.Started)
        {
            block.Started = true;
            Emit("content_block_start", new() { ["index"] = block.Index, ["content_block"] = block.Start() });
        }
        if (block.Waiting.Length == 0)
            return;
        Emit("content_block_delta", new() { ["index"] = block.Index, ["delta"] = block.Delta() });
        block.Waiting.Clear();
    }

    /// <summary>The open block is whole; the next one is open.</summary>
    private void Close()
    {
        var block = blocks[open++];
        Tell(block, ends: true);
        Emit("content_block_stop", new() { ["index"] = block.Index });
        if (open < blocks.Count)
            Tell(blocks[open]);
    }

    private void Emit(string type, JsonObject e)
    {
        e.Insert(0, "type", type);
        ready.Enqueue(e);
    }

    private enum BlockKind
    {
        Thinking,
        Text,
        Call,
    }

    private sealed class Block(BlockKind kind, int index)
    {
        private int depth;
        private bool begun;
        private bool inText;
        private bool escaped;

        public BlockKind Kind => kind;

        public int Index => index;

        public long Call { get; init; }

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public bool Started { get; set; }

        /// <summary>Said and not told yet.</summary>
        public StringBuilder Waiting { get; } = new();

        /// <summary>Another block may follow: of a call the arguments are one whole value.</summary>
        public bool IsWhole => kind != BlockKind.Call || (begun && depth == 0);

        public void Take(string more)
        {
            Waiting.Append(more);
            if (kind != BlockKind.Call)
                return;
            foreach (var c in more)
                if (escaped)
                    escaped = false;
                else if (inText)
                    (inText, escaped) = (c != '"', c == '\\');
                else if (c == '"')
                    inText = true;
                else if (c is '{' or '[')
                    (begun, depth) = (true, depth + 1);
                else if (c is '}' or ']')
                    depth--;
        }

        public JsonObject Start() =>
            kind switch
            {
                BlockKind.Thinking => Thinking(""),
                BlockKind.Text => new() { ["type"] = "text", ["text"] = "" },
                _ => ToolUse(Id, Name, new JsonObject()),
            };

        public JsonObject Delta() =>
            kind switch
            {
                BlockKind.Thinking => new() { ["type"] = "thinking_delta", ["thinking"] = Waiting.ToString() },
                BlockKind.Text => new() { ["type"] = "text_delta", ["text"] = Waiting.ToString() },
                _ => new() { ["type"] = "input_json_delta", ["partial_json"] = Waiting.ToString() },
            };
    }
}
