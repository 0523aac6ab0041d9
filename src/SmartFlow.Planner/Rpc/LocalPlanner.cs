using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

/// <summary>The planner's contract where the module is hosted in this process.</summary>
internal sealed partial class LocalPlanner(
    Reading reading,
    NewQuickTask tasks,
    Promotion promotion,
    Appear series,
    NewTaskClass classes,
    TermWriter terms,
    ScheduleWriter schedule,
    ChangeByWishes changes,
    CourseWriter courses,
    EventWriter events,
    Planning planning,
    PlanLanes lanes,
    IWriter<PlannerDb> writer,
    IDbContextFactory<PlannerDb> databases,
    TimeProvider clock,
    IOptions<PlannerOptions> options
) : IPlanner
{
    private const int DaysMax = 35;
    private const int TextMax = 8_000;
    private const int KeyMax = 100;
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public Task<ParseQuickTaskResponse> ParseQuickTaskAsync(
        ParseQuickTaskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Text.Length > TextMax)
            throw RefusedException.Field("text", $"must have at most {TextMax} characters");
        var (_, sentence, fields, zone) = reading.Read(request.Text, request.TimeZone);
        var response = new ParseQuickTaskResponse
        {
            Draft = ToDraft(fields),
            Confidence = sentence.Confidence,
            TimeZone = zone,
        };
        response.Matched.Add(sentence.Matched);
        return Task.FromResult(response);
    }

    public async Task<CreateQuickTaskResponse> CreateQuickTaskAsync(
        CreateQuickTaskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.IdempotencyKey);
        var draft = request.Draft ?? throw RefusedException.Field("draft", "is missing");
        var fields = new TaskFields(
            draft.Title,
            draft.PriorityGroup,
            draft.EstimatedSections,
            Time(draft.DeadlineAt),
            Time(draft.UrgencyThresholdAt)
        )
        {
            Repeat = RepeatMessages.Read(draft.Repeat),
            TimeZone = draft.Repeat is null || draft.TimeZone.Length == 0 ? null : draft.TimeZone,
        };
        var (task, existed) = await tasks.AddAsync(request.UserId, fields, key, cancellationToken);
        return new CreateQuickTaskResponse { Task = ToMessage(task), Existed = existed };
    }

    public async Task<ListQuickTasksResponse> ListQuickTasksAsync(
        ListQuickTasksRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Limit is < 0 or > MaxLimit)
            throw RefusedException.Field("limit", $"must be between 0 and {MaxLimit}");
        if (request.PriorityGroup is < 0 or > 4)
            throw RefusedException.Field("priority_group", "must be between 0 and 4");
        await promotion.PromoteOwnAsync(request.UserId, cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        bool? completed = request.HasCompleted ? request.Completed : null;
        var found = ListQuickTasks.Of(
            db,
            request.UserId,
            completed,
            request.PriorityGroup == 0 ? null : request.PriorityGroup
        );
        if (Time(request.DeadlineUntil) is { } until)
            found = found.Where(t => t.DeadlineAt != null && t.DeadlineAt <= until);
        var limit = request.Limit == 0 ? DefaultLimit : request.Limit;
        var items = await ListQuickTasks.Sort(found, completed).Take(limit).ToListAsync(cancellationToken);
        var response = new ListQuickTasksResponse
        {
            Total = items.Count < limit ? items.Count : await found.CountAsync(cancellationToken),
        };
        response.Items.Add(items.Select(ToMessage));
        return response;
    }

    public async Task<GetQuickTaskResponse> GetQuickTaskAsync(
        GetQuickTaskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = Id(request.Id);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var task = await db
            .QuickTasks.AsNoTracking()
            .FirstOrDefaultAsync(t => t.Id == id && t.UserId == request.UserId, cancellationToken);
        return new GetQuickTaskResponse { Task = ToMessage(task ?? throw RefusedException.NotFound("task")) };
    }

    public async Task<EditQuickTaskResponse> EditQuickTaskAsync(
        EditQuickTaskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var edit = new EditQuickTask.Request
        {
            Title = request.HasTitle ? request.Title : null,
            PriorityGroup = request.HasPriorityGroup ? request.PriorityGroup : null,
            EstimatedSections = request.HasEstimatedSections ? request.EstimatedSections : null,
        };
        if (request.ClearDeadline || request.DeadlineAt is not null)
            edit.DeadlineAt = Time(request.DeadlineAt);
        if (request.ClearDeadline)
            edit.UrgencyThresholdAt = null;
        return new EditQuickTaskResponse
        {
            Task = ToMessage(
                await EditQuickTask.EditAsync(
                    Id(request.Id),
                    edit,
                    request.UserId,
                    clock.MicrosNow(),
                    writer,
                    cancellationToken
                )
            ),
        };
    }

    public async Task<CompleteQuickTaskResponse> CompleteQuickTaskAsync(
        CompleteQuickTaskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var task = await CompleteQuickTask.SetAsync(
            Id(request.Id),
            request.UserId,
            request.Completed,
            writer,
            series,
            clock.MicrosNow(),
            cancellationToken
        );
        return new CompleteQuickTaskResponse { Task = ToMessage(task) };
    }

    private static QuickTaskDraft ToDraft(TaskFields fields) =>
        new()
        {
            Title = fields.Title,
            PriorityGroup = fields.PriorityGroup,
            EstimatedSections = fields.EstimatedSections,
            DeadlineAt = Stamp(fields.DeadlineAt),
            UrgencyThresholdAt = Stamp(fields.UrgencyThresholdAt),
            Repeat = RepeatMessages.Of(fields.Repeat),
            TimeZone = fields.TimeZone ?? "",
        };

    private static QuickTaskMessage ToMessage(QuickTask task) =>
        new()
        {
            Id = checked((ulong)task.Id),
            Title = task.Title,
            PriorityGroup = task.PriorityGroup,
            EstimatedSections = task.EstimatedSections,
            DeadlineAt = Stamp(task.DeadlineAt),
            UrgencyThresholdAt = Stamp(task.UrgencyThresholdAt),
            CompletedAt = Stamp(task.CompletedAt),
            CreatedAt = Stamp(task.CreatedAt),
            UpdatedAt = Stamp(task.UpdatedAt),
            PromotedAt = Stamp(task.PromotedAt),
            PromotionReason = task.PromotionReason ?? "",
            Repeat = task.Repeat is { } rule ? RepeatMessages.Of(RepeatRule.Read(rule)) : null,
        };

    private static Timestamp? Stamp(DateTimeOffset? time) => time is { } at ? Timestamp.FromDateTimeOffset(at) : null;

    private static DateTimeOffset? Time(Timestamp? stamp) => stamp?.ToDateTimeOffset();
}
