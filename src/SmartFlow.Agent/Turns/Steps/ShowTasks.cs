using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>Shows open tasks, up to a date where the message names one.</summary>
internal sealed class ShowTasks(IPlanner planner, ProposeTask reading, IOptions<AgentOptions> options)
{
    private const string Tool = "list_quick_tasks";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var (turn, callId) = (stage.Turn, $"list:{stage.Turn.TurnId}");
        await stage.AddAsync([Step(Kinds.ToolCall, callId, "running", null)], cancellationToken);
        var until = (await reading.ParseAsync(turn, turn.Message, cancellationToken)).Draft.DeadlineAt;
        var found = await ListAsync(turn.UserId, until, cancellationToken);
        await stage.AddAsync(
            [Step(Kinds.ToolResult, callId, "completed", found.Total), new NewItem(Kinds.BusinessCard, TaskCards.Many(found))],
            cancellationToken);
        await stage.SayAsync(Words.Tasks(found, until, turn.Chinese, options.Value.Zone), cancellationToken);
    }

    private Task<ListQuickTasksResponse> ListAsync(ulong userId, Timestamp? until, CancellationToken cancellationToken) =>
        planner.ListQuickTasksAsync(
            new ListQuickTasksRequest
            {
                UserId = userId, Completed = false, DeadlineUntil = until, Limit = options.Value.TasksShownMax,
            },
            cancellationToken);

    private static NewItem Step(string kind, string callId, string status, int? total) => new(kind, new JsonObject
    {
        ["name"] = Tool, ["status"] = status, ["call_id"] = callId, ["total"] = total,
    });
}
