namespace SmartFlow.Contracts.Planner;

/// <summary>
/// What other modules need of the planner: the methods of planner.proto, by name. Refusals are RefusedException:
/// invalid_argument with reasons by field, conflict at the limit of tasks or classes, unavailable. Ids are the user's
/// own: another user's are not_found.
/// </summary>
public interface IPlanner
{
    /// <summary>Reads a sentence as a task; nothing is written.</summary>
    Task<ParseQuickTaskResponse> ParseQuickTaskAsync(
        ParseQuickTaskRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Makes a task. A repeat with the same key returns the first; with another draft it is key_reused.
    /// </summary>
    Task<CreateQuickTaskResponse> CreateQuickTaskAsync(
        CreateQuickTaskRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>The user's tasks: open ones first, by quadrant and deadline.</summary>
    Task<ListQuickTasksResponse> ListQuickTasksAsync(
        ListQuickTasksRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The user's own task class with its items, without its places in the timetable; not_found for another's.
    /// </summary>
    Task<GetTaskClassResponse> GetTaskClassAsync(GetTaskClassRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a task class. A repeat with the same key returns the first; with another draft it is key_reused. Fields
    /// are named as in the draft, e.g. items[3].sections.
    /// </summary>
    Task<CreateTaskClassResponse> CreateTaskClassAsync(
        CreateTaskClassRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>The user's task classes with their progress: those that end first come first.</summary>
    Task<ListTaskClassesResponse> ListTaskClassesAsync(
        ListTaskClassesRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// For reminders, of all users: open tasks whose deadline lies in one of the windows, by id, a page at a time.
    /// </summary>
    Task<ListComingResponse> ListDueTasksAsync(ListComingRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The same of study blocks and courses that begin in one of the windows, by user; current terms alone.
    /// </summary>
    Task<ListComingResponse> ListStartingAsync(ListComingRequest request, CancellationToken cancellationToken);

    /// <summary>A day of the user's current term in the order of time: courses, study blocks and deadlines.</summary>
    Task<GetDayResponse> GetDayAsync(GetDayRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// For the active scheduler, of all users or of one: what is in trouble within the coming hours; invalid_argument.
    /// </summary>
    Task<ListAtRiskResponse> ListAtRiskAsync(ListAtRiskRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The user's own task class with the ids of its items and their places in the current term; not_found.
    /// </summary>
    Task<InspectTaskClassResponse> InspectTaskClassAsync(
        InspectTaskClassRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Changes what is named. not_found; conflict with rule class_version; invalid_argument by field.
    /// </summary>
    Task<EditTaskClassResponse> EditTaskClassAsync(EditTaskClassRequest request, CancellationToken cancellationToken);

    /// <summary>With its items and their places; not_found, also for the repeat.</summary>
    Task<DeleteTaskClassResponse> DeleteTaskClassAsync(
        DeleteTaskClassRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>not_found for another user's.</summary>
    Task<GetQuickTaskResponse> GetQuickTaskAsync(GetQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Changes what is named; not_found, invalid_argument.</summary>
    Task<EditQuickTaskResponse> EditQuickTaskAsync(EditQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Ticks a task off, or opens it again; the first time stays. not_found.</summary>
    Task<CompleteQuickTaskResponse> CompleteQuickTaskAsync(
        CompleteQuickTaskRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>At most 35 days of the current term; invalid_argument.</summary>
    Task<GetScheduleResponse> GetScheduleAsync(GetScheduleRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The sections of at most 35 days: free, or why not; invalid_argument, not_found (the study plan).
    /// </summary>
    Task<FindFreeSlotsResponse> FindFreeSlotsAsync(FindFreeSlotsRequest request, CancellationToken cancellationToken);

    /// <summary>Metrics, and issues with what would help.</summary>
    Task<AnalyseScheduleResponse> AnalyseScheduleAsync(
        AnalyseScheduleRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The one door for study blocks: place, move, swap, take out, lock, mark as missed; all wishes or none, taken back
    /// by one undo. conflict names the rule (overlap, order, locked, version, …) and what is in the way; not_found;
    /// invalid_argument; key_reused.
    /// </summary>
    Task<ChangeScheduleResponse> ChangeScheduleAsync(
        ChangeScheduleRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// A plan as a preview, the same that the week's page opens. not_found, invalid_argument, limit_reached.
    /// </summary>
    Task<MakePlanResponse> MakePlanAsync(MakePlanRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// As it was adjusted since. conflict: applied by another key, expired, or made from what has changed since.
    /// </summary>
    Task<ApplyPlanResponse> ApplyPlanAsync(ApplyPlanRequest request, CancellationToken cancellationToken);

    /// <summary>not_found; conflict where the course would have no week left.</summary>
    Task<CancelCourseResponse> CancelCourseAsync(CancelCourseRequest request, CancellationToken cancellationToken);

    /// <summary>All of the current term, by title.</summary>
    Task<ListEventsResponse> ListEventsAsync(ListEventsRequest request, CancellationToken cancellationToken);

    /// <summary>invalid_argument; conflict names what owns one of its sections, or limit of events.</summary>
    Task<CreateEventResponse> CreateEventAsync(CreateEventRequest request, CancellationToken cancellationToken);

    /// <summary>invalid_argument; not_found: no such event, or not on that date.</summary>
    Task<DeleteEventResponse> DeleteEventAsync(DeleteEventRequest request, CancellationToken cancellationToken);
}
