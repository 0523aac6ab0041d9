using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

/// <summary>What a key may do holds at the surfaces, and its use is shown.</summary>
public sealed class ApiKeyTermsTests
{
    [Fact]
    public async Task A_key_opens_only_its_surfaces_and_models()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var script = app.WithKey(
            await KeyAsync(
                mei,
                new
                {
                    name = "a",
                    scopes = new[] { "chat" },
                    models = new[] { "fake" },
                }
            )
        );
        (await script.PostAsync("/v1/chat/completions", Chat("hi", "fake"))).ShouldBe(HttpStatusCode.OK);
        (await script.PostAsync("/v1/chat/completions", Chat("hi", "demo"))).ShouldBeError(ErrorCodes.Forbidden);
        (await script.PostAsync("/v1/responses", new { model = "fake", input = "hi" })).ShouldBeError(
            ErrorCodes.Forbidden
        );
        (await script.PostAsync("/v1/embeddings", new { model = "fake", input = "hi" })).ShouldBeError(
            ErrorCodes.Forbidden
        );
        (await script.PostAsync("/v1/messages", Chat("hi", "fake"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await script.SendAsync(HttpMethod.Get, "/v1/models")).ShouldBe(HttpStatusCode.OK);
        provider.Received.Count.ShouldBe(1);

        // Of the surfaces and models, no other knowledge of its owner's calls.
        string[] calls = ["/api/v1/calls", "/api/v1/calls/some-call", "/api/v1/calls/summary", "/api/v1/limits"];
        using var embedder = app.WithKey(await KeyAsync(mei, new { name = "b", scopes = new[] { "embeddings" } }));
        using var reader = app.WithKey(
            await KeyAsync(mei, new { name = "c", scopes = new[] { "embeddings", "calls" } })
        );
        using var whole = app.WithKey(await KeyAsync(mei, new { name = "d" }));
        foreach (var path in calls)
        {
            (await embedder.FetchAsync(path)).ShouldBeRefused(ErrorCodes.Forbidden);
            (await reader.FetchAsync(path)).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
            (await whole.FetchAsync(path)).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
        }
        (await embedder.PostAsync("/api/v1/calls/quote", Chat("hi", "fake"))).ShouldBeRefused(ErrorCodes.Forbidden);
        (await embedder.PostAsync("/v1/messages/count_tokens", Chat("hi", "fake"))).Status.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await reader.PostAsync("/api/v1/calls/quote", Chat("hi", "fake"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_route_that_takes_keys_says_which_limited_ones_it_takes()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var open = app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Where(e =>
                e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == Policies.OpenAiClient)
            )
            .ToArray();
        open.Length.ShouldBeGreaterThan(10);
        open.Where(e =>
                e.Metadata.GetMetadata<ApiKeyScope>() is not { } s
                || (s.Word != ApiKeyScope.Any && !ApiKeyScope.All.Contains(s.Word))
            )
            .Select(e => e.DisplayName)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cap_of_a_key_holds_is_shown_and_may_be_raised()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var script = app.WithKey(await KeyAsync(mei, new { name = "a", limits = new { credit_per_day = 0.15 } }));
        (await script.PostAsync("/v1/chat/completions", Chat("hi"))).ShouldBe(HttpStatusCode.OK);
        var refused = await script.PostAsync("/v1/chat/completions", Chat("hi", maxTokens: 200));
        var error = refused.ShouldBeError(ErrorCodes.LimitReached);
        error["limit_subject"]!.GetValue<string>().ShouldBe("api_key");
        error["limit_size"]!.GetValue<long>().ShouldBe(150_000);
        refused.Header("x-should-retry").ShouldBe("false");

        var id = (await mei.GetAsync("/api/v1/api-keys")).Json.GetProperty("items")[0].GetProperty("id").GetInt64();
        var day = (await mei.GetAsync("/api/v1/limits"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(i => i.GetProperty("period").GetString() == "day");
        day.GetProperty("api_key_id").GetInt64().ShouldBe(id);
        day.GetProperty("credit_micros").GetInt64().ShouldBe(CallFixture.UsualCostMicros);
        day.GetProperty("resets_at").GetString().ShouldNotBeNullOrEmpty();
        (await (await app.SignUpAsync("bob")).GetAsync("/api/v1/limits"))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);

        (await mei.PatchAsync($"/api/v1/api-keys/{id}", new { limits = new { credit_per_day = 5 } })).ShouldBe(
            HttpStatusCode.OK
        );
        (await script.PostAsync("/v1/chat/completions", Chat("hi", maxTokens: 200))).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string> KeyAsync(TestUser user, object terms) =>
        (await user.PostAsync("/api/v1/api-keys", terms))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;
}
