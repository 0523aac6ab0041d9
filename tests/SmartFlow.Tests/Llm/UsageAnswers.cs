using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Llm;

/// <summary>Answers of each dialect, with a usage as raw JSON where the dialect has it.</summary>
internal static class UsageAnswers
{
    private const string Head = "\"id\":\"x\",\"created\":1700000000,\"model\":\"m\"";

    public static string Of(string upstream, string?[] usage, string text) =>
        upstream switch
        {
            "chat" => Chat($"\"role\":\"assistant\",\"content\":{Json(text)}", usage[^1]),
            "chat-stream" => Chunk($"\"role\":\"assistant\",\"content\":{Json(text)}")
                + End()
                + Usage(usage[^1])
                + Done,
            "embeddings" =>
                $"{{\"object\":\"list\",\"data\":[{{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,2]}}],\"model\":\"m\"{Member(usage[^1])}}}",
            "responses" => Response(text, usage[^1]),
            "responses-stream" => Events(text, usage[^1]),
            "anthropic" =>
                $"{{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{{\"type\":\"text\",\"text\":{Json(text)}}}],"
                    + $"\"stop_reason\":\"end_turn\"{Member(usage[^1])}}}",
            "anthropic-stream" => MessageStart(usage[0]) + MessageText(text) + MessageEnd(usage[^1]),
            _ => throw new ArgumentOutOfRangeException(nameof(upstream), upstream, null),
        };

    public const string Done = "data: [DONE]\n\n";

    /// <summary>A plain completion with these members of its message.</summary>
    public static string Chat(string message, string? usage) =>
        $"{{{Head},\"object\":\"chat.completion\",\"choices\":[{{\"index\":0,\"message\":{{{message}}},\"finish_reason\":\"stop\"}}]{Member(usage)}}}";

    /// <summary>A chunk with these members of its delta.</summary>
    public static string Chunk(string delta, string? usage = null) =>
        Choice($"\"index\":0,\"delta\":{{{delta}}},\"finish_reason\":null", usage);

    /// <summary>A chunk with these members of its choice.</summary>
    public static string Choice(string choice, string? usage = null) =>
        $"data: {{{Head},\"choices\":[{{{choice}}}]{Member(usage)}}}\n\n";

    public static string End(string? usage = null) =>
        Choice("\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"", usage);

    public static string Usage(string? usage) =>
        usage is null ? "" : $"data: {{{Head},\"choices\":[],\"usage\":{usage}}}\n\n";

    public static string MessageStart(string? usage) =>
        $"data: {{\"type\":\"message_start\",\"message\":{{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[]{Member(usage)}}}}}\n\n";

    public static string MessageText(string text) =>
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
        + $"data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":{Json(text)}}}}}\n\n";

    public static string MessageEnd(string? usage) =>
        $"data: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"end_turn\"}}{Member(usage)}}}\n\ndata: {{\"type\":\"message_stop\"}}\n\n";

    public static string ResponseEvent(string type, string members) => $"data: {{\"type\":\"{type}\",{members}}}\n\n";

    public static string ResponseBegin() =>
        ResponseEvent(
            "response.created",
            "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"model\":\"m\",\"output\":[]}"
        );

    public static string ResponseText(string text) =>
        ResponseEvent("response.output_text.delta", $"\"output_index\":0,\"content_index\":0,\"delta\":{Json(text)}");

    public static string Json(string text) => JsonValue.Create(text).ToJsonString();

    private static string Response(string text, string? usage) =>
        "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"type\":\"message\","
        + $"\"role\":\"assistant\",\"content\":[{{\"type\":\"output_text\",\"text\":{Json(text)}}}]}}]{Member(usage)}}}";

    private static string Events(string text, string? usage) =>
        ResponseBegin()
        + ResponseText(text)
        + ResponseEvent(
            "response.completed",
            $"\"response\":{{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[]{Member(usage)}}}"
        );

    private static string Member(string? usage) => usage is null ? "" : $",\"usage\":{usage}";
}
