using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// A request of Anthropic's messages API (https://docs.anthropic.com/en/api/messages) as chat completions. Members that
/// mean something only to Anthropic's own models travel in <c>smartflow.anthropic</c>, which no other provider gets to
/// see; members that are not named here are passed on or not as the model service's list of what may be asked has it.
/// </summary>
internal sealed class MessageRequest
{
    private static readonly HashSet<string> OnlyAnthropics = new(StringComparer.Ordinal)
    {
        "thinking",
        "top_k",
        "metadata",
        "cache_control",
    };

    public bool Stream { get; private set; }

    /// <summary>The chat-completions request as UTF-8 JSON.</summary>
    public byte[] Chat { get; private set; } = [];

    /// <param name="body">As it came.</param>
    /// <param name="counting">Only to be counted: then no output limit is asked for.</param>
    /// <exception cref="RefusedException">malformed_body, invalid_argument naming the field.</exception>
    public static MessageRequest Parse(ReadOnlySpan<byte> body, bool counting = false) =>
        JsonBody.Translate(body, asked =>
        {
            var request = new MessageRequest();
            request.Translate(asked, counting);
            return request;
        });

    private void Translate(JsonObject asked, bool counting)
    {
        if (asked["max_tokens"] is null && !counting)
            throw RefusedException.Field("max_tokens", "is required");
        var chat = new JsonObject();
        var anthropic = new JsonObject();
        foreach (var (name, node) in asked)
        {
            if (node is null || name is "messages" or "system" or "output_config" or "output_format" or "tool_choice")
                continue;
            if (OnlyAnthropics.Contains(name))
                anthropic[name] = node.DeepClone();
            else if (name is "stream")
                Stream = Flag(node, name);
            else if (name is "stop_sequences")
                chat["stop"] = node.DeepClone();
            else if (name is "tools")
                AddTools(chat, node);
            else if (name is "thread")
                throw NoThreads();
            else
                chat[name] = node.DeepClone();
        }
        if (asked["tool_choice"] is { } choice)
            Choose(chat, choice);
        if ((asked["output_config"]?["format"] ?? asked["output_format"]) is { } format)
            chat["response_format"] = Format(
                format,
                asked["output_config"]?["format"] is null ? "output_format" : "output_config.format"
            );
        // How much a model is to think is said in words that only its vendor's models know.
        if (asked["output_config"]?["effort"] is { } effort)
            anthropic["output_config"] = new JsonObject { ["effort"] = effort.DeepClone() };
        var input = new MessageInput();
        chat["messages"] = input.ToMessages(asked["system"], asked["messages"]);
        chat["smartflow"] = new JsonObject { ["anthropic"] = anthropic, ["estimate"] = true };
        if (input.Document is { } document)
            chat["smartflow"]!["document"] = document;
        if (asked["metadata"]?["user_id"] is { } user)
            chat["user"] = user.DeepClone();
        if (Stream)
            chat["stream"] = true;
        Chat = JsonBody.Write(chat);
    }

    private static JsonObject Format(JsonNode format, string field)
    {
        if (format["type"]?.GetValue<string>() != "json_schema" || format["schema"] is not JsonObject schema)
            throw RefusedException.Field(field, "must be of type json_schema with a schema");
        var named = new JsonObject { ["name"] = "output", ["schema"] = schema.DeepClone() };
        if (IsStrict(schema))
            named["strict"] = true;
        return new JsonObject { ["type"] = "json_schema", ["json_schema"] = named };
    }

    /// <summary>
    /// A thread's later turns send only what is new, so that the model would be asked without what came before. With
    /// these members the official client's tool runner asks again with the whole history.
    /// </summary>
    private static RefusedException NoThreads()
    {
        var details = new Dictionary<string, object>
        {
            ["error_code"] = "thread_unsupported_request",
            ["unsupported"] = new[] { "thread" },
        };
        const string reason = "threads are not kept here; send the whole history";
        return new RefusedException(
            ErrorCodes.InvalidArgument,
            $"thread: {reason}",
            new Dictionary<string, string[]> { ["thread"] = [reason] },
            new Dictionary<string, object?> { ["details"] = details }
        );
    }

    /// <summary>
    /// OpenAI's own models demand of a strict schema that every object names all its properties as required, and no
    /// others.
    /// </summary>
    private static bool IsStrict(JsonNode? schema)
    {
        if (schema is JsonArray all)
            return all.All(IsStrict);
        if (schema is not JsonObject one)
            return true;
        if (one["properties"] is JsonObject properties)
        {
            var required = (one["required"] as JsonArray ?? [])
                .Select(r => r?.ToString())
                .ToHashSet(StringComparer.Ordinal);
            if (
                one["additionalProperties"]?.GetValueKind() != JsonValueKind.False
                || !properties.All(p => required.Contains(p.Key))
            )
                return false;
        }
        return one.All(m => IsStrict(m.Value));
    }

    private static void AddTools(JsonObject chat, JsonNode tools)
    {
        var translated = new JsonArray();
        var given = tools as JsonArray ?? throw RefusedException.Field("tools", "must be an array");
        for (var i = 0; i < given.Count; i++)
        {
            var kind = given[i]?["type"]?.GetValue<string>();
            // It finds tools that are loaded later; here all are loaded.
            if (kind?.StartsWith("tool_search_tool", StringComparison.Ordinal) == true)
                continue;
            // Tools that run at Anthropic cost what no price rule knows.
            if (kind is not (null or "custom") || given[i]?["input_schema"] is null)
                throw RefusedException.Field($"tools[{i}]", "must be a tool of your own with an input_schema");
            translated.Add(Tool(given[i]!));
        }
        if (translated.Count > 0)
            chat["tools"] = translated;
    }

    private static JsonObject Tool(JsonNode tool)
    {
        var function = new JsonObject
        {
            ["name"] = tool["name"]?.DeepClone(),
            ["parameters"] = tool["input_schema"]!.DeepClone(),
        };
        if (tool["description"] is { } description)
            function["description"] = description.DeepClone();
        return MessageContent.WithCache(new JsonObject { ["type"] = "function", ["function"] = function }, tool);
    }

    private static void Choose(JsonObject chat, JsonNode choice)
    {
        JsonNode wanted = choice["type"]?.GetValue<string>() switch
        {
            "auto" => "auto",
            "any" => "required",
            "none" => "none",
            "tool" => new JsonObject
            {
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = choice["name"]?.DeepClone() },
            },
            _ => throw RefusedException.Field("tool_choice.type", "must be auto, any, tool or none"),
        };
        var single =
            choice["disable_parallel_tool_use"] is { } disabled
            && Flag(disabled, "tool_choice.disable_parallel_tool_use");
        if (chat["tools"] is null)
            return;
        chat["tool_choice"] = wanted;
        if (single)
            chat["parallel_tool_calls"] = false;
    }

    private static bool Flag(JsonNode node, string name) =>
        node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw RefusedException.Field(name, "must be true or false"),
        };
}
