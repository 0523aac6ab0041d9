using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>On a route: keys that are limited to some surfaces open it only with this word among them.</summary>
/// <param name="Word">One of <see cref="All"/>.</param>
public sealed record ApiKeyScope(string Word)
{
    public const string Chat = "chat";
    public const string Responses = "responses";
    public const string Embeddings = "embeddings";
    public const string Messages = "messages";

    public static readonly string[] All = [Chat, Responses, Embeddings, Messages];

    /// <exception cref="RefusedException">forbidden.</exception>
    internal static void Check(HttpContext context)
    {
        if (context.User.ApiKey() is { Scopes.Count: > 0 } key
            && context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyScope>() is { } scope && !key.Scopes.Contains(scope.Word))
            throw new RefusedException(
                ErrorCodes.Forbidden, $"This API key is only for {string.Join(", ", key.Scopes)}; this route needs {scope.Word}.");
    }
}
