namespace SmartFlow.Contracts.Planner;

/// <summary>
/// What other modules need of the planner: the methods of planner.proto, by name. Refusals are RefusedException:
/// invalid_argument with reasons by field, conflict at the limit of tasks, unavailable.
/// </summary>
public interface IPlanner
{
    /// <summary>Reads a sentence as a task; nothing is written.</summary>
    Task<ParseQuickTaskResponse> ParseQuickTaskAsync(ParseQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a task. A repeat with the same key returns the first; with another draft it is key_reused.</summary>
    Task<CreateQuickTaskResponse> CreateQuickTaskAsync(CreateQuickTaskRequest request, CancellationToken cancellationToken);

    /// <summary>The user's tasks: open ones first, by quadrant and deadline.</summary>
    Task<ListQuickTasksResponse> ListQuickTasksAsync(ListQuickTasksRequest request, CancellationToken cancellationToken);
}
