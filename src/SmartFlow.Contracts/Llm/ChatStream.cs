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
    private long? answer;

    public IEnumerable<ChatResponseUpdate> Read(JsonElement chunk)
    {
        responseId = ChatAnswers.Text(chunk, "id") ?? responseId;
        modelId = ChatAnswers.Text(chunk, "model") ?? modelId;
        foreach (var choice in AnswerReading.Items(chunk, "choices"))
        {
            // One answer was asked for.
            var at = AnswerReading.Whole(choice, "index") ?? 0;
            if (at != (answer ??= at))
                continue;
            List<AIContent> contents = [];
            Read(AnswerReading.Member(choice, "delta"), contents);
            var finish = ChatAnswers.Finish(choice);
            if (contents.Count > 0 || finish is not null)
                yield return Update(contents, finish);
        }
    }

    /// <summary>The last update: whole tool calls, the usage, and the receipt as raw representation.</summary>
    public ChatResponseUpdate End(CallReceipt receipt)
    {
        List<AIContent> contents =
        [
            .. calls.Values.Select(c => ChatAnswers.Call(c.Id, c.Name, c.Arguments.ToString())),
        ];
        contents.Add(new UsageContent(ChatAnswers.Usage(receipt)));
        var update = Update(contents, null);
        update.RawRepresentation = receipt;
        return update;
    }

    private void Read(JsonElement delta, List<AIContent> contents)
    {
        if (AnswerReading.Thought(delta) is { Length: > 0 } thought)
            contents.Add(new TextReasoningContent(thought));
        if (AnswerReading.Content(delta) is { Length: > 0 } text)
            contents.Add(new TextContent(text));
        if (ChatAnswers.Text(delta, "refusal") is { } refusal)
            contents.Add(new ErrorContent(refusal) { ErrorCode = "refusal" });
        foreach (var piece in AnswerReading.Calls(delta))
            Collect(piece);
    }

    /// <summary>The outlet has numbered the calls.</summary>
    private void Collect(JsonElement piece)
    {
        var index = AnswerReading.Whole(piece, "index") is { } given and >= 0 and < int.MaxValue
            ? (int)given
            : Math.Max(0, calls.Count - 1);
        if (!calls.TryGetValue(index, out var call))
            calls[index] = call = new PartialCall();
        call.Id = ChatAnswers.Text(piece, "id") ?? call.Id;
        call.Name = ChatAnswers.Text(AnswerReading.Member(piece, "function"), "name") ?? call.Name;
        call.Arguments.Append(AnswerReading.Arguments(piece));
    }

    private ChatResponseUpdate Update(List<AIContent> contents, ChatFinishReason? finish) =>
        new(ChatRole.Assistant, contents)
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
