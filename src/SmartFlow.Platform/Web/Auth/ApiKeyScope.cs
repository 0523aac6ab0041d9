using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// On a route that takes keys: those that are limited open it only with this word among theirs; where there is none,
/// never.
/// </summary>
/// <param name="Word">One of <see cref="All"/>, or <see cref="Any"/>.</param>
public sealed record ApiKeyScope(string Word)
{
    /// <summary>Every key opens it.</summary>
    public const string Any = "*";

    public const string Chat = "chat";
    public const string Responses = "responses";
    public const string Embeddings = "embeddings";
    public const string Messages = "messages";

    /// <summary>Reading one's calls, their limits and what they would cost.</summary>
    public const string Calls = "calls";

    /// <summary>Other assistants: reading the week.</summary>
    public const string McpRead = "mcp.read";

    /// <summary>Proposing changes, which their user confirms; includes reading.</summary>
    public const string McpPropose = "mcp.propose";

    /// <summary>Making changes; includes proposing. A key without words may not: this one has to be said.</summary>
    public const string McpApply = "mcp.apply";

    public static readonly string[] All = [Chat, Responses, Embeddings, Messages, Calls, McpRead, McpPropose, McpApply];

    /// <exception cref="RefusedException">forbidden.</exception>
    internal static void Check(HttpContext context)
    {
        if (context.User.ApiKey() is not { Scopes.Count: > 0 } key)
            return;
        var scope = context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyScope>();
        if (scope is not null && (scope.Word == Any || key.Scopes.Any(scope.IsOpenedBy)))
            return;
        throw new RefusedException(
            ErrorCodes.Forbidden,
            $"This API key is only for {string.Join(", ", key.Scopes)}; this route needs {scope?.Word ?? "a key without limits"}."
        );
    }

    private bool IsOpenedBy(string word) => word == Word || (Word == McpRead && word is McpPropose or McpApply);
}

public static class ApiKeyScopes
{
    /// <summary>
    /// Opens a route to signed-in users and to API keys, of the limited ones to those with this word.
    /// </summary>
    public static TBuilder OpenToKeys<TBuilder>(this TBuilder route, string word)
        where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(Policies.OpenAiClient).WithMetadata(new ApiKeyScope(word));

    /// <summary>The same to API keys alone: neither a session's token nor its cookie opens it.</summary>
    public static TBuilder OpenToKeysAlone<TBuilder>(this TBuilder route, string word)
        where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(Policies.ApiKey).WithMetadata(new ApiKeyScope(word));
}
