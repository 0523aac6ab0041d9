using System.Globalization;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers;

/// <summary>One behaviour of <see cref="ScriptedProvider"/>, read from the model's name.</summary>
/// <param name="Name">Without the prefix and number.</param>
/// <param name="Words">For <c>long-N</c>.</param>
internal sealed record Script(string Name, int Words)
{
    private const int MaxWords = 1_000_000;
    private static readonly string[] Names =
    [
        "echo",
        "slow",
        "long",
        "empty",
        "no-usage",
        "null-usage",
        "zero-usage",
        "cached",
        "reasoning",
        "tool-call",
        "json-for-stream",
        "flaky-429",
        "error-400",
        "error-401",
        "error-429",
        "error-500",
        "error-503",
        "error-in-200",
        "error-mid-stream",
        "cut-stream",
        "cut-before",
        "hang",
        "hang-mid-stream",
        "malformed-sse",
        "big-line",
    ];

    public static Script? Parse(string model)
    {
        var name = model.StartsWith(ScriptedProvider.Prefix, StringComparison.Ordinal)
            ? model[ScriptedProvider.Prefix.Length..]
            : model;
        if (Names.Contains(name))
            return new Script(name, 1_000);
        return
            name.StartsWith("long-", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var words)
            && words is > 0 and <= MaxWords
            ? new Script("long", words)
            : null;
    }

    /// <summary>Breaks in the middle, in one way or the other.</summary>
    public bool StopsHalfway => Name is "error-mid-stream" or "cut-stream" or "hang-mid-stream" or "malformed-sse";

    public int ErrorStatus(int attempt) =>
        Name switch
        {
            "flaky-429" => attempt == 1 ? 429 : 0,
            "error-400" or "error-401" or "error-429" or "error-500" or "error-503" => int.Parse(
                Name.AsSpan(6),
                CultureInfo.InvariantCulture
            ),
            _ => 0,
        };

    /// <summary>The words of the answer, cut at the request's output limit.</summary>
    public (IReadOnlyList<string> Words, bool Limited) Answer(JsonNode request)
    {
        var words = Name switch
        {
            "long" => Enumerable.Range(1, Words).Select(i => $"w{i} ").ToList(),
            "empty" or "tool-call" => [],
            _ => Split(LastUserText(request)),
        };
        var limit = (request["max_completion_tokens"] ?? request["max_tokens"])?.GetValue<long>() ?? long.MaxValue;
        limit -= Reasoning.Count;
        return words.Count <= limit ? (words, false) : ([.. words.Take((int)Math.Max(0, limit))], true);
    }

    public IReadOnlyList<string> Reasoning => Name == "reasoning" ? ["Let ", "me ", "think."] : [];

    /// <summary>The provider's usage object; null where the script reports none.</summary>
    public JsonObject? Usage(JsonNode request, int words)
    {
        if (Name is "no-usage" or "null-usage")
            return null;
        var zero = Name == "zero-usage";
        var prompt = zero ? 0 : PromptTokens(request);
        var completion = zero ? 0 : Math.Max(1, words + Reasoning.Count);
        return new JsonObject
        {
            ["prompt_tokens"] = prompt,
            ["completion_tokens"] = completion,
            ["total_tokens"] = prompt + completion,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = Name == "cached" ? prompt * 3 / 4 : 0 },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = Reasoning.Count },
        };
    }

    /// <summary>A quarter of the bytes of all texts, rounded up: less than any hold assumes.</summary>
    public static int PromptTokens(JsonNode request) =>
        (Messages(request).Sum(m => System.Text.Encoding.UTF8.GetByteCount(TextOf(m))) + 3) / 4;

    /// <summary>
    /// The usage of embeddings: a token for four bytes, rounded up; null where the script reports none.
    /// </summary>
    public JsonObject? EmbeddingsUsage(JsonNode request)
    {
        if (Name is "no-usage" or "null-usage")
            return null;
        var tokens =
            Name == "zero-usage"
                ? 0
                : (System.Text.Encoding.UTF8.GetByteCount(request["input"]!.ToJsonString()) + 3) / 4;
        return new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens };
    }

    private static string LastUserText(JsonNode request) =>
        TextOf(Messages(request).LastOrDefault(m => m["role"]?.GetValue<string>() == "user"));

    private static IEnumerable<JsonNode> Messages(JsonNode request) =>
        request["messages"]!.AsArray().OfType<JsonNode>();

    private static string TextOf(JsonNode? message) =>
        message?["content"] switch
        {
            JsonArray parts => string.Join(' ', parts.Select(p => p?["text"]?.GetValue<string>() ?? "")),
            JsonValue text => text.GetValue<string>(),
            _ => "",
        };

    /// <summary>Words with the blanks that follow them.</summary>
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && !(text[i - 1] == ' ' && text[i] != ' '))
                continue;
            words.Add(text[start..i]);
            start = i;
        }
        return words;
    }
}
