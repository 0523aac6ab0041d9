using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// A request of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses) as chat completions.
/// Nothing is stored between requests: whoever goes on a conversation sends it whole. Fields that are not named here
/// reach the provider unchanged.
/// </summary>
internal sealed class ResponseRequest
{
    /// <summary>Of the surface itself, without a counterpart and without weight where nothing is stored.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "input", "instructions", "store", "truncation", "include", "stream_options", "max_tool_calls", "prompt_cache_retention",
    };

    private ResponseRequest(JsonObject asked) => Asked = asked;

    /// <summary>The request as it came, for the fields that an answer repeats.</summary>
    public JsonObject Asked { get; }

    /// <summary>The chat-completions request as UTF-8 JSON.</summary>
    public byte[] Chat { get; private set; } = [];

    /// <param name="body">As it came.</param>
    /// <param name="stream">The form that is wanted, whatever the body says.</param>
    /// <exception cref="RefusedException">malformed_body, invalid_argument naming the field.</exception>
    public static ResponseRequest Parse(ReadOnlySpan<byte> body, bool stream) => JsonBody.Translate(body, asked =>
    {
        var request = new ResponseRequest(asked);
        request.Translate(stream);
        return request;
    });

    private void Translate(bool stream)
    {
        var chat = new JsonObject();
        foreach (var (name, node) in Asked)
        {
            if (node is null || LeftOut.Contains(name)) continue;
            switch (name)
            {
                case "stream":
                    if (node.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
                        throw RefusedException.Field(name, "must be true or false");
                    break;
                case "background" or "previous_response_id" or "conversation" or "prompt":
                    if (node.GetValueKind() != JsonValueKind.False)
                        throw RefusedException.Field(name, "is not offered: nothing is stored here; send the whole input");
                    break;
                case "max_output_tokens":
                    chat["max_completion_tokens"] = node.DeepClone();
                    break;
                case "reasoning":
                    if (node["effort"] is { } effort) chat["reasoning_effort"] = effort.DeepClone();
                    break;
                case "text":
                    Format(chat, node);
                    break;
                case "tools":
                    chat[name] = Tools(node);
                    break;
                case "tool_choice":
                    chat[name] = Choice(node);
                    break;
                default:
                    chat[name] = node.DeepClone();
                    break;
            }
        }
        chat["messages"] = ResponseInput.ToMessages(Asked["instructions"], Asked["input"]);
        if (stream)
        {
            chat["stream"] = true;
            chat["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        Chat = JsonSerializer.SerializeToUtf8Bytes(chat);
    }

    private static void Format(JsonObject chat, JsonNode text)
    {
        if (text["verbosity"] is { } verbosity) chat["verbosity"] = verbosity.DeepClone();
        if (text["format"] is not JsonObject format) return;
        var kind = format["type"]?.GetValue<string>();
        if (kind == "json_schema")
        {
            var schema = format.DeepClone().AsObject();
            schema.Remove("type");
            chat["response_format"] = new JsonObject { ["type"] = kind, ["json_schema"] = schema };
        }
        else if (kind is not (null or "text")) chat["response_format"] = format.DeepClone();
    }

    private static JsonArray Tools(JsonNode tools)
    {
        var translated = new JsonArray();
        foreach (var tool in tools as JsonArray ?? throw RefusedException.Field("tools", "must be an array"))
        {
            if (tool?["type"]?.GetValue<string>() != "function")
                throw RefusedException.Field("tools", "only tools of type function are offered");
            var function = tool.DeepClone().AsObject();
            function.Remove("type");
            translated.Add(new JsonObject { ["type"] = "function", ["function"] = function });
        }
        return translated;
    }

    private static JsonNode Choice(JsonNode choice) =>
        choice is JsonObject && choice["type"]?.GetValue<string>() == "function"
            ? new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = choice["name"]?.DeepClone() } }
            : choice.DeepClone();
}
