using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace SmartFlow.Contracts.Llm;

/// <summary>Messages and options of Microsoft.Extensions.AI as an OpenAI chat-completions request.</summary>
internal static class ChatRequests
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject Body(IEnumerable<ChatMessage> messages, ChatOptions? options, string defaultModel)
    {
        var body = new JsonObject();
        // Without one the outlet takes its default.
        if (!string.IsNullOrEmpty(options?.ModelId ?? defaultModel))
            body["model"] = options?.ModelId ?? defaultModel;
        var list = new JsonArray();
        if (!string.IsNullOrEmpty(options?.Instructions))
            list.Add(new JsonObject { ["role"] = "system", ["content"] = options.Instructions });
        foreach (var message in messages)
        foreach (var mapped in Map(message))
            list.Add(mapped);
        body["messages"] = list;
        if (options is not null)
            Add(body, options);
        return body;
    }

    private static void Add(JsonObject body, ChatOptions options)
    {
        Set(body, "temperature", options.Temperature);
        Set(body, "top_p", options.TopP);
        Set(body, "max_completion_tokens", options.MaxOutputTokens);
        Set(body, "frequency_penalty", options.FrequencyPenalty);
        Set(body, "presence_penalty", options.PresencePenalty);
        Set(body, "seed", options.Seed);
        if (options.StopSequences is { Count: > 0 } stop)
            body["stop"] = new JsonArray([.. stop.Select(s => JsonValue.Create(s))]);
        if (options.Reasoning?.Effort is { } effort)
            body["reasoning_effort"] = Effort(effort);
        if (Format(options.ResponseFormat) is { } format)
            body["response_format"] = format;
        AddTools(body, options);
        foreach (var (name, value) in options.AdditionalProperties ?? [])
            body[name] = JsonSerializer.SerializeToNode(value, Json);
    }

    private static void AddTools(JsonObject body, ChatOptions options)
    {
        var tools = new JsonArray([.. (options.Tools ?? []).OfType<AIFunctionDeclaration>().Select(Tool)]);
        if (tools.Count == 0)
            return;
        body["tools"] = tools;
        if (options.AllowMultipleToolCalls is { } several)
            body["parallel_tool_calls"] = several;
        body["tool_choice"] = options.ToolMode switch
        {
            NoneChatToolMode => "none",
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject
            {
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = name },
            },
            RequiredChatToolMode => "required",
            _ => "auto",
        };
    }

    private static JsonObject Tool(AIFunctionDeclaration tool) =>
        new()
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = tool.Name,
                ["description"] = tool.Description,
                ["parameters"] = JsonNode.Parse(tool.JsonSchema.GetRawText()),
            },
        };

    private static JsonObject? Format(ChatResponseFormat? format) =>
        format switch
        {
            ChatResponseFormatJson { Schema: { } schema } json => new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = Schema(json, schema),
            },
            ChatResponseFormatJson => new JsonObject { ["type"] = "json_object" },
            ChatResponseFormatText => new JsonObject { ["type"] = "text" },
            _ => null,
        };

    private static JsonObject Schema(ChatResponseFormatJson json, JsonElement schema)
    {
        var named = new JsonObject
        {
            ["name"] = json.SchemaName ?? "answer",
            ["strict"] = true,
            ["schema"] = JsonNode.Parse(schema.GetRawText()),
        };
        if (json.SchemaDescription is { } description)
            named["description"] = description;
        return named;
    }

    private static string Effort(ReasoningEffort effort) =>
        effort switch
        {
            ReasoningEffort.None => "none",
            ReasoningEffort.Low => "low",
            ReasoningEffort.High => "high",
            ReasoningEffort.ExtraHigh => "xhigh",
            _ => "medium",
        };

    /// <summary>One message, or one per tool result.</summary>
    private static IEnumerable<JsonObject> Map(ChatMessage message)
    {
        var results = message.Contents.OfType<FunctionResultContent>().ToList();
        foreach (var result in results)
            yield return new JsonObject
            {
                ["role"] = "tool",
                ["tool_call_id"] = result.CallId,
                ["content"] = ResultText(result),
            };
        if (results.Count > 0 && results.Count == message.Contents.Count)
            yield break;

        var mapped = new JsonObject { ["role"] = message.Role.Value };
        if (message.AuthorName is { } name)
            mapped["name"] = name;
        var calls = new JsonArray([.. message.Contents.OfType<FunctionCallContent>().Select(Call)]);
        mapped["content"] = Content(message);
        if (calls.Count > 0)
            mapped["tool_calls"] = calls;
        yield return mapped;
    }

    private static JsonObject Call(FunctionCallContent call) =>
        new()
        {
            ["id"] = call.CallId,
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = call.Name,
                ["arguments"] = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Json),
            },
        };

    private static string ResultText(FunctionResultContent result) =>
        result.Result switch
        {
            null => result.Exception is null ? "" : "The tool failed.",
            string text => text,
            var value => JsonSerializer.Serialize(value, Json),
        };

    /// <summary>Text alone is a string, as every compatible server takes it; with images it becomes parts.</summary>
    private static JsonNode? Content(ChatMessage message)
    {
        var images = message.Contents.Any(c => c is DataContent or UriContent);
        if (!images)
        {
            var text = string.Concat(message.Contents.OfType<TextContent>().Select(t => t.Text));
            return text.Length == 0 && message.Contents.Any(c => c is FunctionCallContent)
                ? null
                : JsonValue.Create(text);
        }
        var parts = new JsonArray();
        foreach (var content in message.Contents)
            if (Part(content) is { } part)
                parts.Add(part);
        return parts;
    }

    private static JsonObject? Part(AIContent content) =>
        content switch
        {
            TextContent text => new JsonObject { ["type"] = "text", ["text"] = text.Text },
            DataContent data => Image(data.Uri),
            UriContent uri => Image(uri.Uri.ToString()),
            _ => null,
        };

    private static JsonObject Image(string url) =>
        new()
        {
            ["type"] = "image_url",
            ["image_url"] = new JsonObject { ["url"] = url },
        };

    private static void Set<T>(JsonObject body, string name, T? value)
        where T : struct
    {
        if (value is { } given)
            body[name] = JsonValue.Create(given);
    }
}
