using System.Net;
using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>What Claude Code and other programs of Anthropic's surface send besides texts.</summary>
public sealed class MessageContentTests
{
    private const string Blocks = """
        {"model":"MODEL","max_tokens":50,"stream":false,"cache_control":{"type":"ephemeral","ttl":"1h"},"speed":"standard","betas":["x"],
         "context_management":{"edits":[]},"output_config":{"effort":"high","format":{"type":"json_schema","schema":SCHEMA}},
         "tools":[{"name":"f","input_schema":{"type":"object"},"defer_loading":true},{"type":"tool_search_tool_regex_20251119","name":"t"}],
         "system":[{"type":"text","text":"Rules.","cache_control":{"type":"ephemeral","ttl":"1h","scope":"global"}}],
         "messages":[
           {"role":"system","content":"Mid-way."},
           {"role":"user","content":[{"type":"document","title":"T","context":"C","source":{"type":"text","media_type":"text/plain","data":"plain"}},
             {"type":"document","source":{"type":"base64","media_type":"text/markdown","data":"IyBB"}},
             {"type":"document","source":{"type":"content","content":[{"type":"text","text":"inner"}]}},
             {"type":"search_result","title":"S","source":"https://example.org","content":[{"type":"text","text":"found"}],"citations":{"enabled":true}}]},
           {"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},
             {"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"compaction","content":"Before."},{"type":"tool_use","id":"t1","name":"f","input":{}},
             {"type":"tool_use","id":"t2","name":"f","input":{"cache_control":{"ttl":"1h"}}}]},
           {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"seen"},
               {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},{"type":"tool_reference","tool_name":"g"}]},
             {"type":"tool_result","tool_use_id":"t2","content":[{"type":"document","source":{"type":"text","data":"doc"}}]},
             {"type":"text","text":"Go on.","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}
        """;

    private const string Strict =
        """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    [Fact]
    public async Task What_others_read_reaches_them_as_texts_and_images()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        (
            await AskAsync(
                mei,
                Blocks.Replace("MODEL", "fake").Replace("SCHEMA", Strict),
                "?beta=true",
                ("anthropic-beta", "of-tomorrow-2030-01-01,x")
            )
        ).ShouldBe(HttpStatusCode.OK);
        JsonNode
            .DeepEquals(
                provider.Received.ShouldHaveSingleItem().Body,
                JsonNode.Parse(
                    """
                    {"model":"fake","max_tokens":50,"response_format":{"type":"json_schema","json_schema":{"name":"output","schema":SCHEMA,"strict":true}},
                     "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
                     "messages":[{"role":"system","content":[{"type":"text","text":"Rules."}]},{"role":"system","content":"Mid-way."},
                       {"role":"user","content":[{"type":"text","text":"T\nC\nplain"},{"type":"text","text":"# A"},{"type":"text","text":"inner"},
                         {"type":"text","text":"S\nhttps://example.org\nfound"}]},
                       {"role":"assistant","content":[{"type":"text","text":"Before."}],"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}},
                         {"id":"t2","type":"function","function":{"name":"f","arguments":"{\"cache_control\":{\"ttl\":\"1h\"}}"}}]},
                       {"role":"tool","content":[{"type":"text","text":"seen"},{"type":"text","text":"Tool: g"}],"tool_call_id":"t1"},
                       {"role":"tool","content":[{"type":"text","text":"doc"}],"tool_call_id":"t2"},
                       {"role":"user","content":[{"type":"text","text":"Images in the result of the tool call t1:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
                       {"role":"user","content":[{"type":"text","text":"Go on."}]}]}
                    """.Replace("SCHEMA", Strict)
                )
            )
            .ShouldBeTrue(provider.Received.Single().Raw);
        provider.Forget();
        const string loose = """{"type":"object","properties":{"a":{"type":"string"}}}""";
        (
            await AskAsync(
                mei,
                $$"""{"model":"fake","max_tokens":5,"output_format":{"type":"json_schema","schema":{{loose}}},"messages":[{"role":"user","content":"a"}]}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        provider.Received.Single().Body["response_format"]!
            .ToJsonString()
            .ShouldBe($$$"""{"type":"json_schema","json_schema":{"name":"output","schema":{{{loose}}}}}""");
    }

    [Fact]
    public async Task Anthropic_gets_them_as_they_are_but_for_what_has_another_price()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer
        {
            Raw = (
                "application/json",
                """{"id":"msg_1","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"""
            ),
        };
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        (await AskAsync(mei, Blocks.Replace("MODEL", "claude").Replace("SCHEMA", Strict))).ShouldBe(HttpStatusCode.OK);
        var sent = provider.Received.ShouldHaveSingleItem().Body;
        JsonNode
            .DeepEquals(
                sent["output_config"],
                JsonNode.Parse($$$"""{"effort":"high","format":{"type":"json_schema","schema":{{{Strict}}}}}""")
            )
            .ShouldBeTrue(sent.ToJsonString());
        sent["cache_control"]!.ToJsonString().ShouldBe("""{"type":"ephemeral"}""");
        sent["system"]![0]!["cache_control"]!.ToJsonString().ShouldBe("""{"type":"ephemeral","scope":"global"}""");
        sent["system"]![1]!["text"]!.GetValue<string>().ShouldBe("Mid-way.");
        sent["messages"]![1]!["content"]![2]!["input"]!
            .ToJsonString()
            .ShouldBe("""{"cache_control":{"ttl":"1h"}}""", "what stands in a tool's input is no mark");
        sent["messages"]![2]!["content"]![0]!["content"]![1]!["type"]!.GetValue<string>().ShouldBe("image");
        foreach (var name in (string[])["betas", "speed", "context_management", "smartflow"])
            sent.ContainsKey(name).ShouldBeFalse(name);

        const string pdf =
            """{"type":"document","title":"T","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}""";
        const string linked = """{"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}""";
        foreach (var document in (string[])[pdf, linked])
        {
            provider.Forget();
            var body =
                $$"""{"model":"MODEL","max_tokens":5,"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a"},{{document}}]}]}""";
            (await AskAsync(mei, body.Replace("MODEL", "claude"))).ShouldBe(HttpStatusCode.OK);
            JsonNode
                .DeepEquals(provider.Received.Single().Body["messages"]![0]!["content"]![1], JsonNode.Parse(document))
                .ShouldBeTrue(provider.Received.Single().Raw);
            var refused = await AskAsync(mei, body.Replace("MODEL", "fake"));
            JsonNode.Parse(refused.ShouldBe(HttpStatusCode.BadRequest).Text)!["error"]!["param"]!
                .GetValue<string>()
                .ShouldBe("messages[0].content[1]");
            provider.Received.Count.ShouldBe(1);
        }
        // By the name of the responses surface, too.
        provider.Forget();
        (
            await mei.PostAsync(
                "/v1/responses",
                new StringContent(
                    """{"model":"claude","input":[{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"JVBERg=="}]}]}""",
                    null,
                    "application/json"
                )
            )
        ).ShouldBe(HttpStatusCode.OK);
        provider.Received.Single().Body["messages"]![0]!["content"]![0]!["source"]!["media_type"]!
            .GetValue<string>()
            .ShouldBe("application/pdf");
    }

    [Fact]
    public async Task A_streams_first_event_tells_what_the_prompt_probably_has()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var body =
            """{"model":"fake","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"TEXT"}]}""".Replace(
                "TEXT",
                new string('x', 3_000)
            );
        var counted = (
            await mei.PostAsync("/v1/messages/count_tokens", new StringContent(body, null, "application/json"))
        )
            .Json.GetProperty("input_tokens")
            .GetInt64();
        counted.ShouldBe(1_004);
        Started(await AskAsync(mei, body, "", ("Idempotency-Key", "key"))).ShouldBe(counted);
        // A stored answer knows what it used.
        Started(await AskAsync(mei, body, "", ("Idempotency-Key", "key"))).ShouldBe(10);
        (await AskAsync(mei, body.Replace("true", "false"), "", ("Idempotency-Key", "key")))
            .Header("x-smartflow-replayed")
            .ShouldBe("true");
    }

    [Theory]
    [InlineData("""{"type":"document","source":{"type":"file","file_id":"f"}}""", "messages[0].content[0].source")]
    [InlineData(
        """{"type":"document","source":{"type":"base64","media_type":"application/zip","data":"AA=="}}""",
        "messages[0].content[0].source"
    )]
    [InlineData(
        """{"type":"document","source":{"type":"base64","media_type":"text/plain","data":"%"}}""",
        "messages[0].content[0].source.data"
    )]
    [InlineData(
        """{"type":"document","source":{"type":"content","content":[null]}}""",
        "messages[0].content[0].source.content[0]"
    )]
    [InlineData(
        """{"type":"image","source":{"type":"base64","media_type":"audio/wav","data":"AA=="}}""",
        "messages[0].content[0].source.media_type"
    )]
    [InlineData("""{"type":"container_upload","file_id":"f"}""", "messages[0].content[0]")]
    [InlineData("""{"type":"server_tool_use","id":"s","name":"n","input":{}}""", "messages[0].content[0]")]
    [InlineData(
        """{"type":"tool_result","tool_use_id":"t","content":[{"type":"dance"}]}""",
        "messages[0].content[0].content[0]"
    )]
    [InlineData(
        """{"type":"text","text":"a"}],"x":[]}],"output_config":{"format":{"type":"text"}},"y":[{"z":[1""",
        "output_config.format"
    )]
    [InlineData("""{"type":"text","text":"a"}],"x":[]}],"output_format":7,"y":[{"z":[1""", "output_format")]
    [InlineData(
        """{"type":"text","text":"a"}],"x":[]}],"tools":[{"type":"bash_20250124","name":"bash"}],"y":[{"z":[1""",
        "tools[0]"
    )]
    public async Task Odd_blocks_are_refused_by_their_field(string block, string field)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await AskAsync(
            await app.SignUpAsync(),
            $$"""{"model":"demo","max_tokens":5,"messages":[{"role":"user","content":[{{block}}]}]}"""
        );
        answer.ShouldBe(HttpStatusCode.BadRequest);
        (JsonNode.Parse(answer.Text)!["error"]!["param"]?.GetValue<string>() ?? "").ShouldBe(
            field == "output_format" ? "" : field
        );
    }

    private static Task<SmartFlowApp> StartAsync(FakeProvider provider) => GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Llm:Providers:0:Name"] = "anthropic";
            s.Settings["Llm:Providers:0:Api"] = "Anthropic";
            s.Settings["Llm:Providers:0:BaseUrl"] = provider.BaseUrl;
            s.Settings["Llm:Providers:0:Models:0"] = "claude";
        });

    private static long Started(Answer answer) =>
        JsonNode.Parse(
            answer
                .ShouldBe(HttpStatusCode.OK)
                .Text.Split('\n')
                .First(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..]
        )!["message"]!["usage"]!["input_tokens"]!.GetValue<long>();

    private static Task<Answer> AskAsync(
        TestUser user,
        string body,
        string query = "",
        params (string, string)[] headers
    ) => user.PostAsync("/v1/messages" + query, new StringContent(body, null, "application/json"), headers);
}
