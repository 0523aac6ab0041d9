using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>Everything that is known about how a call can fail at the calling side.</summary>
internal static class ClientFailures
{
    /// <summary>What a failure of the connection or the stream means; null for what is none.</summary>
    public static RpcException? Of(Exception exception) => exception switch
    {
        RpcException rpc => rpc,
        HttpRequestException { InnerException: HttpProtocolException reset } => OfReset(reset),
        HttpIOException { InnerException: HttpProtocolException reset } => OfReset(reset),
        HttpProtocolException reset => OfReset(reset),
        HttpRequestException or IOException => new RpcException(RpcStatusCode.Unavailable, "No connection: " + exception.Message, exception),
        _ => null,
    };

    /// <summary>An answer that is not gRPC's, e.g. of a proxy. Source: "HTTP to gRPC Status Code Mapping".</summary>
    public static RpcException OfHttp(HttpResponseMessage response)
    {
        var code = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => RpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => RpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => RpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => RpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout => RpcStatusCode.Unavailable,
            _ => RpcStatusCode.Unknown,
        };
        var type = response.Content.Headers.ContentType;
        return new RpcException(code, $"The answer is HTTP {(int)response.StatusCode} {type}, not {CallHeaders.ContentType}.");
    }

    /// <summary>
    /// What the caller of a contract sees: the refusal of the other side as it was thrown there; unavailable where the
    /// other side did not decide; anything else is a defect and stays what it is.
    /// </summary>
    public static Exception ForCaller(RpcException failure, string module)
    {
        if (ErrorDetails.Refusal(failure.Details) is { } refusal) return refusal;
        var why = failure.Code switch
        {
            RpcStatusCode.Unavailable => "is out of reach",
            RpcStatusCode.DeadlineExceeded => "did not answer in time",
            RpcStatusCode.Unauthenticated => "refuses our service token: SMARTFLOW_RPC_TOKEN must be the same in every process",
            _ => null,
        };
        return why is null
            ? failure
            : new RefusedException(ErrorCodes.Unavailable, $"{module} {why}.", retryAfter: TimeSpan.FromSeconds(1));
    }

    /// <summary>The error codes of HTTP/2 as "gRPC over HTTP2" reads them.</summary>
    private static RpcException OfReset(HttpProtocolException reset)
    {
        var code = reset.ErrorCode switch
        {
            0x7 => RpcStatusCode.Unavailable, // REFUSED_STREAM: nothing was done.
            0x8 => RpcStatusCode.Cancelled, // CANCEL
            0xb => RpcStatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            0xc => RpcStatusCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => RpcStatusCode.Internal,
        };
        return new RpcException(code, $"The stream was reset with HTTP/2 error {reset.ErrorCode}.", reset);
    }
}
