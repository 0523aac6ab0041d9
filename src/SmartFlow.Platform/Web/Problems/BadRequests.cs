using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>
/// What the framework could not read of a request, told with its fields and the reasons. It is looked up in the request
/// itself, by the handler's parameters and the contract of the body's type; the framework's sentences may change and
/// are not read.
/// </summary>
internal static class BadRequests
{
    public static async Task<RefusedException> RefusalAsync(BadHttpRequestException bad, HttpContext context) =>
        bad switch
        {
            { StatusCode: StatusCodes.Status413PayloadTooLarge } => new RefusedException(
                ErrorCodes.PayloadTooLarge,
                "The body is larger than this route takes."
            ),
            { StatusCode: StatusCodes.Status408RequestTimeout } => new RefusedException(
                ErrorCodes.RequestTimeout,
                "The body came too slowly."
            ),
            { InnerException: JsonException json } => await JsonAsync(json, context),
            { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new RefusedException(
                ErrorCodes.UnsupportedMediaType,
                "Send the body as application/json."
            ),
            _ when BadParameters.Find(context, EndpointOf(context)) is { } found => RefusedException.Field(
                found.Field,
                found.Reason
            ),
            _ => new RefusedException(ErrorCodes.MalformedBody, "The request could not be read."),
        };

    /// <summary>The handler of exceptions has taken it from the context.</summary>
    private static Endpoint? EndpointOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();

    private static async Task<RefusedException> JsonAsync(JsonException json, HttpContext context)
    {
        var type = EndpointOf(context)?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var noted = context.Features.Get<NotedBody>();
        var body = noted is null ? null : await noted.ReadAsync(context.RequestAborted);
        using (body)
            if (body is not null && type is not null)
            {
                var options = context
                    .RequestServices.GetRequiredService<IOptions<JsonOptions>>()
                    .Value.SerializerOptions;
                var problems = BodyShape.Problems(body.RootElement, type, options);
                if (problems.Count > 0)
                    return new RefusedException(
                        ErrorCodes.InvalidArgument,
                        string.Join("; ", problems.Select(p => $"{p.Key}: {p.Value[0]}")) + ".",
                        problems
                    );
            }
        var field = (json.Path ?? "$").TrimStart('$').TrimStart('.');
        if (field.Length > 0 && json is JsonReason reason)
            return RefusedException.Field(field, reason.Why);
        if (field.Length > 0 && noted is { TooLong: true })
            return RefusedException.Field(field, "cannot be read as what it should be");
        if (field.Length > 0 && body is not null)
            return RefusedException.Field(field, "must be of the documented type");
        return new RefusedException(
            ErrorCodes.MalformedBody,
            $"The body is not valid JSON: line {(json.LineNumber ?? 0) + 1}, byte {(json.BytePositionInLine ?? 0) + 1}."
        );
    }
}
