using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>
/// How refusals look below a path, for surfaces with a shape of their own (OpenAI's below /v1). Register it as a
/// singleton; everything else answers in problem details. Status and Retry-After are set before it is called.
/// </summary>
public interface IErrorShape
{
    PathString Prefix { get; }

    /// <summary>Writes content type and body.</summary>
    Task WriteAsync(HttpContext context, RefusedException refusal);
}
