namespace SmartFlow.Platform.Backup;

/// <summary>
/// What a module puts right in its restored database: run by <c>smartflow restore</c> once everything is loaded and
/// migrated, before anything is served. It may run again.
/// </summary>
public interface IRestoreStep
{
    /// <summary>Ascending; what only touches its own module comes first.</summary>
    int Order { get; }

    /// <returns>What was done, as a line for the operator.</returns>
    Task<string> RunAsync(CancellationToken cancellationToken);
}
