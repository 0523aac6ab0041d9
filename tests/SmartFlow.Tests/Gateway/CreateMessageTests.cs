using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>/v1/messages: Anthropic's form of the same calls.</summary>
public class CreateMessageTests
{
    private const string Everything = """
        {"model":"MODEL","max_tokens":50,"temperature":0.5,"stop_sequences":["x"],"top_k":5,"thinking":{"type":"enabled","budget_tokens":10},
         "metadata":{"user_id":"u1"},"service_tier":"auto","unknown":1,
         "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
         "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],
         "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
         "messages":[
           {"role":"user","content":[{"type":"text","text":"What?"},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
             {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]},
           {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"I ask."},
             {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},
           {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"1","cache_control":{"type":"ephemeral"}},
             {"type":"text","text":"And?"}]}]}
        """;

    [Fact]
    public async Task What_is_asked_reaches_a_provider_as_chat_without_what_only_anthropic_knows()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        (await AskAsync(await app.SignUpAsync(), Everything.Replace("MODEL", ""))).ShouldBe(
            System.Net.HttpStatusCode.OK
        );
        JsonNode
            .DeepEquals(
                provider.Received.ShouldHaveSingleItem().Body,
                JsonNode.Parse(
                    """
                    {"model":"fake","max_tokens":50,"temperature":0.5,"stop":["x"],"unknown":1,"user":"u1",
                     "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"description":"d"}}],
                     "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
                     "messages":[{"role":"system","content":[{"type":"text","text":"Be brief."}]},
                       {"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                         {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
                       {"role":"assistant","content":[{"type":"text","text":"I ask."}],
                         "tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
                       {"role":"tool","content":[{"type":"text","text":"1"}],"tool_call_id":"t1"},
                       {"role":"user","content":[{"type":"text","text":"And?"}]}]}
                    """
                )
            )
            .ShouldBeTrue(provider.Received.Single().Raw);
    }

    [Fact]
    public async Task What_is_asked_reaches_anthropic_with_its_own_members_and_cache_marks()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer
        {
            Raw = (
                "application/json",
                """
                {"id":"msg_1","type":"message","model":"claude","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn",
                 "usage":{"input_tokens":10,"output_tokens":2,"cache_read_input_tokens":30,"cache_creation_input_tokens":4}}
                """
            ),
        };
        await using var app = await StartWithAnthropicAsync(provider);
        var answer = await AskAsync(await app.SignUpAsync(), Everything.Replace("MODEL", "claude"));
        var sent = provider.Received.ShouldHaveSingleItem().Body;
        (
            sent["top_k"]!.GetValue<int>(),
            sent["thinking"]!["budget_tokens"]!.GetValue<int>(),
            sent["metadata"]!["user_id"]!.GetValue<string>()
        ).ShouldBe((5, 10, "u1"));
        sent.ContainsKey("smartflow").ShouldBeFalse();
        sent.ToJsonString().Split("\"cache_control\":{\"type\":\"ephemeral\"}").Length.ShouldBe(4, sent.ToJsonString());
        sent["messages"]![0]!["content"]![1]!["source"]!["data"]!.GetValue<string>().ShouldBe("AAAA");
        sent["tool_choice"]!.ToJsonString().ShouldBe("""{"type":"tool","name":"f","disable_parallel_tool_use":true}""");
        var message = JsonNode.Parse(answer.Text)!;
        message["id"]!.GetValue<string>().ShouldBe("msg_1");
        message["usage"]!
            .ToJsonString()
            .ShouldBe(
                """{"input_tokens":10,"output_tokens":2,"cache_read_input_tokens":30,"cache_creation_input_tokens":4}"""
            );
    }

    [Fact]
    public async Task Nothing_that_decides_the_cost_can_be_said_to_anthropic_behind_our_back()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartWithAnthropicAsync(provider);
        await (await app.SignUpAsync()).PostAsync(
            "/v1/chat/completions",
            new StringContent(
                """
                {"model":"claude","max_tokens":5,"messages":[{"role":"user","content":"hi"}],
                 "smartflow":{"anthropic":{"max_tokens":100000,"model":"dearest","messages":[],"top_k":3}}}
                """,
                null,
                "application/json"
            )
        );
        var sent = provider.Received.ShouldHaveSingleItem().Body;
        (
            sent["max_tokens"]!.GetValue<int>(),
            sent["model"]!.GetValue<string>(),
            sent["messages"]!.AsArray().Count,
            sent["top_k"]!.GetValue<int>()
        ).ShouldBe((5, "claude", 1, 3));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "max_tokens")]
    [InlineData("""{"max_tokens":5}""", "messages")]
    [InlineData("""{"max_tokens":5,"messages":[]}""", "messages")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"robot","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData(
        """{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"document"}]}]}""",
        "messages[0].content[0]"
    )]
    [InlineData(
        """{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_use"}]}]}""",
        "messages[0].content[0]"
    )]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[null]}]}""", "messages[0].content[0]")]
    [InlineData(
        """{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file"}}]}]}""",
        "messages[0].content[0].source"
    )]
    [InlineData(
        """{"max_tokens":5,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}""",
        "tools[0]"
    )]
    [InlineData(
        """{"max_tokens":5,"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"every"}}""",
        "tool_choice.type"
    )]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":"a"}],"mcp_servers":[]}""", "mcp_servers")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":"a"}],"stream":"yes"}""", "stream")]
    public async Task What_cannot_be_asked_is_refused_with_its_field_in_anthropics_shape(string body, string field)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var answer = await AskAsync(await app.SignUpAsync(), body);
        var error = JsonNode.Parse(answer.ShouldBe(System.Net.HttpStatusCode.BadRequest).Text)!;
        error["type"]!.GetValue<string>().ShouldBe("error");
        (error["error"]!["type"]!.GetValue<string>(), error["error"]!["param"]!.GetValue<string>()).ShouldBe(
            ("invalid_request_error", field)
        );
        provider.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"max_tokens\":5,\"messages\":[null]}")]
    [InlineData("{\"max_tokens\":5,\"messages\":[7]}")]
    [InlineData("{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[7]}]}")]
    [InlineData("{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":[]}]}]}")]
    [InlineData("{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[7]}")]
    [InlineData(
        "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"metadata\":7,\"tool_choice\":\"auto\"}"
    )]
    [InlineData("nonsense")]
    public async Task What_is_no_request_is_a_refusal_and_no_defect(string body)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        (await AskAsync(await app.SignUpAsync(), body)).ShouldBe(System.Net.HttpStatusCode.BadRequest);
        provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_is_known_by_its_own_header_only_where_keys_are()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (string, string)[] key = [("x-api-key", await mei.CreateApiKeyAsync())];
        (await app.Anonymous.FetchAsync("/v1/models", key)).ShouldBe(System.Net.HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync("/api/v1/auth/me", key)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.FetchAsync("/v1/models", ("x-api-key", mei.AccessToken))).ShouldBe(
            System.Net.HttpStatusCode.Unauthorized
        );
        var refused = await app.Anonymous.PostAsync("/v1/messages", new { }, ("x-api-key", "sf-wrong"));
        JsonNode.Parse(refused.ShouldBe(System.Net.HttpStatusCode.Unauthorized).Text)!["error"]!["type"]!
            .GetValue<string>()
            .ShouldBe("authentication_error");
    }

    private static Task<SmartFlowApp> StartWithAnthropicAsync(FakeProvider provider) =>
        GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Llm:Providers:0:Name"] = "anthropic";
            s.Settings["Llm:Providers:0:Api"] = "Anthropic";
            s.Settings["Llm:Providers:0:BaseUrl"] = provider.BaseUrl;
            s.Settings["Llm:Providers:0:Models:0"] = "claude";
        });

    private static Task<Answer> AskAsync(TestUser user, string body) =>
        user.PostAsync("/v1/messages", new StringContent(body, null, "application/json"));
}
