using System.Text.Json.Nodes;
using SmartFlow.Agent.Timeline;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>A timeline item as the event that tells of it.</summary>
internal static class Events
{
    /// <summary>Null for what the client said itself.</summary>
    public static TurnEvent? Of(string kind, JsonObject payload, long seq) =>
        kind switch
        {
            Kinds.AssistantText => Event(
                "delta",
                new JsonObject { ["text"] = payload["text"]?.DeepClone(), ["offset"] = 0 },
                seq
            ),
            Kinds.ToolCall or Kinds.ToolResult => Event("tool", payload, seq),
            Kinds.BusinessCard => Event("card", payload, seq),
            Kinds.ConfirmRequest => Event("confirm", payload, seq),
            Kinds.Interrupt => Event(
                "status",
                new JsonObject { ["stage"] = "interrupted", ["reason"] = payload["reason"]?.DeepClone() },
                seq
            ),
            Kinds.Status when payload["code"] is not null => Event("error", payload, seq),
            Kinds.Status => Event("status", payload, seq),
            _ => null,
        };

    private static TurnEvent Event(string name, JsonObject data, long seq) =>
        new(name, data.ToJsonString(WebJson.Options), seq, Durable: true);
}
