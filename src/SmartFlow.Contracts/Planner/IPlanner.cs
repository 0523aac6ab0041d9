namespace SmartFlow.Contracts.Planner;

/// <summary>
/// What other modules need of the planner: the methods of planner.proto, by name. Refusals are RefusedException:
/// invalid_argument with reasons by field, conflict at the limit of tasks or classes, unavailable.
/// </summary>
public interface IPlanner
{
    /// <summary>Reads a sentence as a task; nothing is written.</summary>
    Task<ParseQuickTaskResponse> ParseQuickTaskAsync(ParseQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a task. A repeat with the same key returns the first; with another draft it is key_reused.</summary>
    Task<CreateQuickTaskResponse> CreateQuickTaskAsync(CreateQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>The user's tasks: open ones first, by quadrant and deadline.</summary>
    Task<ListQuickTasksResponse> ListQuickTasksAsync(ListQuickTasksRequest request, CancellationToken cancellationToken);

    /// <summary>The user's own task class with its items, without its places in the timetable; not_found for another's.</summary>
    Task<GetTaskClassResponse> GetTaskClassAsync(GetTaskClassRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a task class. A repeat with the same key returns the first; with another draft it is key_reused. Fields are
    /// named as in the draft, e.g. items[3].sections.
    /// </summary>
    Task<CreateTaskClassResponse> CreateTaskClassAsync(CreateTaskClassRequest request, CancellationToken cancellationToken);

    /// <summary>The user's task classes with their progress: those that end first come first.</summary>
    Task<ListTaskClassesResponse> ListTaskClassesAsync(ListTaskClassesRequest request, CancellationToken cancellationToken);

    /// <summary>For reminders, of all users: open tasks whose deadline lies in one of the windows, by id, a page at a time.</summary>
    Task<ListComingResponse> ListDueTasksAsync(ListComingRequest request, CancellationToken cancellationToken);

    /// <summary>The same of study blocks and courses that begin in one of the windows, by user; current terms alone.</summary>
    Task<ListComingResponse> ListStartingAsync(ListComingRequest request, CancellationToken cancellationToken);

    /// <summary>A day of the user's current term in the order of time: courses, study blocks and deadlines.</summary>
    Task<GetDayResponse> GetDayAsync(GetDayRequest request, CancellationToken cancellationToken);
}
