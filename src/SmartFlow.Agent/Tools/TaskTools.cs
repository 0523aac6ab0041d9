using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Turns;
using SmartFlow.Agent.Turns.Steps;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// Quick tasks; dates are read by the planner's own rules, so that a model may write them as the user did.
/// </summary>
internal sealed class TaskTools(IPlanner planner, IOptions<AgentOptions> options) : IToolGroup
{
    private const string When =
        "The deadline: YYYY-MM-DDTHH:MM in local time, or the user's own words, also of what repeats (每周三, every other Friday)";
    private static readonly Parameter TaskId = Parameter.Number("task_id", "From list_tasks", required: true);
    private static readonly Parameter Quadrant = Parameter.Number(
        "priority_group",
        "1 important and urgent, 2 important, 3 simple, 4 other"
    );
    private static readonly Parameter Sections = Parameter.Number("sections", "1-4");

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "create_task",
                Kind = ChangeKinds.Tasks,
                Description = "Note a quick task.",
                Schema = Schemas.Of(
                    Parameter.Text("title", "At most 255 characters", required: true),
                    Parameter.Text("when", When),
                    Quadrant,
                    Sections
                ),
                ProposeAsync = ProposeCreateAsync,
                ApplyAsync = CreateAsync,
            },
            new Tool
            {
                Name = "update_task",
                Kind = ChangeKinds.Tasks,
                Description = "Change what is named of a quick task.",
                Schema = Schemas.Of(
                    TaskId,
                    Parameter.Text("title", "At most 255 characters"),
                    Parameter.Text("when", When),
                    Quadrant,
                    Sections
                ),
                ProposeAsync = ProposeUpdateAsync,
                ApplyAsync = UpdateAsync,
            },
            new Tool
            {
                Name = "complete_task",
                Kind = ChangeKinds.Tasks,
                Description = "Tick a quick task off, or open it again.",
                Schema = Schemas.Of(TaskId, Parameter.Flag("completed", "absent: true")),
                ProposeAsync = ProposeCompleteAsync,
                ApplyAsync = CompleteAsync,
            },
        ];

    private async Task<Proposal> ProposeCreateAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(call, cancellationToken);
        JsonArray diff =
        [
            Told.Change("title", null, draft.Title),
            Told.Change("deadline_at", null, TaskCards.Time(draft.DeadlineAt)),
            Told.Change("priority_group", null, draft.PriorityGroup),
            Told.Change("estimated_sections", null, draft.EstimatedSections),
        ];
        return new Proposal(
            Words.ConfirmTitle(call.Chinese),
            Words.Summary(draft, call.Chinese, options.Value.Zone),
            diff,
            new JsonObject { ["draft"] = Google.Protobuf.JsonFormatter.Default.Format(draft) }
        );
    }

    private async Task<ToolResult> CreateAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        // As it was shown: "tomorrow" may mean another day by now.
        var draft = QuickTaskDraft.Parser.ParseJson(kept["draft"]!.GetValue<string>());
        var made = await planner.CreateQuickTaskAsync(
            new CreateQuickTaskRequest
            {
                UserId = call.UserId,
                IdempotencyKey = key,
                Draft = draft,
            },
            cancellationToken
        );
        return Done(made.Task);
    }

    private async Task<Proposal> ProposeUpdateAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (task, a) = (await FindAsync(call, cancellationToken), call.Arguments);
        var edit = await EditAsync(call, cancellationToken);
        JsonArray diff = [];
        if (edit.HasTitle)
            diff.Add(Told.Change("title", task.Title, edit.Title));
        if (edit.DeadlineAt is not null)
            diff.Add(Told.Change("deadline_at", TaskCards.Time(task.DeadlineAt), TaskCards.Time(edit.DeadlineAt)));
        if (edit.HasPriorityGroup)
            diff.Add(Told.Change("priority_group", task.PriorityGroup, edit.PriorityGroup));
        if (edit.HasEstimatedSections)
            diff.Add(Told.Change("estimated_sections", task.EstimatedSections, edit.EstimatedSections));
        if (diff.Count == 0)
            throw Told.NothingChanges();
        return new Proposal(
            call.Chinese ? "修改任务" : "Change a task",
            task.Title,
            diff,
            new JsonObject { ["edit"] = Google.Protobuf.JsonFormatter.Default.Format(edit) }
        );
    }

    private async Task<ToolResult> UpdateAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var edit = EditQuickTaskRequest.Parser.ParseJson(kept["edit"]!.GetValue<string>());
        return Done((await planner.EditQuickTaskAsync(edit, cancellationToken)).Task);
    }

    private async Task<Proposal> ProposeCompleteAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (task, zh) = (await FindAsync(call, cancellationToken), call.Chinese);
        var done = call.Arguments.Flag("completed") ?? true;
        if (task.CompletedAt is not null == done)
            throw Told.NothingChanges();
        return new Proposal(
            done
                ? zh
                    ? "完成任务"
                    : "Tick a task off"
                : zh
                    ? "重新打开任务"
                    : "Open a task again",
            task.Title,
            [Told.Change(task.Title, State(!done, zh), State(done, zh))],
            []
        );
    }

    private async Task<ToolResult> CompleteAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var request = new CompleteQuickTaskRequest
        {
            UserId = call.UserId,
            Id = call.Arguments.NeededId("task_id"),
            Completed = call.Arguments.Flag("completed") ?? true,
        };
        return Done((await planner.CompleteQuickTaskAsync(request, cancellationToken)).Task);
    }

    private async Task<QuickTaskMessage> FindAsync(ToolCall call, CancellationToken cancellationToken) =>
        (
            await planner.GetQuickTaskAsync(
                new GetQuickTaskRequest { UserId = call.UserId, Id = call.Arguments.NeededId("task_id") },
                cancellationToken
            )
        ).Task;

    private async Task<QuickTaskDraft> DraftAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (a, title) = (call.Arguments, call.Arguments.Needed("title"));
        var draft = new QuickTaskDraft
        {
            Title = title,
            PriorityGroup = 2,
            EstimatedSections = 1,
        };
        if (a.Text("when") is { Length: > 0 } when)
        {
            var read = await ParseAsync(call, when, cancellationToken);
            (draft.DeadlineAt, draft.UrgencyThresholdAt, draft.PriorityGroup) = (
                read.DeadlineAt,
                read.UrgencyThresholdAt,
                read.PriorityGroup
            );
            (draft.Repeat, draft.TimeZone) = (read.Repeat, read.TimeZone);
        }
        draft.PriorityGroup = a.Number("priority_group") ?? draft.PriorityGroup;
        draft.EstimatedSections = a.Number("sections") ?? draft.EstimatedSections;
        return draft;
    }

    private async Task<EditQuickTaskRequest> EditAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var a = call.Arguments;
        var edit = new EditQuickTaskRequest { UserId = call.UserId, Id = a.NeededId("task_id") };
        if (a.Text("title") is { Length: > 0 } title)
            edit.Title = title;
        if (a.Number("priority_group") is { } group)
            edit.PriorityGroup = group;
        if (a.Number("sections") is { } sections)
            edit.EstimatedSections = sections;
        if (a.Text("when") is { Length: > 0 } when)
            edit.DeadlineAt = (await ParseAsync(call, when, cancellationToken)).DeadlineAt;
        return edit;
    }

    private async Task<QuickTaskDraft> ParseAsync(ToolCall call, string when, CancellationToken cancellationToken)
    {
        var read = await planner.ParseQuickTaskAsync(
            new ParseQuickTaskRequest
            {
                UserId = call.UserId,
                Text = when,
                TimeZone = options.Value.TimeZone,
            },
            cancellationToken
        );
        return read.Draft.DeadlineAt is null ? throw RefusedException.Field("when", "names no date") : read.Draft;
    }

    private static ToolResult Done(QuickTaskMessage task) =>
        new(new JsonObject { ["done"] = true, ["task"] = Told.Task(task) }, task.Title, TaskCards.One(task));

    private static string State(bool done, bool zh) =>
        done
            ? zh
                ? "已完成"
                : "done"
            : zh
                ? "未完成"
                : "open";
}
