using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>A tool call of the thread and what it answered.</summary>
internal sealed record DemoStep(string Name, JsonObject Arguments, JsonObject Answer)
{
    public bool Failed => Answer["error"] is not null;

    /// <summary>A change was made; a plan's own count of what is done is a number.</summary>
    public bool Done => Answer["done"]?.GetValueKind() == JsonValueKind.True;

    public string? Comment => Answer["rejected"] is null ? null : Answer["comment"]?.GetValue<string>() ?? "";
}

/// <summary>
/// A request of the tool loop as the rules see it: what was asked, when, and what the tools have said so far.
/// </summary>
/// <param name="Message">What the user wrote; after a question of ours, together with what they had asked for, unless
/// it is a request of its own.</param>
/// <param name="Reply">What they answered to that question; null: nothing was asked, or it is no answer.</param>
internal sealed record DemoThread(DateOnly Today, string Message, string? Reply, IReadOnlyList<DemoStep> Steps)
{
    public bool Chinese => Message.Any(c => c is >= '\u4e00' and <= '\u9fff');

    public DemoStep? Last => Steps.Count > 0 ? Steps[^1] : null;

    public DemoStep? Of(string name) => Steps.LastOrDefault(s => s.Name == name);

    /// <summary>Null: not a request of the tool loop.</summary>
    public static DemoThread? Read(JsonElement root)
    {
        if (
            !root.TryGetProperty("tools", out var tools)
            || tools.ValueKind != JsonValueKind.Array
            || !tools
                .EnumerateArray()
                .Any(t =>
                    t.TryGetProperty("function", out var f) && f.GetProperty("name").ValueEquals("query_schedule")
                )
        )
            return null;
        var messages = root.GetProperty("messages").EnumerateArray().ToList();
        var at = messages.FindLastIndex(m => Role(m) == "user" && Envelope(m) is not null);
        if (at < 0 || Envelope(messages[at]) is not { } envelope)
            return null;
        var said = envelope["message"]!.GetValue<string>();
        var today = DateOnly.ParseExact(
            envelope["now"]!.GetValue<string>()[..10],
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture
        );
        var replies =
            DemoIntents.Of(said) == DemoIntent.None
            && at >= 2
            && Role(messages[at - 1]) == "assistant"
            && DemoTexts.IsQuestion(Text(messages[at - 1]));
        var asked = replies ? Text(messages[at - 2]) : null;
        return new DemoThread(
            today,
            asked is null ? said : $"{asked} {said}",
            asked is null ? null : said,
            ReadSteps(messages.Skip(at + 1))
        );
    }

    private static List<DemoStep> ReadSteps(IEnumerable<JsonElement> messages)
    {
        var (calls, steps) = (new Dictionary<string, (string Name, JsonObject Arguments)>(), new List<DemoStep>());
        foreach (var message in messages)
            if (message.TryGetProperty("tool_calls", out var wanted) && wanted.ValueKind == JsonValueKind.Array)
                foreach (var call in wanted.EnumerateArray())
                {
                    var function = call.GetProperty("function");
                    calls[call.GetProperty("id").GetString()!] = (
                        function.GetProperty("name").GetString()!,
                        JsonNode.Parse(function.GetProperty("arguments").GetString()!)!.AsObject()
                    );
                }
            else if (
                Role(message) == "tool"
                && calls.TryGetValue(message.GetProperty("tool_call_id").GetString()!, out var made)
            )
                steps.Add(new DemoStep(made.Name, made.Arguments, JsonNode.Parse(Text(message))!.AsObject()));
        return steps;
    }

    private static JsonObject? Envelope(JsonElement message)
    {
        if (Text(message) is not { Length: > 2 } text || text[0] != '{')
            return null;
        try
        {
            return JsonNode.Parse(text) is JsonObject found && found["now"] is not null && found["message"] is not null
                ? found
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Role(JsonElement message) => message.GetProperty("role").GetString() ?? "";

    private static string Text(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : "";
}
