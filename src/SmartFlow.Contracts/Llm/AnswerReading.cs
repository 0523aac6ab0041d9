using System.Text.Json;

namespace SmartFlow.Contracts.Llm;

/// <summary>
/// What a chat completion, a chunk of one or a message says, read so that nothing in it can throw: an answer that has
/// been paid for is shown, and what cannot be shown is left out. The element may be of any kind, also none.
/// </summary>
public static class AnswerReading
{
    private const int MaxBlocksWithin = 8;

    /// <summary>A member; an element of no kind where there is none.</summary>
    public static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    /// <summary>A text; empty where the member is none.</summary>
    public static string Text(JsonElement of, string name) => Text(Member(of, name));

    /// <summary>The items of a list; none where the member is no list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The number of a whole member.</summary>
    public static long? Whole(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole)
            ? whole
            : null;

    /// <summary>The first choice; an element of no kind where there is none.</summary>
    public static JsonElement FirstChoice(JsonElement completion) =>
        Items(completion, "choices").FirstOrDefault(c => c.ValueKind == JsonValueKind.Object);

    /// <summary>The text of a message: as it is, or that of its blocks.</summary>
    public static string Content(JsonElement message) => TextOf(Member(message, "content"));

    /// <summary>
    /// What the model thought before it spoke, once, under whichever of its names: a text, details, or blocks of the
    /// content.
    /// </summary>
    public static string Thought(JsonElement message) =>
        TextOf(Member(message, "reasoning_content")) is { Length: > 0 } content ? content
        : TextOf(Member(message, "reasoning")) is { Length: > 0 } reasoning ? reasoning
        : string.Concat(Items(message, "reasoning_details").Select(DetailOf)) is { Length: > 0 } details ? details
        : ThoughtIn(Member(message, "content"));

    /// <summary>The tool calls of a message that are objects.</summary>
    public static IEnumerable<JsonElement> Calls(JsonElement message) =>
        Items(message, "tool_calls").Where(c => c.ValueKind == JsonValueKind.Object);

    /// <summary>The arguments of a call as text; those that are served as an object as its JSON.</summary>
    public static string Arguments(JsonElement call)
    {
        var given = Member(Member(call, "function"), "arguments");
        return given.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "",
            JsonValueKind.String => Text(given),
            _ => given.GetRawText(),
        };
    }

    /// <summary>A value as text: a text, a number, or the texts of blocks, without those of thinking.</summary>
    public static string TextOf(JsonElement value) => TextOf(value, 0);

    /// <summary>The texts of blocks of thinking.</summary>
    public static string ThoughtIn(JsonElement blocks) =>
        blocks.ValueKind switch
        {
            JsonValueKind.Array => string.Concat(blocks.EnumerateArray().Where(IsThinking).Select(ThinkingOf)),
            JsonValueKind.Object when IsThinking(blocks) => ThinkingOf(blocks),
            _ => "",
        };

    private static string TextOf(JsonElement value, int within) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when within == 0 => value.GetRawText(),
            _ when within == MaxBlocksWithin => "",
            JsonValueKind.Array => string.Concat(value.EnumerateArray().Select(v => TextOf(v, within + 1))),
            JsonValueKind.Object when !IsThinking(value) => BlockOf(value, within + 1),
            _ => "",
        };

    private static string BlockOf(JsonElement block, int within) =>
        TextOf(Member(block, "text"), within) is { Length: > 0 } text ? text : TextOf(Member(block, "content"), within);

    private static string ThinkingOf(JsonElement block) =>
        TextOf(Member(block, "thinking")) is { Length: > 0 } thinking ? thinking
        : TextOf(Member(block, "reasoning")) is { Length: > 0 } reasoning ? reasoning
        : TextOf(Member(block, "text")) is { Length: > 0 } text ? text
        : TextOf(Member(block, "summary"));

    private static string DetailOf(JsonElement detail) =>
        Text(detail, "text") is { Length: > 0 } text ? text : Text(detail, "summary");

    private static bool IsThinking(JsonElement block) =>
        Text(block, "type") is var type
        && (
            type.Contains("thinking", StringComparison.Ordinal) || type.Contains("reasoning", StringComparison.Ordinal)
        );

    /// <summary>Half of a surrogate pair or bytes that are no characters make no text.</summary>
    private static string Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return "";
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
