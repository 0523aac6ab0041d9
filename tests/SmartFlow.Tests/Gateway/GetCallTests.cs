using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

public sealed class GetCallTests
{
    [Fact]
    public async Task A_call_is_shown_to_its_owner_alone()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var (mei, bob) = (await app.SignUpAsync(), await app.SignUpAsync("bob"));
        await mei.ChatAsync(Chat("hi"), "a/b c".Replace(' ', '-'));
        var call = (await mei.GetAsync("/api/v1/calls/a/b-c")).ShouldBe(HttpStatusCode.OK).Json;
        call.GetProperty("credit_micros").GetInt64().ShouldBe(FakeAnswerMicros);
        call.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(10);
        call.GetProperty("outcome").GetString().ShouldBe("completed");
        (await bob.GetAsync("/api/v1/calls/a/b-c")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_call_remembers_the_key_that_it_came_with()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var script = app.WithKey(await mei.CreateApiKeyAsync());
        var id = (await mei.GetAsync("/api/v1/api-keys")).Json.GetProperty("items")[0].GetProperty("id").GetInt64();
        (await script.PostAsync("/v1/chat/completions", Chat("hi"), ("Idempotency-Key", "by-key"))).ShouldBe(
            HttpStatusCode.OK
        );
        await mei.ChatAsync(Chat("hi"), "by-hand");
        (await KeyOfAsync("by-key")).ShouldBe(id);
        (await KeyOfAsync("by-hand")).ShouldBe(0);

        provider.Answers = _ => new FakeAnswer { Status = 500 };
        await mei.ChatAsync(Chat("again"), "twice");
        provider.Answers = _ => new FakeAnswer();
        (await script.PostAsync("/v1/chat/completions", Chat("again"), ("Idempotency-Key", "twice"))).ShouldBe(
            HttpStatusCode.OK
        );
        (await KeyOfAsync("twice")).ShouldBe(id);

        async Task<long> KeyOfAsync(string call) =>
            (await mei.GetAsync("/api/v1/calls/" + call))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("api_key_id")
                .GetInt64();
    }
}
