namespace SmartFlow.Agent.Timeline;

/// <summary>One thing that happened in a conversation.</summary>
internal sealed class TimelineItem
{
    public long ConversationId { get; set; }

    /// <summary>Counts from 1 in its conversation, without a gap.</summary>
    public long Seq { get; set; }

    public required string TurnId { get; set; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>What was said, for the history and the search; null for all else.</summary>
    public string? Text { get; set; }

    /// <summary>A JSON object as the client gets it.</summary>
    public required string Payload { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>The kinds of items.</summary>
internal static class Kinds
{
    public const string UserText = "user_text";
    public const string AssistantText = "assistant_text";
    public const string ToolCall = "tool_call";
    public const string ToolResult = "tool_result";
    public const string ConfirmRequest = "confirm_request";
    public const string BusinessCard = "business_card";
    public const string Interrupt = "interrupt";
    public const string Status = "status";
}
