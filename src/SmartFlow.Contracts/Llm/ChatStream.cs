using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace SmartFlow.Contracts.Llm;

/// <summary>Chunks of one completion as updates. Tool calls come in pieces and are given whole at the end.</summary>
internal sealed class ChatStream
{
    private readonly SortedDictionary<int, PartialCall> calls = [];
    private string? responseId;
    private string? modelId;

    public IEnumerable<ChatResponseUpdate> Read(JsonElement chunk)
    {
        responseId = ChatAnswers.Text(chunk, "id") ?? responseId;
        modelId = ChatAnswers.Text(chunk, "model") ?? modelId;
        if (!chunk.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array) yield break;
        foreach (var choice in choices.EnumerateArray())
        {
            List<AIContent> contents = [];
            if (choice.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object) Read(delta, contents);
            var finish = ChatAnswers.Finish(choice);
            if (contents.Count > 0 || finish is not null) yield return Update(contents, finish);
        }
    }

    /// <summary>The last update: whole tool calls, the usage, and the receipt as raw representation.</summary>
    public ChatResponseUpdate End(CallReceipt receipt)
    {
        List<AIContent> contents = [.. calls.Values.Select(c => ChatAnswers.Call(c.Id, c.Name, c.Arguments.ToString()))];
        contents.Add(new UsageContent(ChatAnswers.Usage(receipt)));
        var update = Update(contents, null);
        update.RawRepresentation = receipt;
        return update;
    }

    private void Read(JsonElement delta, List<AIContent> contents)
    {
        if (ChatAnswers.Reasoning(delta) is { Length: > 0 } thought) contents.Add(new TextReasoningContent(thought));
        if (ChatAnswers.Text(delta, "content") is { Length: > 0 } text) contents.Add(new TextContent(text));
        if (ChatAnswers.Text(delta, "refusal") is { Length: > 0 } refusal)
            contents.Add(new ErrorContent(refusal) { ErrorCode = "refusal" });
        if (!delta.TryGetProperty("tool_calls", out var pieces) || pieces.ValueKind != JsonValueKind.Array) return;
        foreach (var piece in pieces.EnumerateArray()) Collect(piece);
    }

    private void Collect(JsonElement piece)
    {
        var index = piece.TryGetProperty("index", out var given) && given.TryGetInt32(out var number) ? number : calls.Count;
        if (!calls.TryGetValue(index, out var call)) calls[index] = call = new PartialCall();
        call.Id = ChatAnswers.Text(piece, "id") ?? call.Id;
        if (!piece.TryGetProperty("function", out var function)) return;
        if (ChatAnswers.Text(function, "name") is { Length: > 0 } name) call.Name = name;
        call.Arguments.Append(ChatAnswers.Text(function, "arguments"));
    }

    private ChatResponseUpdate Update(List<AIContent> contents, ChatFinishReason? finish) => new(ChatRole.Assistant, contents)
    {
        ResponseId = responseId,
        MessageId = responseId,
        ModelId = modelId,
        FinishReason = finish,
    };

    private sealed class PartialCall
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
