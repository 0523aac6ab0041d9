using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using RpcStatus = Google.Rpc.Status;

namespace SmartFlow.Platform.Rpc;

/// <summary>
/// Refusals in the rich error model: ErrorInfo carries the catalogue's code as its reason and the refusal's own members
/// as JSON, BadRequest the reasons by field, RetryInfo the time to wait.
/// </summary>
internal static class ErrorDetails
{
    private const string Domain = "smartflow";

    /// <summary>Text that is not ASCII takes three times its bytes in the header.</summary>
    private const int MaxTextInHeader = 100;
    private const int MaxText = 500;

    /// <summary>
    /// More than this in one trailer, in bytes, is refused by common clients together with the whole answer.
    /// </summary>
    private const int MaxBytes = 4_096;

    /// <summary>
    /// What a client's library reads from an answer that shall not be asked for again: somebody has decided.
    /// </summary>
    private static readonly Metadata.Entry Final = new("grpc-retry-pushback-ms", "-1");

    public static RpcException Exception(RefusedException refusal)
    {
        var status = Of(refusal);
        var trailers = new Metadata { Final };
        trailers.SetRpcStatus(status);
        return new RpcException(
            new Grpc.Core.Status((StatusCode)status.Code, Cut(status.Message, MaxTextInHeader)),
            trailers
        );
    }

    public static RpcStatus Of(RefusedException refusal)
    {
        var essential = new RpcStatus
        {
            Code = refusal.Code.GrpcStatus,
            Message = Cut(refusal.Message, MaxText),
            Details = { Any.Pack(new ErrorInfo { Reason = refusal.Code.Code, Domain = Domain }) },
        };
        if (refusal.RetryAfter is { } wait)
            essential.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        var whole = essential.Clone();
        var info = new ErrorInfo { Reason = refusal.Code.Code, Domain = Domain };
        foreach (var (name, value) in refusal.Extensions ?? new Dictionary<string, object?>())
            info.Metadata[name] = JsonSerializer.Serialize(value, WebJson.Options);
        whole.Details[0] = Any.Pack(info);
        var fields = new BadRequest();
        foreach (var (field, reasons) in refusal.Errors ?? new Dictionary<string, string[]>())
            fields.FieldViolations.Add(
                reasons.Select(r => new BadRequest.Types.FieldViolation { Field = field, Description = r })
            );
        if (fields.FieldViolations.Count > 0)
            whole.Details.Add(Any.Pack(fields));
        return whole.CalculateSize() <= MaxBytes ? whole : essential;
    }

    /// <summary>
    /// The refusal as it was thrown at the other side, or null where the status came from somewhere else.
    /// </summary>
    public static RefusedException? Refusal(RpcException failure)
    {
        try
        {
            return failure.GetRpcStatus() is { } status ? Refusal(status) : null;
        }
        catch (Exception e)
            when (e
                    is InvalidProtocolBufferException
                        or FormatException
                        or InvalidOperationException
                        or OverflowException
            )
        {
            // Details that cannot be read say nothing; the status stands without them.
            return null;
        }
    }

    private static RefusedException? Refusal(RpcStatus status)
    {
        if (
            status.GetDetail<ErrorInfo>() is not { Domain: Domain } info
            || ErrorCodes.Find(info.Reason) is not { } code
        )
            return null;
        var fields = status
            .GetDetail<BadRequest>()
            ?.FieldViolations.GroupBy(v => v.Field, v => v.Description, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.ToArray(), StringComparer.Ordinal);
        return new RefusedException(
            code,
            status.Message,
            fields,
            info.Metadata.Count > 0 ? info.Metadata.ToDictionary(m => m.Key, m => Value(m.Value)) : null,
            status.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan()
        );
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    private static object? Value(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
