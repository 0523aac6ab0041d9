using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Standard;

namespace SmartFlow.Platform.Rpc;

/// <summary>The status of a call, with the protocol's numbers.</summary>
public enum RpcStatusCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>
/// A call that failed below the contract: the protocol, the connection or the other side's defect. What the other side
/// refuses for a reason of the catalogue is a <see cref="RefusedException"/>, as in one process.
/// </summary>
public sealed class RpcException : Exception
{
    public RpcException(RpcStatusCode code, string detail, Exception? inner = null)
        : base(detail, inner) => Code = code;

    internal RpcException(RpcStatusCode code, string detail, Status? details)
        : base(detail) => (Code, Details) = (code, details);

    public RpcStatusCode Code { get; }

    /// <summary>What came in grpc-status-details-bin, or null.</summary>
    internal Status? Details { get; }
}
