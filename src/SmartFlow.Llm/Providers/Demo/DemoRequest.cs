using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Llm.Providers.Demo.Planning;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>What the caller wants the answer to be.</summary>
internal enum DemoFormat
{
    Text,
    AnyObject,
    Route,
    Memory,
    Selection,
    OtherSchema,
}

/// <summary>What the rules need of a chat-completions request.</summary>
/// <param name="UserText">The last user message; of an envelope {"message": …} the message.</param>
/// <param name="Format">From response_format.</param>
/// <param name="OutputLimit">max_completion_tokens, else max_tokens.</param>
/// <param name="Choices">n.</param>
/// <param name="InputTokens">Every message's text by <see cref="DemoTokens"/>, and 4 a message.</param>
/// <param name="LastSaid">The last thing that an envelope names as said before; empty: nothing.</param>
/// <param name="Thread">What the tool loop asks; null: it does not ask.</param>
internal sealed record DemoRequest(
    string UserText,
    DemoFormat Format,
    int? OutputLimit,
    int Choices,
    int InputTokens,
    string LastSaid,
    DemoThread? Thread
)
{
    /// <summary>The last user message as it came.</summary>
    public string LastUser { get; init; } = "";

    /// <summary>What is known of the user; null: there is no memory, or it is off.</summary>
    public IReadOnlyList<string>? Remembered { get; init; }

    private const int TokensPerMessage = 4;
    private const int MaxChoices = 8;

    /// <exception cref="ProviderException">Rejected: not a chat request, images, or more than 8 choices.</exception>
    public static DemoRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Refuse("The request is not a chat completion request.");
        }
    }

    public static ProviderException Refuse(string message) =>
        new(
            FailureKind.Rejected,
            message,
            status: 400,
            body: JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type = "invalid_request_error" } })
        );

    private static DemoRequest Read(JsonElement root)
    {
        var (user, tokens, remembered) = ("", 0, (IReadOnlyList<string>?)null);
        foreach (var message in root.GetProperty("messages").EnumerateArray())
        {
            var text = Text(message);
            tokens += DemoTokens.Count(text) + TokensPerMessage;
            if (!message.TryGetProperty("role", out var role) || !role.ValueEquals("user"))
                continue;
            user = text;
            remembered = RememberedIn(text) ?? remembered;
        }
        var choices = Number(root, "n") ?? 1;
        if (choices is < 1 or > MaxChoices)
            throw Refuse($"n must be between 1 and {MaxChoices}.");
        var limit = Number(root, "max_completion_tokens") ?? Number(root, "max_tokens");
        var (said, last) = Unwrap(user);
        return new DemoRequest(said, FormatOf(root), limit, choices, tokens, last, DemoThread.Read(root))
        {
            LastUser = user,
            Remembered = remembered,
        };
    }

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static string Text(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null)
            return "";
        if (content.ValueKind == JsonValueKind.String)
            return content.GetString()!;
        var text = new StringBuilder();
        foreach (var part in content.EnumerateArray())
            if (part.GetProperty("type").ValueEquals("text"))
                text.Append(part.GetProperty("text").GetString());
            else
                throw Refuse("The offline model reads text only.");
        return text.ToString();
    }

    private static DemoFormat FormatOf(JsonElement root)
    {
        if (!root.TryGetProperty("response_format", out var format) || format.ValueKind != JsonValueKind.Object)
            return DemoFormat.Text;
        var type = format.GetProperty("type");
        if (type.ValueEquals("json_object"))
            return DemoFormat.AnyObject;
        if (!type.ValueEquals("json_schema"))
            return DemoFormat.Text;
        return format.GetProperty("json_schema").GetProperty("name").GetString() switch
        {
            "route" => DemoFormat.Route,
            "memory" => DemoFormat.Memory,
            "selection" => DemoFormat.Selection,
            _ => DemoFormat.OtherSchema,
        };
    }

    /// <summary>A message of ours that says what is known: {"remembered": [{"text"}]}.</summary>
    private static List<string>? RememberedIn(string text)
    {
        if (!text.StartsWith("{\"remembered\":", StringComparison.Ordinal))
            return null;
        try
        {
            return [.. JsonNode.Parse(text)!["remembered"]!.AsArray().Select(m => (string)m!["text"]!)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Our own scenes wrap what a user wrote in a JSON envelope, so that it cannot pose as instructions.
    /// </summary>
    private static (string Text, string LastSaid) Unwrap(string text)
    {
        if (!text.StartsWith('{'))
            return (text, "");
        try
        {
            using var envelope = JsonDocument.Parse(text);
            if (
                !envelope.RootElement.TryGetProperty("message", out var inner)
                || inner.ValueKind != JsonValueKind.String
            )
                return (text, "");
            var recent =
                envelope.RootElement.TryGetProperty("recent", out var said)
                && said.ValueKind == JsonValueKind.Array
                && said.GetArrayLength() > 0
                    ? said[said.GetArrayLength() - 1]
                    : default;
            var last =
                recent.ValueKind == JsonValueKind.Object && recent.TryGetProperty("text", out var words)
                    ? words.GetString()
                    : null;
            return (inner.GetString()!, last ?? "");
        }
        catch (JsonException)
        {
            return (text, "");
        }
    }
}
