using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>What clients and their settings ask of the surface besides calls.</summary>
public sealed class SurfaceEdgesTests
{
    [Fact]
    public async Task Models_are_those_that_the_key_may_ask_and_heads_work_where_gets_do()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["Llm:Model"] = "fake,vendor/model:free"
        );
        var mei = await app.SignUpAsync();
        var key = (
            await mei.PostAsync("/api/v1/api-keys", new { name = "a", models = new[] { "vendor/model:free", "gone" } })
        )
            .Json.GetProperty("key")
            .GetString()!;
        using var limited = app.WithKey(key);
        using var open = app.WithKey(await mei.CreateApiKeyAsync());
        Ids(await limited.FetchAsync("/v1/models")).ShouldBe(["vendor/model:free"]);
        Ids(await open.FetchAsync("/v1/models")).ShouldContain("fake");
        foreach (
            var path in (string[])
                ["/v1/models/vendor/model:free", "/v1/models/vendor%2Fmodel:free", "/v1/models/vendor%2fmodel%3Afree"]
        )
            (await limited.FetchAsync(path))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("id")
                .GetString()
                .ShouldBe("vendor/model:free");
        (await limited.FetchAsync("/v1/models/fake")).ShouldBeError(ErrorCodes.UnknownModel);
        (await open.FetchAsync("/v1/models/fake")).ShouldBe(HttpStatusCode.OK);

        foreach (
            var (path, status) in ((string, HttpStatusCode)[])
                [
                    ("/v1/models", HttpStatusCode.OK),
                    ("/v1/models/fake", HttpStatusCode.OK),
                    ("/v1/models/none", HttpStatusCode.NotFound),
                    ("/v1/responses/none", HttpStatusCode.NotFound),
                    ("/v1/chat/completions", HttpStatusCode.MethodNotAllowed),
                    ("/api/v1/api-keys", HttpStatusCode.Unauthorized),
                    ("/healthz", HttpStatusCode.OK),
                    ("/openapi/v1.json", HttpStatusCode.OK),
                ]
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var answer = await open.SendAsync(request);
            answer.StatusCode.ShouldBe(status, path);
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty(path);
        }
        (await mei.Http.SendAsync(HttpMethod.Head, "/api/v1/auth/me")).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.SendAsync(HttpMethod.Head, "/v1/models")).ShouldBe(HttpStatusCode.Unauthorized);
        // A stream of events would have to be waited for.
        (await mei.Http.SendAsync(HttpMethod.Head, "/api/v1/agent/conversations/1/stream")).ShouldBe(
            HttpStatusCode.MethodNotAllowed
        );
    }

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

    private static IEnumerable<string> Ids(Answer answer) =>
        JsonNode.Parse(answer.Text)!["data"]!.AsArray().Select(m => m!["id"]!.GetValue<string>());
}
