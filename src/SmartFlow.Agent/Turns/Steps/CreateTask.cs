using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>Writes a task that was allowed, and tells of it.</summary>
internal sealed class CreateTask(IPlanner planner, IOptions<AgentOptions> options)
{
    private const string Tool = "create_quick_task";

    /// <param name="stage">The turn.</param>
    /// <param name="draft">What to write.</param>
    /// <param name="key">The task's idempotency key: the same word given twice makes one task.</param>
    /// <param name="cancellationToken">Ends the turn.</param>
    public async Task RunAsync(Stage stage, QuickTaskDraft draft, string key, CancellationToken cancellationToken)
    {
        await stage.AddAsync([Step(Kinds.ToolCall, key, "running", draft.Title)], cancellationToken);
        QuickTaskMessage task;
        try
        {
            var request = new CreateQuickTaskRequest
            {
                UserId = stage.Turn.UserId,
                IdempotencyKey = key,
                Draft = draft,
            };
            task = (await planner.CreateQuickTaskAsync(request, cancellationToken)).Task;
        }
        catch (RefusedException)
        {
            await stage.AddAsync([Step(Kinds.ToolResult, key, "failed", draft.Title)], CancellationToken.None);
            throw;
        }
        await stage.AddAsync(
            [
                Step(Kinds.ToolResult, key, "completed", task.Title),
                new NewItem(Kinds.BusinessCard, TaskCards.One(task)),
            ],
            cancellationToken
        );
        await stage.SayAsync(Words.Created(task, stage.Turn.Chinese, options.Value.Zone), cancellationToken);
    }

    private static NewItem Step(string kind, string callId, string status, string summary) =>
        new(
            kind,
            new JsonObject
            {
                ["name"] = Tool,
                ["status"] = status,
                ["call_id"] = callId,
                ["summary"] = summary,
            }
        );
}
