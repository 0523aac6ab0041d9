using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

public sealed class ModelsTests
{
    [Fact]
    public async Task Models_are_listed_for_clients_with_a_key()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var script = app.WithKey(await mei.CreateApiKeyAsync());
        var models = (await script.SendAsync(HttpMethod.Get, "/v1/models")).ShouldBe(HttpStatusCode.OK).Json;
        models.GetProperty("object").GetString().ShouldBe("list");
        models.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ShouldContain("fake");
        (await script.SendAsync(HttpMethod.Get, "/v1/models/fake"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("object")
            .GetString()
            .ShouldBe("model");
        (await script.SendAsync(HttpMethod.Get, "/v1/models/none")).ShouldBeError(ErrorCodes.UnknownModel);
        (await script.PostAsync("/v1/chat/completions", Chat("hi"))).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/v1/models")).ShouldBeError(ErrorCodes.Unauthenticated);
    }

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

    private static IEnumerable<string> Ids(Answer answer) =>
        JsonNode.Parse(answer.Text)!["data"]!.AsArray().Select(m => m!["id"]!.GetValue<string>());
}
