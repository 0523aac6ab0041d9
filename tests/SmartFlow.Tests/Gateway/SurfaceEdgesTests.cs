using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>What clients and their settings ask of the surface besides calls.</summary>
public sealed class SurfaceEdgesTests
{
    [Theory]
    [InlineData("POST", "/chat/completions", "/v1/chat/completions")]
    [InlineData("POST", "/responses", "/v1/responses")]
    [InlineData("POST", "/messages", "/v1/messages")]
    [InlineData("POST", "/messages/count_tokens", "/v1/messages/count_tokens")]
    [InlineData("POST", "/embeddings", "/v1/embeddings")]
    [InlineData("GET", "/models", "/v1/models")]
    [InlineData("GET", "/models/a/b", "/v1/models/a/b")]
    [InlineData("GET", "/responses/resp_1", "/v1/responses/resp_1")]
    [InlineData("POST", "/v1/v1/messages", "/v1/messages")]
    [InlineData("GET", "/v1/v1/models", "/v1/models")]
    public async Task A_base_url_without_the_version_or_with_two_is_told_so(string method, string path, string right)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null);
        answer.ShouldBeError(ErrorCodes.NotFound)["message"]!.GetValue<string>().ShouldContain($"use {right}.");
    }

    [Fact]
    public async Task What_is_not_below_v1_is_a_404_in_openais_shape()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        foreach (var client in (HttpClient[])[app.Anonymous, mei.Http])
        {
            (await client.PostAsync("/v1/audio/speech", new { })).ShouldBeError(ErrorCodes.NotFound);
            (await client.FetchAsync("/v1/nothing")).ShouldBeError(ErrorCodes.NotFound);
            (await client.FetchAsync("/v1/chat/completions")).ShouldBeError(ErrorCodes.MethodNotAllowed);
        }
    }

    [Fact]
    public async Task Pages_of_other_origins_are_let_in_only_where_they_are_named()
    {
        await using var off = await SmartFlowApp.StartAsync();
        var nothing = await PreflightAsync(off, "/v1/chat/completions", "https://app.example.org");
        nothing.Headers.Keys.ShouldNotContain(h => h.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Settings["Gateway:CorsOrigins"] = "https://app.example.org, http://localhost:3000"
        );
        foreach (
            var path in (string[])
                ["/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings", "/v1/models"]
        )
        {
            var preflight = (await PreflightAsync(app, path, "http://localhost:3000")).ShouldBe(
                HttpStatusCode.NoContent
            );
            preflight.Header("Access-Control-Allow-Origin").ShouldBe("http://localhost:3000");
            foreach (var header in (string[])["authorization", "x-stainless-retry-count", "anthropic-version"])
                preflight.Header("Access-Control-Allow-Headers")!.ShouldContain(header);
            preflight.Header("Access-Control-Allow-Methods")!.ShouldContain("POST");
            preflight.Header("Access-Control-Allow-Credentials").ShouldBeNull();
        }
        (await PreflightAsync(app, "/v1/models", "https://evil.example.com"))
            .Header("Access-Control-Allow-Origin")
            .ShouldBeNull();
        (await PreflightAsync(app, "/api/v1/auth/me", "http://localhost:3000"))
            .Header("Access-Control-Allow-Origin")
            .ShouldBeNull();
        var refused = await app.Anonymous.PostAsync(
            "/v1/chat/completions",
            new { },
            ("Origin", "https://app.example.org")
        );
        refused
            .ShouldBe(HttpStatusCode.Unauthorized)
            .Header("Access-Control-Allow-Origin")
            .ShouldBe("https://app.example.org");
        refused.Header("Access-Control-Expose-Headers")!.ShouldContain("x-smartflow-event-id");
        (await app.Anonymous.FetchAsync("/api/v1/auth/me", ("Origin", "https://app.example.org")))
            .Header("Access-Control-Allow-Origin")
            .ShouldBeNull();
    }

    private static Task<Answer> PreflightAsync(SmartFlowApp app, string path, string origin) =>
        app.Anonymous.SendAsync(
            HttpMethod.Options,
            path,
            null,
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            (
                "Access-Control-Request-Headers",
                "authorization,content-type,anthropic-version,x-stainless-os,x-stainless-retry-count,idempotency-key"
            )
        );
}
