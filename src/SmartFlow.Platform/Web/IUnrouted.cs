using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Answers requests that no endpoint takes and that need no user: the web application's files. A fallback endpoint
/// would match every method everywhere and turn each 405 of the API into a 404.
/// </summary>
public interface IUnrouted
{
    /// <summary>False: not mine, the pipeline goes on.</summary>
    Task<bool> TryAnswerAsync(HttpContext context);
}

internal static class Unrouted
{
    public static void UseUnrouted(this WebApplication app)
    {
        var answers = app.Services.GetServices<IUnrouted>().ToArray();
        if (answers.Length == 0)
            return;
        app.Use(next =>
            async context =>
            {
                if (context.GetEndpoint() is null)
                    foreach (var answer in answers)
                        if (await answer.TryAnswerAsync(context))
                            return;
                await next(context);
            }
        );
    }
}
