using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using static SmartFlow.Gateway.Messages.MessageObject;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Chunks as the events of a streamed message: message_start, each block started, grown and stopped, one after the other,
/// message_delta with the reason of the end and the usage, message_stop.
/// </summary>
/// <param name="token">What the message's id is made of.</param>
internal sealed class MessageEvents(string token)
{
    private readonly Queue<JsonObject> ready = new();
    private string open = "";
    private int index = -1;
    private string finish = "";
    private bool begun;
    private bool refused;

    /// <summary>What is known of the usage before the first chunk: clients show from it how full the context is.</summary>
    public TokenUsageMessage Expected { get; set; } = new();

    /// <summary>The next event that is ready, or null.</summary>
    public JsonObject? Take() => ready.TryDequeue(out var next) ? next : null;

    public void Add(ReadOnlySpan<byte> chunk)
    {
        if (JsonNode.Parse(chunk) is not JsonObject said) return;
        Begin(said);
        if (said["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not JsonObject choice) return;
        var delta = choice["delta"];
        if (Text(delta?["reasoning_content"]) is { Length: > 0 } thought)
            Grow("thinking", Thinking(""), new() { ["type"] = "thinking_delta", ["thinking"] = thought });
        if (Text(delta?["content"]) is { Length: > 0 } text) AddText(text);
        if (Text(delta?["refusal"]) is { Length: > 0 } refusal)
        {
            refused = true;
            AddText(refusal);
        }
        foreach (var call in delta?["tool_calls"] as JsonArray ?? []) AddCall(call!);
        if (Text(choice["finish_reason"]) is { Length: > 0 } reason) finish = reason;
    }

    public void End(CallReceipt receipt)
    {
        Begin([]);
        Close();
        Emit("message_delta", new()
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(finish, refused), ["stop_sequence"] = null },
            ["usage"] = Usage(receipt), ["smartflow"] = Cost(receipt),
        });
        Emit("message_stop", []);
    }

    private void Begin(JsonObject said)
    {
        if (begun) return;
        begun = true;
        var message = Create(IdOf(said, token), Text(said["model"]), []);
        message["usage"] = Usage(new CallReceipt { Usage = Expected });
        Emit("message_start", new() { ["message"] = message });
    }

    private void AddText(string text) =>
        Grow("text", new() { ["type"] = "text", ["text"] = "" }, new() { ["type"] = "text_delta", ["text"] = text });

    /// <summary>Blocks stand one after the other, so that a call which goes on after another has begun cannot be shown.</summary>
    private void AddCall(JsonNode call)
    {
        var block = "tool " + (call["index"]?.GetValue<int>() ?? 0);
        var (id, name) = (Text(call["id"]), Text(call["function"]?["name"]));
        Grow(block, ToolUse(id, name, new JsonObject()), Text(call["function"]?["arguments"]) is { Length: > 0 } more
            ? new() { ["type"] = "input_json_delta", ["partial_json"] = more }
            : null);
    }

    private void Grow(string block, JsonObject start, JsonObject? delta)
    {
        if (open != block)
        {
            Close();
            (open, index) = (block, index + 1);
            Emit("content_block_start", new() { ["index"] = index, ["content_block"] = start });
        }
        if (delta is not null) Emit("content_block_delta", new() { ["index"] = index, ["delta"] = delta });
    }

    private void Close()
    {
        if (open.Length == 0) return;
        open = "";
        Emit("content_block_stop", new() { ["index"] = index });
    }

    private void Emit(string type, JsonObject e)
    {
        e.Insert(0, "type", type);
        ready.Enqueue(e);
    }
}
