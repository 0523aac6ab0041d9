using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>/v1/responses: another form of the same calls.</summary>
public class CreateResponseTests
{
    [Fact]
    public async Task A_repeat_is_answered_from_the_journal_in_either_form_and_charged_once()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        var first = await AskAsync(mei, """{"input":"hi"}""", "key");
        var again = await AskAsync(mei, """{"input":"hi"}""", "key");
        again.Header("x-smartflow-replayed").ShouldBe("true");
        again.Text.ShouldBe(first.Text);
        var streamed = await AskAsync(mei, """{"input":"hi","stream":true}""", "key");
        streamed.Header("x-smartflow-replayed").ShouldBe("true");
        Completed(streamed)["output"]!.ToJsonString().ShouldBe(JsonNode.Parse(first.Text)!["output"]!.ToJsonString());
        (await AskAsync(mei, """{"input":"ho"}""", "key")).ShouldBeError(ErrorCodes.KeyReused);
        provider.Received.Count.ShouldBe(1);
        await Eventually.IsTrueAsync(
            async () => await app.BalanceMicrosAsync(mei) == 100_000_000 - CallFixture.UsualCostMicros,
            "one charge"
        );
    }

    [Fact]
    public async Task What_is_asked_reaches_the_provider_as_messages_with_images_tools_and_format()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        await AskAsync(
            mei,
            """
            {"instructions":"Be brief.","max_output_tokens":50,"reasoning":{"effort":"low"},"seed":7,"store":true,
             "text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object"},"strict":true}},
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"tool_choice":{"type":"function","name":"f"},
             "input":[{"role":"user","content":[{"type":"input_text","text":"What?"},{"type":"input_image","image_url":"https://example.org/a.png","detail":"low"}]},
               {"type":"reasoning","id":"rs_1","summary":[]},
               {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call","call_id":"c2","name":"f","arguments":"{}"},
               {"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":"2"}]}
            """
        );
        var sent = provider.Received.ShouldHaveSingleItem().Body;
        JsonNode
            .DeepEquals(
                sent["messages"],
                JsonNode.Parse(
                    """
                    [{"role":"system","content":"Be brief."},
                     {"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"low"}}]},
                     {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
                       {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
                     {"role":"tool","content":"1","tool_call_id":"c1"},{"role":"tool","content":"2","tool_call_id":"c2"}]
                    """
                )
            )
            .ShouldBeTrue(sent["messages"]!.ToJsonString());
        sent["response_format"]!
            .ToJsonString()
            .ShouldBe("""{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"},"strict":true}}""");
        sent["tools"]!
            .ToJsonString()
            .ShouldBe("""[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""");
        sent["tool_choice"]!.ToJsonString().ShouldBe("""{"type":"function","function":{"name":"f"}}""");
        (
            sent["reasoning_effort"]!.GetValue<string>(),
            sent["seed"]!.GetValue<int>(),
            sent.ContainsKey("store")
        ).ShouldBe(("low", 7, false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_met_its_limit_is_incomplete(bool stream)
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer
        {
            Raw = stream
                ? (
                    "text/event-stream",
                    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm.\"}}]}\n\n"
                        + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n"
                )
                : (
                    "application/json",
                    """{"id":"c","choices":[{"index":0,"message":{"content":"Hel","reasoning_content":"Hm."},"finish_reason":"length"}]}"""
                ),
        };
        await using var app = await GatewayClient.StartAsync(provider);
        var answer = await AskAsync(
            await app.SignUpAsync(),
            stream ? """{"input":"hi","stream":true}""" : """{"input":"hi"}"""
        );
        var response = stream ? Completed(answer, "response.incomplete") : JsonNode.Parse(answer.Text)!;
        response["status"]!.GetValue<string>().ShouldBe("incomplete");
        response["incomplete_details"]!["reason"]!.GetValue<string>().ShouldBe("max_output_tokens");
        response["output"]!.AsArray().Select(i => i!["type"]!.GetValue<string>()).ShouldBe(["reasoning", "message"]);
        response["output"]![0]!["summary"]![0]!["text"]!.GetValue<string>().ShouldBe("Hm.");
        response["output"]![1]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("Hel");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"input\":\"x\"} {}")]
    [InlineData("{\"input\":\"x\",\"input\":\"y\"}")]
    [InlineData("{\"input\":\"\\ud800\"}")]
    [InlineData("{\"input\":[{\"role\":7}]}")]
    [InlineData("nonsense")]
    public async Task What_is_no_request_is_refused_and_nothing_is_asked(string body)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        (await AskAsync(await app.SignUpAsync(), body)).ShouldBeError(ErrorCodes.MalformedBody);
        provider.Received.ShouldBeEmpty();
    }

    private static Task<Answer> AskAsync(TestUser user, string body, string? key = null) =>
        user.PostAsync(
            "/v1/responses",
            new StringContent(body, null, "application/json"),
            key is null ? [] : [("Idempotency-Key", key)]
        );

    private static JsonNode Completed(Answer answer, string type = "response.completed") =>
        answer
            .Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(e => e.Split('\n'))
            .Where(e => e[0] == "event: " + type)
            .Select(e => JsonNode.Parse(e[1]["data: ".Length..])!["response"]!)
            .Single();
}
