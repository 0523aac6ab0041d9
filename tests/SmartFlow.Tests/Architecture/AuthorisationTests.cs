using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Tests.Architecture;

/// <summary>
/// Every operation that the program serves, asked by whoever must not: what is open is a list that somebody has to
/// lengthen.
/// </summary>
public sealed partial class AuthorisationTests
{
    /// <summary>
    /// Open to strangers, because they begin there, because the plaza is, or because the address itself is the secret.
    /// </summary>
    private static readonly string[] Open =
    [
        "GET /api/v1/auth/capabilities",
        "GET /api/v1/notifications/unsubscribe",
        "GET /api/v1/plan-square/authors/{id}",
        "GET /api/v1/plan-square/comments/{id}",
        "GET /api/v1/plan-square/comments/{id}/replies",
        "GET /api/v1/plan-square/posts",
        "GET /api/v1/plan-square/posts/{id}",
        "GET /api/v1/plan-square/posts/{id}/comments",
        "GET /api/v1/plan-square/tags",
        "GET /api/v1/schedule/feed.ics",
        "OPTIONS /mcp",
        "POST /api/v1/auth/email/confirm",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/recovery",
        "POST /api/v1/auth/recovery/complete",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/register",
        "POST /api/v1/notifications/unsubscribe",
    ];

    [Fact]
    public async Task Nobody_gets_in_anywhere_but_where_the_door_is_open()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var key = (await mei.PostAsync("/api/v1/api-keys", new { name = "embeds", scopes = new[] { "embeddings" } }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;
        var open = new List<string>();
        foreach (var (method, route) in Operations(app))
        {
            var operation = $"{method} {route}";
            var path = Parameter().Replace(route, "1");
            var nobody = await AskAsync(app, method, path);
            if (nobody.Status != HttpStatusCode.Unauthorized)
                open.Add(operation);
            if (open.Contains(operation))
                continue;
            (await AskAsync(app, method, path, ("Authorization", "Bearer nonsense"))).Status.ShouldBe(
                HttpStatusCode.Unauthorized,
                operation
            );
            if (route.StartsWith("/api/v1/admin/", StringComparison.Ordinal))
                (await mei.Http.SendAsync(new HttpMethod(method), path)).Status.ShouldBe(
                    HttpStatusCode.Forbidden,
                    operation
                );
            if (route != "/v1/embeddings" && !route.StartsWith("/v1/models", StringComparison.Ordinal))
                (await AskAsync(app, method, path, ("Authorization", $"Bearer {key}"))).Status.ShouldBeOneOf(
                    [HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden],
                    $"{operation} with a key for embeddings"
                );
        }
        open.Order(StringComparer.Ordinal).ShouldBe(Open);
    }

    /// <summary>Without a body, or with a form where that is what the route takes.</summary>
    private static async Task<Answer> AskAsync(
        SmartFlowApp app,
        string method,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        var answer = await app.Anonymous.SendAsync(new HttpMethod(method), path, null, headers);
        return answer.Status != HttpStatusCode.UnsupportedMediaType
            ? answer
            : await app.Anonymous.SendAsync(
                new HttpMethod(method),
                path,
                new MultipartFormDataContent { { new StringContent("x"), "file", "x.csv" } },
                headers
            );
    }

    private static IEnumerable<(string Method, string Route)> Operations(SmartFlowApp app) =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let route = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where
            route.StartsWith("/api/", StringComparison.Ordinal)
            || route.StartsWith("/v1/", StringComparison.Ordinal)
            || route == "/mcp"
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        orderby route, method
        select (method, Constraint().Replace(route, "}"));

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@":[a-z]+(\([^)]*\))?\}")]
    private static partial Regex Constraint();
}
