namespace SmartFlow.Contracts.Memory;

/// <summary>
/// What other modules need of the memory: the methods of memory.proto, by name. Refusals: invalid_argument,
/// unavailable.
/// </summary>
public interface IMemory
{
    /// <summary>
    /// What a model should know of the user for a text: constraints before preferences before facts, at most five of
    /// each.
    /// </summary>
    Task<RecallResponse> RecallAsync(RecallRequest request, CancellationToken cancellationToken);
}
