using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>
/// Shows open tasks: those that are overdue where the message asks for them, else up to a date where it names one.
/// </summary>
internal sealed partial class ShowTasks(
    IPlanner planner,
    ProposeTask reading,
    TimeProvider clock,
    IOptions<AgentOptions> options
)
{
    private const string Tool = "list_quick_tasks";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var (turn, callId) = (stage.Turn, $"list:{stage.Turn.TurnId}");
        await stage.AddAsync([Step(Kinds.ToolCall, callId, "running", null)], cancellationToken);
        var overdue = Overdue().IsMatch(turn.Message);
        var until = overdue
            ? Timestamp.FromDateTimeOffset(clock.GetUtcNow())
            : (await reading.ParseAsync(turn, turn.Message, cancellationToken)).Draft.DeadlineAt;
        var found = await ListAsync(turn.UserId, until, cancellationToken);
        await stage.AddAsync(
            [
                Step(Kinds.ToolResult, callId, "completed", found.Total),
                new NewItem(Kinds.BusinessCard, TaskCards.Many(found)),
            ],
            cancellationToken
        );
        var zone = options.Value.Zone;
        await stage.SayAsync(
            overdue ? Words.OverdueTasks(found, turn.Chinese, zone) : Words.Tasks(found, until, turn.Chinese, zone),
            cancellationToken
        );
    }

    private Task<ListQuickTasksResponse> ListAsync(
        ulong userId,
        Timestamp? until,
        CancellationToken cancellationToken
    ) =>
        planner.ListQuickTasksAsync(
            new ListQuickTasksRequest
            {
                UserId = userId,
                Completed = false,
                DeadlineUntil = until,
                Limit = options.Value.TasksShownMax,
            },
            cancellationToken
        );

    private static NewItem Step(string kind, string callId, string status, int? total) =>
        new(
            kind,
            new JsonObject
            {
                ["name"] = Tool,
                ["status"] = status,
                ["call_id"] = callId,
                ["total"] = total,
            }
        );

    [GeneratedRegex(
        @"逾期|过期|超期|过了(截止|期限)|\b(overdue|past\s+due)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Overdue();
}
