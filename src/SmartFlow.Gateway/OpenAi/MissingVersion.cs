using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Answers clients whose base URL lacks /v1, or has it twice, with an error that says so instead of a page or a bare
/// 404.
/// </summary>
internal sealed class MissingVersion : IUnrouted
{
    private static readonly PathString[] Routes =
    [
        "/chat/completions",
        "/completions",
        "/responses",
        "/messages",
        "/embeddings",
        "/models",
    ];

    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var twice = path.StartsWithSegments("/v1/v1", out var rest);
        if (!twice && !Array.Exists(Routes, r => path.StartsWithSegments(r)))
            return false;
        var refusal = new RefusedException(
            ErrorCodes.NotFound,
            twice
                ? $"There is nothing at {path}: use /v1{rest}. The base URL of this client must end before /v1, which it adds itself."
                : $"There is nothing at {path}: use /v1{path}. The base URL of OpenAI's clients must end with /v1."
        );
        context.Response.StatusCode = refusal.Code.HttpStatus;
        context.Response.Headers.CacheControl = "no-store";
        await new OpenAiErrors().WriteAsync(context, refusal);
        return true;
    }
}
