using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>
/// Finished answers of a while ago beside the database, so that a repeat costs it nothing. What is not found says
/// nothing: only the database knows that a request is new, still runs, or had another body.
/// </summary>
internal interface IRecentAnswers
{
    /// <summary>The answer to this very request, body included.</summary>
    ValueTask<IdempotentRequest?> FindAsync(IdempotentCall call);

    ValueTask KeepAsync(IdempotentCall call, int status, byte[] body, string? contentType, string? location);
}

internal sealed class NoRecentAnswers : IRecentAnswers
{
    public ValueTask<IdempotentRequest?> FindAsync(IdempotentCall call) => default;

    public ValueTask KeepAsync(IdempotentCall call, int status, byte[] body, string? contentType, string? location) =>
        default;
}
