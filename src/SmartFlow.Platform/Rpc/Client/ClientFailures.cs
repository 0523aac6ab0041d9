using Grpc.Core;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>What the caller of a contract sees of a failed call.</summary>
internal static class ClientFailures
{
    /// <summary>
    /// The refusal of the other side as it was thrown there; unavailable where the other side did not decide, or is of
    /// a version that cannot; anything else is a defect and stays what it is.
    /// </summary>
    public static Exception ForCaller(RpcException failure, string module, string method)
    {
        if (ErrorDetails.Refusal(failure) is { } refusal)
            return refusal;
        var why = failure.StatusCode switch
        {
            StatusCode.Unavailable => "is out of reach",
            StatusCode.DeadlineExceeded => "did not answer in time",
            StatusCode.Unauthenticated =>
                "refuses our service token: SMARTFLOW_RPC_TOKEN must be the same in every process",
            StatusCode.Unimplemented =>
                $"does not know {method}: the process at its address is of an earlier version, or hosts other modules",
            _ => null,
        };
        return why is null
            ? failure
            : new RefusedException(ErrorCodes.Unavailable, $"{module} {why}.", retryAfter: TimeSpan.FromSeconds(1));
    }
}
