using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>Anthropic's threads: later turns send only what is new.</summary>
public sealed class MessageThreadTests
{
    [Theory]
    [InlineData("""{"type":"create"}""")]
    [InlineData("""{"type":"continue","previous_message_id":"msg_1"}""")]
    public async Task A_thread_is_refused_with_what_makes_its_client_go_on_without_one(string thread)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var body = JsonNode.Parse("""{"model":"fake","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""")!;
        body["thread"] = JsonNode.Parse(thread);
        var refused = await (await app.SignUpAsync()).PostAsync("/v1/messages", body);
        refused.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        var error = JsonNode.Parse(refused.Text)!["error"]!;
        error["param"]!.GetValue<string>().ShouldBe("thread");
        error["details"]!
            .ToJsonString()
            .ShouldBe("""{"error_code":"thread_unsupported_request","unsupported":["thread"]}""");
        provider.Received.ShouldBeEmpty();
    }
}
