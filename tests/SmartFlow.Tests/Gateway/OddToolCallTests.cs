using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using static SmartFlow.Tests.Gateway.OddAnswers;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Tool calls are told apart, whatever a server does to their indexes and ids, on every surface and in the stored
/// answer alike.
/// </summary>
public sealed class OddToolCallTests(OddAnswers odd) : IClassFixture<OddAnswers>
{
    private static readonly Called[] Two = [new("t1", "f", "{\"a\":1}"), new("t2", "g", "{\"b\":2}")];

    /// <summary>The value of tool_calls in each chunk; always the same two calls.</summary>
    public static TheoryData<string[]> Orders() =>
        [
            // As it should be, also side by side and begun in the other order of indexes.
            Pieces(
                "[{\"index\":0,\"id\":\"t1\",F},{\"index\":1,\"id\":\"t2\",G}]",
                "[{\"index\":0,F1}]",
                "[{\"index\":1,G1}]",
                "[{\"index\":0,F2}]",
                "[{\"index\":1,G2}]"
            ),
            Pieces(
                "[{\"index\":1,\"id\":\"t1\",F}]",
                "[{\"index\":1,F1}]",
                "[{\"index\":1,F2}]",
                "[{\"index\":2,\"id\":\"t2\",G}]",
                "[{\"index\":2,G1}]",
                "[{\"index\":2,G2}]"
            ),
            // Everything is 0, or nothing.
            Pieces(
                "[{\"index\":0,\"id\":\"t1\",F}]",
                "[{\"index\":0,F1}]",
                "[{\"index\":0,F2}]",
                "[{\"index\":0,\"id\":\"t2\",G}]",
                "[{\"index\":0,G1}]",
                "[{\"index\":0,G2}]"
            ),
            Pieces("[{\"id\":\"t1\",F}]", "[{F1}]", "[{F2}]", "[{\"id\":\"t2\",G}]", "[{G1}]", "[{G2}]"),
            Pieces(
                "[{\"index\":null,\"id\":\"t1\",F}]",
                "[{\"index\":null,\"id\":null,F1}]",
                "[{\"id\":\"\",F2}]",
                "[{\"id\":\"t2\",G}]",
                "[{G1}]",
                "[{G2}]"
            ),
            // The id is in every piece, side by side.
            Pieces(
                "[{\"index\":0,\"id\":\"t1\",F}]",
                "[{\"index\":0,\"id\":\"t2\",G}]",
                "[{\"index\":0,\"id\":\"t1\",F1}]",
                "[{\"index\":0,\"id\":\"t2\",G1}]",
                "[{\"index\":0,\"id\":\"t1\",F2}]",
                "[{\"index\":0,\"id\":\"t2\",G2}]"
            ),
            Pieces(
                "[{\"id\":\"t1\",F}]",
                "[{\"id\":\"t2\",G}]",
                "[{\"id\":\"t1\",F1}]",
                "[{\"id\":\"t2\",G1}]",
                "[{\"id\":\"t1\",F2}]",
                "[{\"id\":\"t2\",G2}]"
            ),
            // Indexes that are none.
            Pieces(
                "[{\"index\":\"0\",\"id\":\"t1\",F}]",
                "[{\"index\":\"0\",F1}]",
                "[{\"index\":\"1\",\"id\":\"t2\",G}]",
                "[{\"index\":\"0\",F2}]",
                "[{\"index\":\"1\",G1}]",
                "[{\"index\":\"1\",G2}]"
            ),
            Pieces(
                "[{\"index\":0.0,\"id\":\"t1\",F}]",
                "[{\"index\":0.0,F1}]",
                "[{\"index\":1.0,\"id\":\"t2\",G}]",
                "[{\"index\":0.0,F2}]",
                "[{\"index\":1.0,G1}]",
                "[{\"index\":1.0,G2}]"
            ),
            Pieces(
                "[{\"index\":-1,\"id\":\"t1\",F}]",
                "[{\"index\":-1,F1}]",
                "[{\"index\":-1,F2}]",
                "[{\"index\":{},\"id\":\"t2\",G}]",
                "[{\"index\":1e99,G1}]",
                "[{\"index\":true,G2}]"
            ),
            Pieces(
                "[{\"index\":70000,\"id\":\"t1\",F}]",
                "[{\"index\":70000,F1}]",
                "[{\"index\":70000,F2}]",
                "[{\"index\":70001,\"id\":\"t2\",G}]",
                "[{\"index\":70001,G1}]",
                "[{\"index\":70001,G2}]"
            ),
            // Not in a list, beside nothing, of no type; arguments as objects.
            Pieces(
                "{\"index\":0,\"id\":\"t1\",\"type\":null,F}",
                "[null,{\"index\":0,F1},7]",
                "[{\"index\":0,F2}]",
                "null",
                "[]",
                "[{\"index\":1,\"id\":\"t2\",\"type\":\"tool\",G}]",
                "[{\"index\":1,G1}]",
                "[{\"index\":1,G2}]"
            ),
            Pieces(
                "[{\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"id\":\"t2\",\"function\":{\"name\":\"g\",\"arguments\":{\"b\":2}}}]"
            ),
            // Without a function around name and arguments.
            Pieces(
                "[{\"id\":\"t1\",\"name\":\"f\",\"arguments\":\"\"}]",
                "[{\"arguments\":\"{\\\"a\\\":\"}]",
                "[{\"arguments\":\"1}\"}]",
                "[{\"id\":\"t2\",\"name\":\"g\",\"arguments\":{\"b\":2}}]"
            ),
            // The name comes after the id, or not with the first arguments.
            Pieces(
                "[{\"index\":0,\"id\":\"t1\"}]",
                "[{\"index\":0,F}]",
                "[{\"index\":0,F1}]",
                "[{\"index\":0,F2}]",
                "[{\"index\":1,\"id\":\"t2\",\"function\":null}]",
                "[{\"index\":1,G}]",
                "[{\"index\":1,G1}]",
                "[{\"index\":1,G2}]"
            ),
        ];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Two_calls_of_a_stream_stay_two(string[] lists)
    {
        var stream = Stream([
            .. lists.Select(l => Chunk($$$"""{"index":0,"delta":{"tool_calls":{{{l}}}}}""")),
            Chunk("""{"index":0,"delta":{},"finish_reason":"tool_calls"}"""),
        ]);
        foreach (var surface in new[] { "chat", "response", "message" })
        {
            var (answer, key) = await odd.AskAsync(surface + " stream", stream);
            See(surface + " stream", answer).Calls.ShouldBe(Two, $"{surface}\n{answer.Text}");
            See(surface, await odd.AgainAsync(surface, key, "")).Calls.ShouldBe(Two, surface + ", stored");
            See(surface + " stream", await odd.AgainAsync(surface + " stream", key, ""))
                .Calls.ShouldBe(Two, surface + ", stored, as a stream");
        }
        (await InProcessAsync(stream)).ShouldBe(Two);
    }

    [Theory]
    [InlineData(
        "[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
        "[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
    )]
    [InlineData(
        "[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
        "[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
    )]
    [InlineData(
        "[{\"id\":7,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
        "[{\"id\":{},\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
    )]
    [InlineData(
        "[{\"id\":\"same\",\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
        "[{\"id\":\"same\",\"index\":1,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
    )]
    public async Task Calls_without_an_id_of_their_own_get_one_that_stays(string first, string second)
    {
        var stream = Stream(
            Chunk($$$"""{"index":0,"delta":{"tool_calls":{{{first}}}}}"""),
            Chunk($$$"""{"index":0,"delta":{"tool_calls":{{{second}}}},"finish_reason":"stop"}""")
        );
        foreach (var surface in new[] { "chat", "response", "message" })
        {
            var (answer, key) = await odd.AskAsync(surface + " stream", stream);
            var calls = See(surface + " stream", answer).Calls;
            calls.Select(c => (c.Name, c.Arguments)).ShouldBe([("f", "{}"), ("f", "{}")], answer.Text);
            calls.Select(c => c.Id).Distinct().Count(id => id.Length > 0).ShouldBe(2);
            See(surface, await odd.AgainAsync(surface, key, "")).Calls.ShouldBe(calls, "stored");
        }
    }

    [Theory]
    [InlineData("[{\"id\":\"t1\",F},null,{\"id\":\"t2\",G}]")]
    [InlineData("[{\"index\":\"x\",\"id\":\"t1\",\"type\":7,F},{\"index\":0,\"id\":\"t2\",\"type\":\"\",G}]")]
    [InlineData(
        "[{\"name\":\"f\",\"arguments\":{\"a\":1},\"id\":\"t1\"},{\"id\":\"t2\",\"name\":\"g\",\"arguments\":\"{\\\"b\\\":2}\"}]"
    )]
    [InlineData(
        "[{\"id\":\"t1\",\"type\":null,\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"id\":\"t2\",G}]"
    )]
    public async Task Two_calls_of_a_plain_answer_stay_two(string calls)
    {
        calls = calls
            .Replace("F", Function("f", "{\\\"a\\\":1}"), StringComparison.Ordinal)
            .Replace("G", Function("g", "{\\\"b\\\":2}"), StringComparison.Ordinal);
        foreach (var surface in new[] { "chat", "response", "message" })
        {
            var plain =
                $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","tool_calls":{{{calls}}}},"finish_reason":"tool_calls"}]}""";
            var (answer, key) = await odd.AskAsync(surface, plain);
            See(surface, answer).Calls.ShouldBe(Two, answer.Text);
            See(surface + " stream", await odd.AgainAsync(surface + " stream", key, ""))
                .Calls.ShouldBe(Two, "stored, as a stream");
            See(surface + " stream", (await odd.AskAsync(surface + " stream", plain)).Answer)
                .Calls.ShouldBe(Two, "a body where a stream was asked for");
        }
    }

    [Theory]
    [InlineData("[{}]", "", "{}")]
    [InlineData("[{\"id\":\"t1\",\"function\":null}]", "", "{}")]
    [InlineData("[{\"id\":\"t1\",\"function\":{\"name\":null}}]", "", "{}")]
    [InlineData("[{\"id\":\"t1\",\"function\":{\"name\":7,\"arguments\":null}}]", "7", "{}")]
    [InlineData("[{\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":[1]}}]", "f", "[1]")]
    [InlineData(
        "[{\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"\\\\ud83d\\\"}\"}}]",
        "f",
        "{\"a\":\"\\ud83d\"}"
    )]
    [InlineData("[{\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":\"nonsense\"}}]", "f", "nonsense")]
    public async Task A_call_that_is_less_than_one_is_shown_all_the_same(string calls, string name, string arguments)
    {
        var plain =
            $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","tool_calls":{{{calls}}}},"finish_reason":"tool_calls"}]}""";
        foreach (var surface in new[] { "chat", "response" })
        {
            var call = See(surface, (await odd.AskAsync(surface, plain)).Answer).Calls.ShouldHaveSingleItem();
            (call.Name, call.Arguments).ShouldBe((name, arguments));
        }
        See("message", (await odd.AskAsync("message", plain)).Answer).Calls.ShouldHaveSingleItem().Name.ShouldBe(name);
    }

    [Fact]
    public async Task Arguments_nested_deeper_than_clients_read_are_given_as_text()
    {
        var deep = string.Concat(Enumerable.Repeat("{\\\"a\\\":", 60)) + "1" + new string('}', 60);
        var plain =
            $$$"""{"id":"c1","choices":[{"index":0,"message":{"tool_calls":[{"id":"t1","function":{"name":"f","arguments":"{{{deep}}}"}}]},"finish_reason":"stop"}]}""";
        foreach (var surface in new[] { "chat", "response", "message" })
            See(surface, (await odd.AskAsync(surface, plain)).Answer.ShouldBe(System.Net.HttpStatusCode.OK))
                .Calls.ShouldHaveSingleItem()
                .Name.ShouldBe("f");
    }

    [Fact]
    public async Task Text_between_the_pieces_of_a_call_cuts_nothing()
    {
        var stream = Stream(
            Chunk("""{"index":0,"delta":{"content":"A"}}"""),
            Chunk(
                """{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","function":{"name":"f","arguments":"{\"a\""}}]}}"""
            ),
            Chunk("""{"index":0,"delta":{"content":"B"}}"""),
            Chunk("""{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}"""),
            Chunk("""{"index":0,"delta":{"content":"C"},"finish_reason":"tool_calls"}""")
        );
        foreach (var surface in new[] { "chat stream", "response stream", "message stream" })
        {
            var seen = See(surface, (await odd.AskAsync(surface, stream)).Answer);
            (seen.Text, seen.Calls.ShouldHaveSingleItem()).ShouldBe(("ABC", Two[0]));
        }
    }

    [Fact]
    public async Task A_tool_that_takes_any_text_stays_what_it_is()
    {
        const string call = "{\"id\":\"t1\",\"type\":\"custom\",\"custom\":{\"name\":\"sql\",\"input\":\"SELECT 1\"}}";
        var (answer, _) = await odd.AskAsync(
            "chat",
            $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{{{call}}}]},"finish_reason":"tool_calls"}]}"""
        );
        answer.Text.ShouldContain(call);
    }

    private async Task<List<Called>> InProcessAsync(string stream)
    {
        odd.Provider.Answers = _ => new FakeAnswer { Raw = ("text/event-stream", stream) };
        var billing = new BillingContext(
            odd.Mei.Id,
            $"in-process-{Guid.CreateVersion7()}",
            Scenes.GatewayOpenAi,
            "request",
            "",
            "odd",
            SkipCharge: false
        );
        using var client = new LlmChatClient(odd.App.Services.GetRequiredService<ILlm>(), billing);
        var calls = new List<Called>();
        await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hi")]))
        foreach (var call in update.Contents.OfType<FunctionCallContent>())
            calls.Add(new Called(call.CallId, call.Name, System.Text.Json.JsonSerializer.Serialize(call.Arguments)));
        return calls;
    }

    private static string Function(string name, string arguments) =>
        $$$"""
            "function":{"name":"{{{name}}}","arguments":"{{{arguments}}}"}
            """;

    /// <summary>F and G begin a call, F1 and F2 are its arguments.</summary>
    private static string[] Pieces(params string[] lists) =>
        [
            .. lists.Select(l =>
                l.Replace("F1", Arguments("{\\\"a\\\""), StringComparison.Ordinal)
                    .Replace("F2", Arguments(":1}"), StringComparison.Ordinal)
                    .Replace("G1", Arguments("{\\\"b\\\""), StringComparison.Ordinal)
                    .Replace("G2", Arguments(":2}"), StringComparison.Ordinal)
                    .Replace("F", "\"function\":{\"name\":\"f\",\"arguments\":\"\"}", StringComparison.Ordinal)
                    .Replace("G", "\"function\":{\"name\":\"g\",\"arguments\":\"\"}", StringComparison.Ordinal)
            ),
        ];

    private static string Arguments(string piece) =>
        $$$"""
            "function":{"arguments":"{{{piece}}}"}
            """;
}
