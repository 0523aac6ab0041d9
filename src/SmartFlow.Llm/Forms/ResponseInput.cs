using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Forms;

/// <summary>An item of an input.</summary>
/// <param name="Json">The item.</param>
/// <param name="Field">Where it came from in the request.</param>
internal readonly record struct InputItem(JsonNode? Json, string Field);

/// <summary>
/// Input items as messages: texts, images, calls of tools and their outputs. Left out is what the common dialect has no
/// place for and an answer does not hang on: earlier reasoning, and calls of tools that ran at a provider.
/// </summary>
internal sealed class ResponseInput(ResponseTools tools)
{
    private static readonly string[] LeftOut =
    [
        "reasoning",
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "image_generation_call",
        "computer_call",
        "mcp_list_tools",
        "mcp_call",
        "mcp_approval_request",
        "mcp_approval_response",
        "tool_search_call",
        "tool_search_output",
        "compaction",
        "compaction_trigger",
    ];

    private readonly JsonArray messages = [];
    private readonly ResponseContent contents = new();

    /// <inheritdoc cref="ResponseContent.Document"/>
    public string? Document => contents.Document;

    /// <summary>A tool's output holds an image.</summary>
    public bool ToolImages { get; private set; }

    /// <summary>The text or the items of a request.</summary>
    public static IReadOnlyList<InputItem> ItemsOf(JsonNode? input) =>
        input switch
        {
            JsonArray items => [.. items.Select((item, i) => new InputItem(item, $"input[{i}]"))],
            JsonValue text when text.TryGetValue(out string? said) =>
            [
                new(
                    new JsonObject
                    {
                        ["type"] = "message",
                        ["role"] = "user",
                        ["content"] = said,
                    },
                    "input"
                ),
            ],
            _ => throw RefusedException.Field("input", "must be a text or an array of items"),
        };

    public JsonArray ToMessages(JsonNode? instructions, IEnumerable<InputItem> items)
    {
        if (instructions is not null)
            messages.Add(Message("system", instructions.DeepClone()));
        foreach (var item in items)
            Add(item.Json ?? throw RefusedException.Field(item.Field, "must be an object"), item.Field);
        return messages;
    }

    private void Add(JsonNode item, string field)
    {
        switch (item["type"]?.GetValue<string>() ?? "message")
        {
            case "message":
                AddMessage(item, field);
                return;
            case "function_call":
                AddCall(item, FunctionOf(item), item["arguments"]?.DeepClone());
                return;
            case "custom_tool_call":
                AddCall(
                    item,
                    FunctionOf(item),
                    JsonBody.Text(new JsonObject { [ResponseTools.Input] = item["input"]?.DeepClone() })
                );
                return;
            case ("local_shell_call" or "shell_call" or "apply_patch_call") and var kind:
                AddCall(
                    item,
                    kind[..^"_call".Length],
                    (item["action"] ?? item["operation"]) is { } done ? JsonBody.Text(done) : "{}"
                );
                return;
            case "function_call_output"
            or "custom_tool_call_output"
            or "local_shell_call_output"
            or "shell_call_output"
            or "apply_patch_call_output":
                AddOutput(item, field);
                return;
            case var kind when LeftOut.Contains(kind, StringComparer.Ordinal):
                return;
            case var kind:
                throw RefusedException.Field(field, $"items of type {kind} are not offered");
        }
    }

    private void AddMessage(JsonNode item, string field)
    {
        var role = item["role"]?.GetValue<string>() ?? throw RefusedException.Field(field + ".role", "is required");
        if (role is not ("user" or "assistant" or "system" or "developer"))
            throw RefusedException.Field(field + ".role", "must be user, assistant, system or developer");
        var content = contents.Of(item["content"], field + ".content");
        if (content is null && role != "assistant")
            throw RefusedException.Field(field + ".content", "is required");
        messages.Add(Message(role, content));
    }

    /// <summary>Calls that follow each other belong to one message of the assistant.</summary>
    private void AddCall(JsonNode item, string name, JsonNode? arguments)
    {
        if (
            messages.Count == 0
            || messages[^1] is not JsonObject last
            || last["role"]!.GetValue<string>() != "assistant"
        )
        {
            last = Message("assistant", null);
            messages.Add(last);
        }
        if (last["tool_calls"] is not JsonArray calls)
            last["tool_calls"] = calls = [];
        calls.Add(
            new JsonObject
            {
                ["id"] = (item["call_id"] ?? item["id"])?.DeepClone(),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
            }
        );
    }

    private string FunctionOf(JsonNode item) =>
        tools.FunctionOf(item["namespace"]?.GetValue<string>(), item["name"]?.GetValue<string>() ?? "");

    private void AddOutput(JsonNode item, string field)
    {
        var output = item["output"];
        // What a shell put out is no content but a record of it.
        var content =
            output is JsonArray parts && parts.Any(p => p is not JsonObject || p["type"] is null)
                ? JsonBody.Text(output)
                : contents.Of(output, field + ".output") ?? "";
        ToolImages |= content is JsonArray translated && translated.Any(p => p?["image_url"] is not null);
        var result = Message("tool", content);
        result["tool_call_id"] = (item["call_id"] ?? item["id"])?.DeepClone();
        messages.Add(result);
    }

    private static JsonObject Message(string role, JsonNode? content) =>
        new() { ["role"] = role, ["content"] = content };
}
