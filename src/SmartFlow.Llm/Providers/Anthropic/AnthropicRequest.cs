using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// A chat-completions request as Anthropic's messages API takes it. What has no counterpart there and would change the
/// answer is refused with its name; what only tunes it (seed, penalties, store …) is left out; fields that are
/// Anthropic's own (thinking, top_k, metadata, cache_control …) pass through.
/// </summary>
internal static class AnthropicRequest
{
    /// <summary>Without a counterpart and without weight for what is answered.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "seed",
        "store",
        "stream_options",
        "user",
        "service_tier",
        "prediction",
        "verbosity",
        "prompt_cache_key",
        "safety_identifier",
        "reasoning_effort",
        "modalities",
        "audio",
    };

    /// <summary>What smartflow.anthropic may hold: nothing that decides what the call costs.</summary>
    private static readonly string[] Own = ["thinking", "top_k", "metadata", "cache_control"];

    /// <exception cref="ProviderException">Rejected: the field that cannot be translated is named.</exception>
    public static byte[] Translate(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Write(body);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Only what the translation touches is looked at here: a value of another type, or a field given twice.
            throw Failures.Untranslatable($"This model's provider cannot be asked so: {e.Message}");
        }
    }

    private static byte[] Write(ReadOnlyMemory<byte> body)
    {
        var asked = JsonNode.Parse(body.Span)!.AsObject();
        var translated = new JsonObject();
        var parallel =
            asked["parallel_tool_calls"] is not JsonValue value || !value.TryGetValue(out bool allowed) || allowed;
        foreach (var (name, node) in asked)
        {
            if (node is null || LeftOut.Contains(name))
                continue;
            switch (name)
            {
                case "messages":
                    AnthropicMessages.Translate(node.AsArray(), translated);
                    break;
                case "max_tokens" or "max_completion_tokens":
                    translated["max_tokens"] = node.DeepClone();
                    break;
                case "temperature":
                    // Anthropic's scale ends at 1, OpenAI's at 2.
                    translated[name] =
                        node.GetValueKind() == JsonValueKind.Number
                            ? Math.Min(1, node.GetValue<double>())
                            : node.DeepClone();
                    break;
                case "stop":
                    translated["stop_sequences"] =
                        node is JsonArray ? node.DeepClone() : new JsonArray(node.DeepClone());
                    break;
                case "tools":
                    translated[name] = new JsonArray([.. node.AsArray().Select(Tool)]);
                    break;
                case "tool_choice":
                    translated[name] = Choice(node);
                    break;
                case "parallel_tool_calls":
                    break;
                case "smartflow":
                    foreach (var own in Own)
                        if (node["anthropic"]?[own] is { } given)
                            translated[own] = given.DeepClone();
                    if (node["anthropic"]?["output_config"]?["effort"] is { } effort)
                        Output(translated)["effort"] = effort.DeepClone();
                    break;
                case "n" when node.GetValueKind() == JsonValueKind.Number && node.GetValue<double>() == 1:
                    break;
                case "response_format" when node["type"]?.GetValue<string>() == "text":
                    break;
                case "response_format" when SchemaOf(node) is { } schema:
                    Output(translated)["format"] = new JsonObject
                    {
                        ["type"] = "json_schema",
                        ["schema"] = schema.DeepClone(),
                    };
                    break;
                case "logprobs" when node.GetValueKind() == JsonValueKind.False:
                    break;
                case "n" or "response_format" or "logprobs" or "top_logprobs" or "functions" or "function_call":
                    throw Failures.Untranslatable($"This model's provider does not offer {name}.");
                default:
                    translated[name] = node.DeepClone();
                    break;
            }
        }
        if (!parallel && translated["tools"] is not null)
        {
            var choice = translated["tool_choice"] as JsonObject ?? [];
            choice["type"] ??= "auto";
            choice["disable_parallel_tool_use"] = true;
            translated["tool_choice"] = choice;
        }
        AnthropicCache.Shorten(translated);
        return JsonBody.Write(translated);
    }

    private static JsonObject? SchemaOf(JsonNode format) =>
        format["type"]?.GetValue<string>() == "json_schema" ? format["json_schema"]?["schema"] as JsonObject : null;

    private static JsonObject Output(JsonObject translated)
    {
        if (translated["output_config"] is not JsonObject output)
            translated["output_config"] = output = [];
        return output;
    }

    private static JsonNode Tool(JsonNode? tool)
    {
        // A tool that is not a function is one of Anthropic's own.
        if (tool?["function"] is not JsonObject function)
            return tool?.DeepClone() ?? throw Failures.Untranslatable("A tool is null.");
        var translated = new JsonObject
        {
            ["name"] = function["name"]?.DeepClone(),
            ["input_schema"] = function["parameters"]?.DeepClone() ?? new JsonObject { ["type"] = "object" },
        };
        if (function["description"] is { } description)
            translated["description"] = description.DeepClone();
        if (tool["cache_control"] is { } cache)
            translated["cache_control"] = cache.DeepClone();
        return translated;
    }

    private static JsonNode Choice(JsonNode choice) =>
        choice is JsonObject named
            ? named["function"]?["name"] is { } name
                ? new JsonObject { ["type"] = "tool", ["name"] = name.DeepClone() }
                : named.DeepClone()
            : new JsonObject
            {
                ["type"] =
                    choice.GetValueKind() == JsonValueKind.String
                        ? choice.GetValue<string>() switch
                        {
                            "required" => "any",
                            "auto" or "none" => choice.GetValue<string>(),
                            var other => throw Failures.Untranslatable($"tool_choice must not be {other}."),
                        }
                        : throw Failures.Untranslatable("tool_choice must be a word or an object."),
            };
}
