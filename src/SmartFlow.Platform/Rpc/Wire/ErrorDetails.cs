using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Standard;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>
/// Refusals in the rich error model: ErrorInfo carries the catalogue's code as its reason and the refusal's own members
/// as JSON, BadRequest the reasons by field, RetryInfo the time to wait.
/// </summary>
internal static class ErrorDetails
{
    public const string Trailer = "grpc-status-details-bin";
    private const string Domain = "smartflow";

    /// <summary>More than this in one trailer, in bytes, is refused by common clients together with the whole answer.</summary>
    private const int MaxBytes = 4_096;

    public static Status Of(RefusedException refusal)
    {
        var status = Essential(refusal);
        var whole = status.Clone();
        var info = Info(refusal);
        foreach (var (name, value) in refusal.Extensions ?? new Dictionary<string, object?>())
            info.Metadata[name] = JsonSerializer.Serialize(value, WebJson.Options);
        whole.Details[0] = Any.Pack(info);
        var fields = new BadRequest();
        foreach (var (field, reasons) in refusal.Errors ?? new Dictionary<string, string[]>())
            foreach (var reason in reasons)
                fields.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = reason });
        if (fields.FieldViolations.Count > 0) whole.Details.Add(Any.Pack(fields));
        return whole.CalculateSize() <= MaxBytes ? whole : status;
    }

    /// <summary>The refusal as it was thrown at the other side, or null where the status came from somewhere else.</summary>
    public static RefusedException? Refusal(Status? status)
    {
        ErrorInfo? info = null;
        TimeSpan? wait = null;
        var fields = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var detail in status?.Details ?? [])
            try
            {
                if (detail.TryUnpack(out ErrorInfo found)) info ??= found;
                else if (detail.TryUnpack(out BadRequest bad)) Add(fields, bad);
                else if (detail.TryUnpack(out RetryInfo retry) && retry.RetryDelay is { } delay) wait = delay.ToTimeSpan();
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException or OverflowException)
            {
                // A detail that cannot be read says nothing; the status stands without it.
            }
        if (info?.Domain != Domain || ErrorCodes.Find(info.Reason) is not { } code) return null;
        return new RefusedException(
            code, status!.Message, fields.Count > 0 ? fields : null, info.Metadata.Count > 0 ? Members(info) : null, wait);
    }

    private static Status Essential(RefusedException refusal)
    {
        var message = refusal.Message.Length <= 500 ? refusal.Message : refusal.Message[..500] + "…";
        var status = new Status { Code = refusal.Code.GrpcStatus, Message = message, Details = { Any.Pack(Info(refusal)) } };
        if (refusal.RetryAfter is { } wait)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        return status;
    }

    private static ErrorInfo Info(RefusedException refusal) => new() { Reason = refusal.Code.Code, Domain = Domain };

    private static void Add(Dictionary<string, string[]> fields, BadRequest bad)
    {
        foreach (var violation in bad.FieldViolations)
            fields[violation.Field] = [.. fields.GetValueOrDefault(violation.Field, []), violation.Description];
    }

    private static Dictionary<string, object?> Members(ErrorInfo info) =>
        info.Metadata.ToDictionary(m => m.Key, m => Value(m.Value));

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
