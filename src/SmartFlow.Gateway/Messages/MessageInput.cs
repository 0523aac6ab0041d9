using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Anthropic's turns as messages: what is said, tool uses and their results. Earlier thinking is left out, because its
/// signature is its author's; so are the calls of tools that ran at Anthropic, whose findings the text after them
/// tells.
/// </summary>
internal sealed class MessageInput
{
    private static readonly string[] LeftOut =
    [
        "thinking",
        "redacted_thinking",
        "server_tool_use",
        "web_search_tool_result",
        "web_fetch_tool_result",
        "code_execution_tool_result",
        "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result",
        "tool_search_tool_result",
        "mcp_tool_use",
        "mcp_tool_result",
    ];

    private readonly JsonArray translated = [];
    private readonly MessageContent contents = new();

    /// <inheritdoc cref="MessageContent.Document"/>
    public string? Document => contents.Document;

    public JsonArray ToMessages(JsonNode? system, JsonNode? messages)
    {
        if (system is not null)
            translated.Add(Message("system", contents.Of(system, "system")));
        var turns = messages as JsonArray ?? throw RefusedException.Field("messages", "must be an array");
        for (var i = 0; i < turns.Count; i++)
        {
            var field = $"messages[{i}]";
            var turn = turns[i] ?? throw RefusedException.Field(field, "must be an object");
            var role = turn["role"]?.GetValue<string>();
            if (role is not ("user" or "assistant" or "system"))
                throw RefusedException.Field(field + ".role", "must be user, assistant or system");
            if (turn["content"] is JsonArray blocks)
                AddTurn(role, blocks, field + ".content");
            else
                translated.Add(
                    Message(
                        role,
                        turn["content"]?.DeepClone() ?? throw RefusedException.Field(field + ".content", "is required")
                    )
                );
        }
        return translated;
    }

    /// <summary>Results of tools are messages of their own, before what else the turn says.</summary>
    private void AddTurn(string role, JsonArray blocks, string field)
    {
        var (parts, calls) = (new JsonArray(), new JsonArray());
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i] ?? throw RefusedException.Field($"{field}[{i}]", "must be an object");
            switch (block["type"]?.GetValue<string>())
            {
                case "tool_use" when role == "assistant":
                    calls.Add(Call(block));
                    break;
                case "tool_result" when role == "user":
                    translated.Add(Result(block, $"{field}[{i}].content"));
                    break;
                case var kind when role == "assistant" && LeftOut.Contains(kind, StringComparer.Ordinal):
                    break;
                default:
                    foreach (var part in contents.Parts(block, $"{field}[{i}]"))
                        parts.Add(part);
                    break;
            }
        }
        if (parts.Count == 0 && calls.Count == 0)
            return;
        var message = Message(role, parts.Count > 0 ? parts : null);
        if (calls.Count > 0)
            message["tool_calls"] = calls;
        translated.Add(message);
    }

    private static JsonObject Call(JsonNode block) =>
        new()
        {
            ["id"] = block["id"]?.DeepClone(),
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = block["name"]?.DeepClone(),
                ["arguments"] = block["input"] is { } input ? JsonBody.Text(input) : "{}",
            },
        };

    private JsonObject Result(JsonNode block, string field)
    {
        var content = block["content"] is { } given ? contents.Of(given, field) : "";
        if (block["cache_control"] is not null)
        {
            if (content is not JsonArray parts)
                parts = [new JsonObject { ["type"] = "text", ["text"] = content }];
            if (parts.Count > 0)
                MessageContent.WithCache(parts[^1]!.AsObject(), block);
            content = parts;
        }
        var message = Message("tool", content);
        message["tool_call_id"] = block["tool_use_id"]?.DeepClone();
        return message;
    }

    private static JsonObject Message(string role, JsonNode? content) =>
        new() { ["role"] = role, ["content"] = content };
}
