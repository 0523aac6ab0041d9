using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// A request of Anthropic's messages API (https://docs.anthropic.com/en/api/messages) as chat completions. Members that mean
/// something only to Anthropic's own models travel in <c>smartflow.anthropic</c>, which no other provider gets to see;
/// members that are not named here reach the provider unchanged.
/// </summary>
internal sealed class MessageRequest
{
    private static readonly HashSet<string> OnlyAnthropics = new(StringComparer.Ordinal) { "thinking", "top_k", "metadata" };

    public bool Stream { get; private set; }

    /// <summary>The chat-completions request as UTF-8 JSON.</summary>
    public byte[] Chat { get; private set; } = [];

    /// <param name="body">As it came.</param>
    /// <param name="counting">Only to be counted: then no output limit is asked for.</param>
    /// <exception cref="RefusedException">malformed_body, invalid_argument naming the field.</exception>
    public static MessageRequest Parse(ReadOnlySpan<byte> body, bool counting = false) => JsonBody.Translate(body, asked =>
    {
        var request = new MessageRequest();
        request.Translate(asked, counting);
        return request;
    });

    private void Translate(JsonObject asked, bool counting)
    {
        if (asked["max_tokens"] is null && !counting) throw RefusedException.Field("max_tokens", "is required");
        var chat = new JsonObject();
        var anthropic = new JsonObject();
        foreach (var (name, node) in asked)
        {
            // The last three tune an answer, or want a beta header that is not passed on.
            if (node is null || name is "messages" or "system" or "service_tier" or "context_management" or "output_config") continue;
            if (OnlyAnthropics.Contains(name)) anthropic[name] = node.DeepClone();
            else if (name is "stream") Stream = Flag(node, name);
            else if (name is "stop_sequences") chat["stop"] = node.DeepClone();
            else if (name is "tools") chat[name] = Tools(node);
            else if (name is "tool_choice") Choose(chat, node);
            else if (name is "thread") throw NoThreads();
            else if (name is "mcp_servers" or "container" or "output_format") throw NotOffered(name);
            else chat[name] = node.DeepClone();
        }
        if (asked["output_config"]?["format"] is not null) throw NotOffered("output_config.format");
        chat["messages"] = MessageInput.ToMessages(asked["system"], asked["messages"]);
        chat["smartflow"] = new JsonObject { ["anthropic"] = anthropic };
        if (asked["metadata"]?["user_id"] is { } user) chat["user"] = user.DeepClone();
        if (Stream) chat["stream"] = true;
        Chat = JsonSerializer.SerializeToUtf8Bytes(chat);
    }

    private static RefusedException NotOffered(string name) => RefusedException.Field(name, "is not offered on this route");

    /// <summary>
    /// A thread's later turns send only what is new, so that the model would be asked without what came before. With these
    /// members the official client's tool runner asks again with the whole history.
    /// </summary>
    private static RefusedException NoThreads()
    {
        var details = new Dictionary<string, object> { ["error_code"] = "thread_unsupported_request", ["unsupported"] = new[] { "thread" } };
        const string reason = "threads are not kept here; send the whole history";
        return new RefusedException(
            ErrorCodes.InvalidArgument, $"thread: {reason}", new Dictionary<string, string[]> { ["thread"] = [reason] },
            new Dictionary<string, object?> { ["details"] = details });
    }

    private static JsonArray Tools(JsonNode tools)
    {
        var translated = new JsonArray();
        foreach (var tool in tools as JsonArray ?? throw RefusedException.Field("tools", "must be an array"))
        {
            // Tools that run at Anthropic cost what no price rule knows.
            if (tool?["type"]?.GetValue<string>() is not (null or "custom") || tool?["input_schema"] is not { } schema)
                throw RefusedException.Field($"tools[{translated.Count}]", "must be a tool of your own with an input_schema");
            var function = new JsonObject { ["name"] = tool["name"]?.DeepClone(), ["parameters"] = schema.DeepClone() };
            if (tool["description"] is { } description) function["description"] = description.DeepClone();
            translated.Add(MessageInput.WithCache(new JsonObject { ["type"] = "function", ["function"] = function }, tool));
        }
        return translated;
    }

    private static void Choose(JsonObject chat, JsonNode choice)
    {
        chat["tool_choice"] = choice["type"]?.GetValue<string>() switch
        {
            "auto" => "auto",
            "any" => "required",
            "none" => "none",
            "tool" => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = choice["name"]?.DeepClone() } },
            _ => throw RefusedException.Field("tool_choice.type", "must be auto, any, tool or none"),
        };
        if (choice["disable_parallel_tool_use"] is { } disabled && Flag(disabled, "tool_choice.disable_parallel_tool_use"))
            chat["parallel_tool_calls"] = false;
    }

    private static bool Flag(JsonNode node, string name) => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw RefusedException.Field(name, "must be true or false"),
    };
}
