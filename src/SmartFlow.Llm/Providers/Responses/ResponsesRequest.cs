using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>
/// A chat-completions request as the Responses API takes it. What has no counterpart there and would change the answer
/// is refused with its name; what only tunes it (seed, penalties …) is left out; fields that are its own (reasoning,
/// include, truncation …) pass through. Hosted tools are refused: they cost more than tokens.
/// </summary>
internal static class ResponsesRequest
{
    /// <summary>Without a counterpart and without weight for what is answered.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "seed",
        "stream_options",
        "prediction",
        "modalities",
        "audio",
        "reasoning_effort",
        "verbosity",
        "response_format",
    };

    /// <exception cref="ProviderException">Rejected: the field that cannot be translated is named.</exception>
    public static byte[] Translate(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Write(JsonNode.Parse(body.Span)!.AsObject());
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Only what the translation touches is looked at here: a value of another type, or a field given twice.
            throw Failures.Untranslatable($"This model's provider cannot be asked so: {e.Message}");
        }
    }

    private static byte[] Write(JsonObject asked)
    {
        var translated = new JsonObject();
        foreach (var (name, node) in asked)
        {
            if (node is null || LeftOut.Contains(name))
                continue;
            switch (name)
            {
                case "messages":
                    translated["input"] = ResponsesMessages.ToItems(node.AsArray());
                    break;
                case "max_tokens" or "max_completion_tokens":
                    translated["max_output_tokens"] = node.DeepClone();
                    break;
                case "tools":
                    translated[name] = new JsonArray([.. node.AsArray().Select(Tool)]);
                    break;
                case "tool_choice":
                    translated[name] = Choice(node);
                    break;
                case "n" when node.GetValueKind() == JsonValueKind.Number && node.GetValue<double>() == 1:
                    break;
                case "logprobs" or "background" when node.GetValueKind() == JsonValueKind.False:
                    break;
                case "n"
                or "stop"
                or "logprobs"
                or "top_logprobs"
                or "functions"
                or "function_call"
                or "background"
                or "previous_response_id"
                or "conversation"
                or "prompt"
                or "input"
                or "instructions"
                or "web_search_options":
                    throw Failures.Untranslatable($"This model's provider does not offer {name}.");
                default:
                    translated[name] = node.DeepClone();
                    break;
            }
        }
        Reasoning(asked, translated);
        Text(asked, translated);
        // It keeps answers for a month unless told otherwise; chat completions do not.
        translated["store"] ??= false;
        return JsonBody.Write(translated);
    }

    private static void Reasoning(JsonObject asked, JsonObject translated)
    {
        if (asked["reasoning_effort"] is not { } effort)
            return;
        if (translated["reasoning"] is not JsonObject reasoning)
            translated["reasoning"] = reasoning = [];
        reasoning["effort"] = effort.DeepClone();
    }

    private static void Text(JsonObject asked, JsonObject translated)
    {
        if (translated["text"] is not JsonObject text)
            text = [];
        if (asked["verbosity"] is { } verbosity)
            text["verbosity"] = verbosity.DeepClone();
        if (asked["response_format"] is { } format)
        {
            text["format"] = format.DeepClone();
            if (format["type"]?.GetValue<string>() == "json_schema")
            {
                var schema = format["json_schema"]?.DeepClone().AsObject()
                    ?? throw Failures.Untranslatable("response_format.json_schema is missing.");
                schema["type"] = "json_schema";
                text["format"] = schema;
            }
        }
        if (text.Count > 0 && text.Parent is null)
            translated["text"] = text;
    }

    private static JsonNode Tool(JsonNode? tool)
    {
        var kind = tool?["type"]?.GetValue<string>();
        if (kind != "function" || tool!["function"] is not JsonObject function)
            throw Failures.Untranslatable($"tools: only functions are offered, not {kind ?? "null"}.");
        var translated = function.DeepClone().AsObject();
        translated["type"] = "function";
        // Strict unless told otherwise; chat completions are not.
        translated["strict"] ??= false;
        translated["parameters"] ??= new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        return translated;
    }

    private static JsonNode Choice(JsonNode choice)
    {
        if (choice is not JsonObject)
            return choice.DeepClone();
        return choice["function"]?["name"] is { } name
            ? new JsonObject { ["type"] = "function", ["name"] = name.DeepClone() }
            : throw Failures.Untranslatable("tool_choice must be a word or name a function.");
    }
}
