using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>What a caller's headers say about the call. Source: "gRPC over HTTP2", Request-Headers.</summary>
/// <param name="Timeout">How long the caller waits; null: it did not say.</param>
/// <param name="Gzip">Messages that are marked as compressed are gzip.</param>
/// <param name="TakesGzip">Answers may be gzip.</param>
internal readonly record struct CallHeaders(TimeSpan? Timeout, bool Gzip, bool TakesGzip)
{
    public const string ContentType = "application/grpc";
    public const string TimeoutName = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Encodings = $"{Wire.Gzip.Identity},{Wire.Gzip.Name}";

    /// <exception cref="RpcException">internal: a malformed timeout; unimplemented: an unknown encoding.</exception>
    public static CallHeaders Of(IHeaderDictionary headers)
    {
        TimeSpan? timeout = null;
        if (headers.TryGetValue(TimeoutName, out var given))
            timeout = given.Count == 1 && CallTimeout.TryParse(given[0], out var parsed)
                ? parsed
                : throw new RpcException(RpcStatusCode.Internal, "grpc-timeout is not one to eight digits and a unit.");
        var encoding = headers[Encoding];
        var gzip = encoding == Wire.Gzip.Name;
        if (!gzip && encoding.Count > 0 && encoding != Wire.Gzip.Identity)
            throw new RpcException(RpcStatusCode.Unimplemented, "grpc-encoding must be identity or gzip.");
        return new CallHeaders(timeout, gzip, Names(headers[AcceptEncoding], Wire.Gzip.Name));
    }

    /// <summary>application/grpc, alone or with +proto or parameters.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = contentType.AsSpan(ContentType.Length);
        return rest.IsEmpty || rest[0] == ';' || rest.Equals("+proto", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("+proto;", StringComparison.OrdinalIgnoreCase);
    }

    private static bool Names(StringValues list, string name)
    {
        foreach (var value in list)
            foreach (var part in value.AsSpan().Split(','))
                if (value.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
        return false;
    }
}
