using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// A vendor of models, spoken to in the OpenAI chat-completions dialect; a vendor with another dialect translates in
/// its own file. Only <c>Calls/Outlet.cs</c> may call it.
/// </summary>
internal interface IProvider
{
    /// <summary>The name that price rules and the journal use.</summary>
    string Name { get; }

    /// <summary>
    /// Sends the request and returns once the response's status is known to be a success. Exactly one attempt.
    /// The token ends the attempt until then; from <see cref="ProviderAnswer.ReadAsync"/> on, the token given there.
    /// </summary>
    /// <exception cref="ProviderException">Whatever went wrong, classified by <c>Failures.cs</c>.</exception>
    Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken);
}

/// <param name="Model">The provider's own model name.</param>
/// <param name="Body">The request as the provider gets it: UTF-8 JSON, model, limits and stream already set.</param>
/// <param name="Stream">An event stream is asked for.</param>
/// <param name="Attempt">1 for the first attempt of the call, counted over retries and candidates.</param>
internal sealed record ProviderRequest(string Model, ReadOnlyMemory<byte> Body, bool Stream, int Attempt = 1)
{
    /// <summary>What is asked; a provider that does not offer it rejects the request.</summary>
    public CallKind Kind { get; init; }

    /// <summary>How many answers were asked for.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>
    /// Awaited when everything stands ready and before the first byte leaves: from then on the provider may bill. A
    /// connection that cannot be made never gets there.
    /// </summary>
    public Func<Task> BeforeFirstByte { get; init; } = () => Task.CompletedTask;
}

/// <summary>A success under way. Dispose it to give the connection back or to break it off.</summary>
internal abstract class ProviderAnswer : IAsyncDisposable
{
    /// <summary>
    /// The data of each server-sent event without the final [DONE]; of a plain answer the one body. A buffer is valid
    /// until the next is asked for.
    /// </summary>
    /// <exception cref="ProviderException">Cut off, malformed, too long, too slow.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What a failure of a provider means for the call.</summary>
internal enum FailureKind
{
    /// <summary>Our caller's fault (400, 404, 413, 422 …): final, the provider's words are passed on.</summary>
    Rejected,

    /// <summary>Our key or our quota (401, 402, 403): try the next candidate.</summary>
    Refused,

    /// <summary>429: retry after the time named, then the next candidate.</summary>
    RateLimited,

    /// <summary>5xx, connection refused, TLS, DNS: retry, then the next candidate. Nothing was generated.</summary>
    Unavailable,

    /// <summary>No first byte or no next byte in time: the provider may have generated and may bill.</summary>
    TimedOut,

    /// <summary>The answer broke off after it had begun: the provider may bill.</summary>
    Cut,

    /// <summary>A success status with an error or an unreadable body.</summary>
    Malformed,

    /// <summary>Not asked: it has as many calls as it may have, or it only fails.</summary>
    Busy,
}

/// <summary>A provider's failure, classified.</summary>
internal sealed class ProviderException(
    FailureKind kind,
    string message,
    int? status = null,
    TimeSpan? retryAfter = null,
    byte[]? body = null,
    Exception? inner = null
) : Exception(message, inner)
{
    public FailureKind Kind { get; } = kind;

    public int? Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The provider's own error body, at most 16 KiB, for a rejected request.</summary>
    public byte[]? Body { get; } = body;

    /// <summary>The usage object that came with the failure; empty: none.</summary>
    public ReadOnlyMemory<byte> Usage { get; init; }

    /// <summary>That usage is charged even where nothing was delivered.</summary>
    public bool Billed { get; init; }
}
