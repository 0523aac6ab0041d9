using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Refuses what no endpoint could read: a query with U+0000, and something else than a form where a form is read. Has
/// the body noted for what an endpoint refuses of it.
/// </summary>
internal static class RequestShape
{
    private const string Form = "multipart/form-data";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
            throw RefusedException.Field(
                context.Request.Query.FirstOrDefault(q => q.Value.ToString().Contains('\0')).Key ?? "query",
                "must not hold the character U+0000"
            );
        var accepts = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>();
        if (accepts?.ContentTypes.Contains(Form) == true && !context.Request.HasFormContentType)
            throw new RefusedException(ErrorCodes.UnsupportedMediaType, $"Send the body as {Form}.");
        NotedBody.Note(context);
        return next(context);
    }
}
