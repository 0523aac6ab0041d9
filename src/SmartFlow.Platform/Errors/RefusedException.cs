namespace SmartFlow.Platform.Errors;

/// <summary>
/// A request that is refused for a reason its caller can act on. Mapped to problem details or a gRPC status.
/// </summary>
public sealed class RefusedException : Exception
{
    /// <summary>The member that says, where its status does not, that a repeat cannot help: true.</summary>
    public const string FinalMember = "final";

    /// <param name="code">The catalogue's entry.</param>
    /// <param name="detail">What happened, what it means and what to do, for a person.</param>
    /// <param name="errors">Reasons by field of the request.</param>
    /// <param name="extensions">Further members of the problem document, in snake_case.</param>
    /// <param name="retryAfter">When a repeat makes sense.</param>
    public RefusedException(
        ErrorCode code,
        string detail,
        IReadOnlyDictionary<string, string[]>? errors = null,
        IReadOnlyDictionary<string, object?>? extensions = null,
        TimeSpan? retryAfter = null
    )
        : base(detail)
    {
        Code = code;
        Errors = errors;
        Extensions = extensions;
        RetryAfter = retryAfter;
    }

    public ErrorCode Code { get; }

    public IReadOnlyDictionary<string, string[]>? Errors { get; }

    public IReadOnlyDictionary<string, object?>? Extensions { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>A refusal of one field.</summary>
    public static RefusedException Field(string field, string reason) =>
        new(ErrorCodes.InvalidArgument, $"{field}: {reason}", new Dictionary<string, string[]> { [field] = [reason] });

    public static RefusedException NotFound(string what) => new(ErrorCodes.NotFound, $"There is no such {what}.");
}
