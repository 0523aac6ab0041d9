using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>One way to make a call below /v1.</summary>
/// <param name="Path">The route.</param>
/// <param name="Stream">As events.</param>
/// <param name="Body">With TEXT where the question stands.</param>
internal sealed record Surface(string Path, bool Stream, string Body)
{
    private const string Chat =
        """{"model":"fake","max_tokens":50,"stream":false,"messages":[{"role":"user","content":"TEXT"}]}""";
    private const string Response = """{"model":"fake","max_output_tokens":50,"stream":false,"input":"TEXT"}""";
    private const string Message =
        """{"model":"fake","max_tokens":50,"stream":false,"messages":[{"role":"user","content":"TEXT"}]}""";

    public static readonly IReadOnlyDictionary<string, Surface> All = new Dictionary<string, Surface>
    {
        ["chat"] = new("/v1/chat/completions", false, Chat),
        ["chat stream"] = Streamed("/v1/chat/completions", Chat),
        ["response"] = new("/v1/responses", false, Response),
        ["response stream"] = Streamed("/v1/responses", Response),
        ["message"] = new("/v1/messages", false, Message),
        ["message stream"] = Streamed("/v1/messages", Message),
        ["embeddings"] = new("/v1/embeddings", false, """{"model":"fake","input":"TEXT"}"""),
    };

    /// <summary>The same question as events or whole; embeddings have one form.</summary>
    public Surface OtherForm => All.Values.FirstOrDefault(s => s.Path == Path && s.Stream != Stream) ?? this;

    public Task<Answer> AskAsync(HttpClient http, string key, string text = "hi") =>
        http.PostAsync(
            Path,
            new StringContent(Body.Replace("TEXT", text), null, "application/json"),
            ("Idempotency-Key", key)
        );

    /// <summary>What the model said, or the vectors.</summary>
    public string Said(Answer answer) =>
        Stream
            ? string.Concat(
                answer
                    .Text.Split('\n')
                    .Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
                    .Select(l => Delta(JsonNode.Parse(l[6..])!))
            )
            : Whole(JsonNode.Parse(answer.Text)!);

    private static Surface Streamed(string path, string body) =>
        new(path, true, body.Replace("\"stream\":false", "\"stream\":true"));

    private static string? Delta(JsonNode e) =>
        e["choices"] is JsonArray choices
            ? choices.Count > 0
                ? choices[0]!["delta"]!["content"]?.GetValue<string>()
                : null
            : e["delta"] is JsonValue delta
                ? delta.GetValue<string>()
                : e["delta"]?["text"]?.GetValue<string>();

    private static string Whole(JsonNode answer) =>
        (
            answer["choices"]?[0]!["message"]!["content"]
            ?? answer["output"]?[0]!["content"]![0]!["text"]
            ?? answer["content"]?[0]!["text"]
            ?? answer["data"]!
        ).ToString();
}
