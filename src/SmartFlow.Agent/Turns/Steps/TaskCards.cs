using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>Tasks as cards in a conversation.</summary>
internal static class TaskCards
{
    public static JsonObject One(QuickTaskMessage task)
    {
        var card = Fields(task);
        card.Insert(0, "type", "task");
        return card;
    }

    public static JsonObject Many(ListQuickTasksResponse found) =>
        new()
        {
            ["type"] = "task_list",
            ["tasks"] = new JsonArray([.. found.Items.Select(Fields)]),
            ["total"] = found.Total,
        };

    /// <summary>As everywhere on our surface: RFC 3339 in UTC.</summary>
    public static JsonNode? Time(Timestamp? time) =>
        time is null ? null : JsonSerializer.SerializeToNode(time.ToDateTimeOffset(), WebJson.Options);

    private static JsonObject Fields(QuickTaskMessage task) =>
        new()
        {
            ["id"] = task.Id,
            ["title"] = task.Title,
            ["priority_group"] = task.PriorityGroup,
            ["estimated_sections"] = task.EstimatedSections,
            ["deadline_at"] = Time(task.DeadlineAt),
            ["urgency_threshold_at"] = Time(task.UrgencyThresholdAt),
            ["completed_at"] = Time(task.CompletedAt),
        };
}
