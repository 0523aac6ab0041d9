using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>The tools that agents send to /v1/responses by default, and the items that they send back.</summary>
public sealed class ResponseToolsTests
{
    private const string Tools = """
        [{"type":"function","name":"exec","description":"Runs.","strict":false,"parameters":{"type":"object"}},
         {"type":"custom","name":"apply","description":"Patches.","format":{"type":"grammar","syntax":"lark","definition":"start: X"}},
         {"type":"namespace","name":"mcp__files","description":"d","tools":[{"type":"function","name":"read","defer_loading":true,"parameters":{"type":"object"}},
           {"type":"function","name":"exec","parameters":{"type":"object"}}]},
         {"type":"local_shell"},{"type":"shell"},{"type":"apply_patch"},{"type":"tool_search"},{"type":"web_search","external_web_access":false}]
        """;

    [Fact]
    public async Task What_agents_send_by_default_is_carried_or_dropped()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        (
            await AskAsync(
                mei,
                $$$"""
                {"store":false,"include":["reasoning.encrypted_content"],"reasoning":{"effort":"medium","summary":"auto"},"text":{"verbosity":"low"},
                 "parallel_tool_calls":false,"tool_choice":"auto","prompt_cache_key":"k","service_tier":"auto","client_metadata":{"a":"b"},"tools":{{{Tools}}},
                 "input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules."}]},
                   {"type":"message","role":"user","content":[{"type":"input_text","text":"Go."}]},
                   {"type":"reasoning","summary":[],"encrypted_content":"x"},{"type":"web_search_call","status":"completed","action":{"type":"search"}},
                   {"type":"custom_tool_call","call_id":"c1","name":"apply","input":"+ \"a\""},{"type":"custom_tool_call_output","call_id":"c1","output":"ok"},
                   {"type":"local_shell_call","call_id":"c2","status":"completed","action":{"type":"exec","command":["ls"]}},
                   {"type":"local_shell_call_output","call_id":"c2","output":"a.txt"},
                   {"type":"function_call","call_id":"c3","namespace":"mcp__files","name":"exec","arguments":"{}"},
                   {"type":"function_call_output","call_id":"c3","output":[{"type":"input_text","text":"done"},{"type":"input_image","image_url":"data:image/png;base64,AA"}]}]}
                """
            )
        ).ShouldBe(HttpStatusCode.OK);
        var sent = provider.Received.ShouldHaveSingleItem().Body;
        sent["tools"]!
            .AsArray()
            .Select(t => t!["function"]!["name"]!.GetValue<string>())
            .ShouldBe(["exec", "apply", "read", "mcp__files__exec"]);
        sent["tools"]!
            .AsArray()
            .ShouldAllBe(t => t!["type"]!.GetValue<string>() == "function" && t["function"]!["defer_loading"] == null);
        sent["tools"]![1]!["function"]!["description"]!.GetValue<string>().ShouldContain("start: X");
        sent["tools"]![1]!["function"]!["parameters"]!["required"]!.ToJsonString().ShouldBe("[\"input\"]");
        foreach (var dropped in (string[])["service_tier", "client_metadata", "include", "store", "smartflow"])
            sent.ContainsKey(dropped).ShouldBeFalse(dropped);
        JsonNode
            .DeepEquals(
                sent["messages"],
                JsonNode.Parse(
                    """
                    [{"role":"developer","content":[{"type":"text","text":"Rules."}]},{"role":"user","content":[{"type":"text","text":"Go."}]},
                     {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"apply","arguments":"{\"input\":\"+ \\\"a\\\"\"}"}}]},
                     {"role":"tool","content":"ok","tool_call_id":"c1"},
                     {"role":"assistant","content":null,"tool_calls":[{"id":"c2","type":"function","function":{"name":"local_shell","arguments":"{\"type\":\"exec\",\"command\":[\"ls\"]}"}}]},
                     {"role":"tool","content":"a.txt","tool_call_id":"c2"},
                     {"role":"assistant","content":null,"tool_calls":[{"id":"c3","type":"function","function":{"name":"mcp__files__exec","arguments":"{}"}}]},
                     {"role":"tool","content":[{"type":"text","text":"done"}],"tool_call_id":"c3"},
                     {"role":"user","content":[{"type":"text","text":"Images in the result of the tool call c3:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}]
                    """
                )
            )
            .ShouldBeTrue(sent["messages"]!.ToJsonString());

        provider.Forget();
        (
            await AskAsync(
                mei,
                """{"input":"x","tools":[{"type":"local_shell"}],"tool_choice":"auto","parallel_tool_calls":true}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        var bare = provider.Received.ShouldHaveSingleItem().Body;
        (
            bare.ContainsKey("tools") || bare.ContainsKey("tool_choice") || bare.ContainsKey("parallel_tool_calls")
        ).ShouldBeFalse(bare.ToJsonString());
        provider.Forget();
        (
            await AskAsync(
                mei,
                $$$"""{"input":"x","tools":{{{Tools}}},"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"read"}]}}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        var allowed = provider.Received.ShouldHaveSingleItem().Body;
        (allowed["tools"]!.AsArray().Count, allowed["tool_choice"]!.GetValue<string>()).ShouldBe((1, "required"));
    }

    [Fact]
    public async Task What_would_run_at_the_provider_is_refused_and_nothing_is_asked()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        foreach (
            var (field, more) in ((string, string)[])
                [
                    ("tools", """ "tools":[{"type":"web_search"}] """),
                    ("tools", """ "tools":[{"type":"web_search_preview"}] """),
                    ("tools", """ "tools":[{"type":"web_search","external_web_access":true}] """),
                    ("tools", """ "tools":[{"type":"file_search","vector_store_ids":["v"]}] """),
                    ("tools", """ "tools":[{"type":"mcp","server_url":"https://a.org"}] """),
                    ("tools", """ "tools":[{"type":"code_interpreter","container":{"type":"auto"}}] """),
                    ("tools", """ "tools":[{"type":"image_generation"}] """),
                    ("tools", """ "tools":[{"type":"computer_use_preview"}] """),
                    ("tools", """ "tools":[{"name":"x"}] """),
                    ("tools", """ "tools":7 """),
                    ("tools[0]", """ "tools":[null] """),
                    ("tool_choice", """ "tools":[{"type":"local_shell"}],"tool_choice":"required" """),
                    ("tool_choice", """ "tools":[{"type":"local_shell"}],"tool_choice":{"type":"local_shell"} """),
                    ("tool_choice", """ "tool_choice":{"type":"web_search_preview"} """),
                    ("reasoning.mode", """ "reasoning":{"effort":"low","mode":"pro"} """),
                    ("store", """ "store":"no" """),
                    ("background", """ "background":true """),
                    ("conversation", """ "conversation":"c" """),
                    ("prompt", """ "prompt":{"id":"p"} """),
                    ("service_tier", """ "service_tier":"priority" """),
                ]
        )
            (await AskAsync(mei, $$"""{"input":"x",{{more}}}""")).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
                .GetValue<string>()
                .ShouldBe(field, more);
        foreach (
            var (field, item) in ((string, string)[])
                [
                    ("input[0]", """{"type":"dance"}"""),
                    ("input[0]", "null"),
                    ("input[0].role", """{"role":"robot","content":"x"}"""),
                    ("input[0].role", """{"type":"message","content":"x"}"""),
                    ("input[0].content", """{"role":"user"}"""),
                    ("input[0].content[0]", """{"role":"user","content":[{"type":"input_audio"}]}"""),
                    ("input[0].content[0]", """{"role":"user","content":[{"type":"input_image","file_id":"f"}]}"""),
                    (
                        "input[0].content[0].image_url",
                        """{"role":"user","content":[{"type":"input_image","image_url":"https://10.0.0.1/a.png"}]}"""
                    ),
                    (
                        "input[0].content[0].file_url",
                        """{"role":"user","content":[{"type":"input_file","file_url":"http://example.org/a.pdf"}]}"""
                    ),
                    (
                        "input[0].content[0]",
                        """{"role":"user","content":[{"type":"input_file","file_url":"https://example.org/a.pdf"}]}"""
                    ),
                    (
                        "input[0].content[0]",
                        """{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"AAAA"}]}"""
                    ),
                    (
                        "input[0].content[0].file_data",
                        """{"role":"user","content":[{"type":"input_file","file_data":"data:text/plain;base64,%%"}]}"""
                    ),
                    (
                        "input[0].content[0].file_data",
                        """{"role":"user","content":[{"type":"input_file","file_data":"data:application/zip;base64,AA=="}]}"""
                    ),
                ]
        )
            (await AskAsync(mei, $$"""{"input":[{{item}}]}""")).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
                .GetValue<string>()
                .ShouldBe(field, item);
        provider.Received.ShouldBeEmpty();
        (
            await AskAsync(
                mei,
                """{"input":[{"role":"user","content":[{"type":"input_file","filename":"a.md","file_data":"data:text/markdown;base64,IyBB"}]}]}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        provider.Received.Single().Body["messages"]![0]!["content"]![0]!["text"]!
            .GetValue<string>()
            .ShouldBe("a.md:\n# A");
    }

    [Fact]
    public async Task A_call_of_a_custom_tool_comes_back_as_one()
    {
        const string arguments = """{"input":"*** \"Begin\"\nÄ"}""";
        const string text = "*** \"Begin\"\nÄ";
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = c =>
            c.Stream
                ? new FakeAnswer
                {
                    Raw = (
                        "text/event-stream",
                        Chunk("", "apply")
                            + Chunk(arguments[..9])
                            + Chunk(arguments[9..])
                            + Chunk("{}", "read", 1)
                            + End
                    ),
                }
                : new FakeAnswer
                {
                    Raw = (
                        "application/json",
                        $$"""{"id":"c","choices":[{"index":0,"message":{"content":null,"tool_calls":[{{Tool(arguments, "apply")}},{{Tool("{}", "read", 1)}}]},"finish_reason":"tool_calls"}]}"""
                    ),
                };
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        var plain = JsonNode.Parse(
            (await AskAsync(mei, $$"""{"input":"x","tools":{{Tools}}}""", "key")).ShouldBe(HttpStatusCode.OK).Text
        )!;
        var streamed = await AskAsync(mei, $$"""{"input":"y","stream":true,"tools":{{Tools}}}""");
        var events = streamed
            .Text.Split('\n')
            .Where(l => l.StartsWith("data: ", StringComparison.Ordinal))
            .Select(l => JsonNode.Parse(l[6..])!)
            .ToList();
        foreach (var output in (JsonNode[])[plain["output"]!, events[^1]["response"]!["output"]!])
        {
            var custom = output[0]!;
            (
                custom["type"]!.GetValue<string>(),
                custom["name"]!.GetValue<string>(),
                custom["call_id"]!.GetValue<string>(),
                custom["input"]!.GetValue<string>()
            ).ShouldBe(("custom_tool_call", "apply", "call_0", text));
            (custom["id"]!.GetValue<string>()[..4], custom["arguments"]).ShouldBe(("ctc_", null));
            (output[1]!["type"]!.GetValue<string>(), output[1]!["namespace"]!.GetValue<string>()).ShouldBe(
                ("function_call", "mcp__files")
            );
        }
        events.Select(e => e["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, events.Count));
        var custom0 = events.Where(e => e["output_index"]?.GetValue<int>() == 0).ToList();
        custom0
            .Select(e => e["type"]!.GetValue<string>())
            .ShouldBe([
                "response.output_item.added",
                "response.custom_tool_call_input.delta",
                "response.custom_tool_call_input.done",
                "response.output_item.done",
            ]);
        custom0[1]["delta"]!.GetValue<string>().ShouldBe(text);
        custom0[2]["input"]!.GetValue<string>().ShouldBe(text);
        custom0[2]["item_id"]!.GetValue<string>().ShouldBe(custom0[0]["item"]!["id"]!.GetValue<string>());

        // It is sent back by its id, and kept as what it was.
        provider.Answers = _ => new FakeAnswer();
        provider.Forget();
        var id = plain["output"]![0]!["id"]!.GetValue<string>();
        (
            await AskAsync(
                mei,
                $$"""{"tools":{{Tools}},"input":[{"type":"item_reference","id":"{{id}}"},{"type":"custom_tool_call_output","call_id":"call_0","output":"ok"}]}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        (
            await AskAsync(
                mei,
                $$"""{"tools":{{Tools}},"previous_response_id":"{{plain["id"]}}","input":[{"type":"custom_tool_call_output","call_id":"call_0","output":"ok"}]}"""
            )
        ).ShouldBe(HttpStatusCode.OK);
        foreach (var call in provider.Received)
            JsonNode.Parse(
                call.Body["messages"]!.AsArray().First(m => m!["role"]!.GetValue<string>() == "assistant")![
                    "tool_calls"
                ]![0]!["function"]!["arguments"]!.GetValue<string>()
            )!["input"]!
                .GetValue<string>()
                .ShouldBe(text);
    }

    private const string End =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";

    private static string Tool(string arguments, string name, int index = 0) =>
        $$$"""{"index":{{{index}}},"id":"call_{{{index}}}","type":"function","function":{"name":"{{{name}}}","arguments":{{{JsonValue.Create(arguments)!.ToJsonString()}}}}}""";

    private static string Chunk(string arguments, string? name = null, int index = 0)
    {
        var call = name is null
            ? $$$"""{"index":{{{index}}},"function":{"arguments":{{{JsonValue.Create(arguments)!.ToJsonString()}}}}}"""
            : Tool(arguments, name, index);
        return $"data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n";
    }

    private static Task<Answer> AskAsync(TestUser user, string body, string? key = null) =>
        user.PostAsync(
            "/v1/responses",
            new StringContent(body, null, "application/json"),
            key is null ? [] : [("Idempotency-Key", key)]
        );
}
