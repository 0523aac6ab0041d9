using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// A request of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses) as chat completions.
/// Fields that are not named here are passed on or not as <see cref="AskList"/> has it.
/// </summary>
internal sealed class ResponseRequest
{
    /// <summary>Of the surface itself; what is not kept at the provider has no use for the others.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "input",
        "instructions",
        "store",
        "truncation",
        "include",
        "stream_options",
        "max_tool_calls",
        "prompt_cache_retention",
        "previous_response_id",
        "tool_choice",
        "parallel_tool_calls",
    };

    private ResponseRequest(JsonObject asked) => Asked = asked;

    /// <summary>The request as it came, for the fields that an answer repeats.</summary>
    public JsonObject Asked { get; }

    /// <summary>Its tools.</summary>
    public ResponseTools Tools { get; private set; } = ResponseTools.Of(null);

    /// <summary>Its items, with what they referred to in its place.</summary>
    public JsonArray Input { get; private set; } = [];

    /// <summary>It is to be kept; true unless it says otherwise.</summary>
    public bool Store { get; private set; }

    /// <summary>The chat-completions request as UTF-8 JSON.</summary>
    public byte[] Chat { get; private set; } = [];

    /// <param name="body">As it came.</param>
    /// <exception cref="RefusedException">malformed_body.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body) => JsonBody.Translate(body, asked =>
        {
            // What is given twice is found when it is looked at.
            _ = asked.Count;
            return asked;
        });

    /// <param name="asked">From <see cref="Read"/>.</param>
    /// <param name="input">Its items, references resolved.</param>
    /// <param name="stream">The form that is wanted, whatever the request says.</param>
    /// <exception cref="RefusedException">malformed_body, invalid_argument naming the field.</exception>
    public static ResponseRequest Of(JsonObject asked, IReadOnlyList<InputItem> input, bool stream) =>
        JsonBody.Translate(asked, _ =>
        {
            var request = new ResponseRequest(asked);
            request.Translate(input, stream);
            return request;
        });

    private void Translate(IReadOnlyList<InputItem> input, bool stream)
    {
        Store = Asked["store"] is not { } store || Flag(store, "store");
        Tools = ResponseTools.Of(Asked["tools"]);
        var chat = new JsonObject();
        foreach (var (name, node) in Asked)
        {
            if (node is null || LeftOut.Contains(name))
                continue;
            switch (name)
            {
                case "stream":
                    Flag(node, name);
                    break;
                case "background" or "conversation" or "prompt":
                    if (node.GetValueKind() != JsonValueKind.False)
                        throw RefusedException.Field(
                            name,
                            "is not offered: send the whole input, or previous_response_id"
                        );
                    break;
                case "max_output_tokens":
                    chat["max_completion_tokens"] = node.DeepClone();
                    break;
                case "reasoning":
                    AskList.Chat.Check(name, node);
                    if (node["effort"] is { } effort)
                        chat["reasoning_effort"] = effort.DeepClone();
                    break;
                case "text":
                    Format(chat, node);
                    break;
                case "tools":
                    break;
                default:
                    chat[name] = node.DeepClone();
                    break;
            }
        }
        AddTools(chat);
        AddMessages(chat, input);
        if (stream)
        {
            chat["stream"] = true;
            chat["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        Chat = JsonBody.Write(chat);
        Input = new JsonArray([.. input.Select(i => i.Json?.DeepClone())]);
    }

    private void AddTools(JsonObject chat)
    {
        var choice = Asked["tool_choice"] is { } wanted ? Tools.Choose(wanted) : null;
        if (Tools.Functions.Count == 0)
            return;
        chat["tools"] = Tools.Functions.DeepClone();
        if (choice is not null)
            chat["tool_choice"] = choice;
        if (Asked["parallel_tool_calls"] is { } parallel)
            chat["parallel_tool_calls"] = parallel.DeepClone();
    }

    private void AddMessages(JsonObject chat, IReadOnlyList<InputItem> input)
    {
        var translation = new ResponseInput(Tools);
        chat["messages"] = translation.ToMessages(Asked["instructions"], input);
        if (translation.Document is { } document)
            chat["smartflow"] = new JsonObject { ["document"] = document };
        else if (translation.ToolImages)
            chat["smartflow"] = new JsonObject();
    }

    private static void Format(JsonObject chat, JsonNode text)
    {
        if (text["verbosity"] is { } verbosity)
            chat["verbosity"] = verbosity.DeepClone();
        if (text["format"] is not JsonObject format)
            return;
        var kind = format["type"]?.GetValue<string>();
        if (kind == "json_schema")
        {
            var schema = format.DeepClone().AsObject();
            schema.Remove("type");
            chat["response_format"] = new JsonObject { ["type"] = kind, ["json_schema"] = schema };
        }
        else if (kind is not (null or "text"))
            chat["response_format"] = format.DeepClone();
    }

    private static bool Flag(JsonNode node, string name) =>
        node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw RefusedException.Field(name, "must be true or false"),
        };
}
