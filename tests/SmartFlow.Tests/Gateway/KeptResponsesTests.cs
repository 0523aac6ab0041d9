using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>What is kept of a response, and who may go on from it.</summary>
public sealed class KeptResponsesTests
{
    private const string Call =
        """{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}""";

    private static readonly FakeAnswer Thought = Whole(
        $$"""{"role":"assistant","reasoning_content":"Hm.","content":"I look.","tool_calls":[{{Call}}]}""",
        "tool_calls"
    );

    [Fact]
    public async Task Items_are_named_by_id_instead_of_being_sent_again_by_their_user_alone()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["Llm:RecoveryIntervalSeconds"] = "1"
        );
        var (mei, bob) = (await app.SignUpAsync(), await app.SignUpAsync("bob"));
        provider.Answers = _ => Thought;
        var output = (await OkAsync(mei, """{"input":"Weather?"}"""))["output"]!.AsArray();
        output.Select(i => i!["type"]!.GetValue<string>()).ShouldBe(["reasoning", "message", "function_call"]);
        var (thought, said, call) = (Id(output[0]), Id(output[1]), Id(output[2]));
        thought.ShouldStartWith("rs_");
        said.ShouldStartWith("msg_");
        call.ShouldStartWith("fc_");

        provider.Says("Sunny.");
        provider.Forget();
        string Next(string more = "") =>
            $$"""
                {"input":[{"role":"user","content":"Weather?"},{"type":"item_reference","id":"{{thought}}"},{"id":"{{said}}"},
                  {"type":"item_reference","id":"{{call}}"},{"type":"function_call_output","call_id":"call_1","output":"sun"}{{more}}]}
                """;
        await OkAsync(mei, Next());
        JsonNode
            .DeepEquals(
                provider.Received.Single().Body["messages"],
                JsonNode.Parse(
                    $$"""
                    [{"role":"user","content":"Weather?"},
                     {"role":"assistant","content":[{"type":"text","text":"I look."}],"tool_calls":[{{Call}}]},
                     {"role":"tool","content":"sun","tool_call_id":"call_1"}]
                    """
                )
            )
            .ShouldBeTrue(provider.Received.Single().Raw);

        foreach (
            var (who, body, field) in ((TestUser, string, string)[])
                [
                    (bob, Next(), "input[1]"),
                    (mei, Next(""",{"id":"msg_0123456789abcdef0123456789abcdef0000"}"""), "input[5]"),
                    (mei, Next(""",{"type":"item_reference","id":"msg_chatcmpl-fake"}"""), "input[5]"),
                    (mei, Next(""",{"type":"item_reference"}"""), "input[5]"),
                ]
        )
        {
            var refused = await AskAsync(who, body);
            var error = refused.ShouldBeError(ErrorCodes.InvalidArgument);
            error["param"]!.GetValue<string>().ShouldBe(field, body);
            error["message"]!.GetValue<string>().ShouldContain("store");
        }
        app.Clock.Advance(TimeSpan.FromHours(25));
        var later = await app.SignInAsync("mei");
        (await AskAsync(later, Next())).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
            .GetValue<string>()
            .ShouldBe("input[1]");
        provider.Received.Count.ShouldBe(1);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await app
                    .Services.GetRequiredService<IDbContextFactory<LlmDb>>()
                    .CreateDbContextAsync();
                return !await db.Responses.AnyAsync() && !await db.Results.AnyAsync();
            },
            "what is kept no longer is deleted"
        );
    }

    [Fact]
    public async Task A_response_goes_on_from_an_earlier_one_with_its_input_and_output()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["Llm:ResponseInputBytesMax"] = "5000"
        );
        var (mei, bob) = (await app.SignUpAsync(), await app.SignUpAsync("bob"));
        provider.Answers = _ => Thought;
        var first = await OkAsync(mei, """{"instructions":"Be brief.","input":"Weather?"}""");
        (first["store"]!.GetValue<bool>(), first["previous_response_id"]).ShouldBe((true, null));
        provider.Says("Sunny.");
        var second = Completed(
            await AskAsync(
                mei,
                $$"""
                {"stream":true,"previous_response_id":"{{Id(
                    first
                )}}","input":[{"type":"function_call_output","call_id":"call_1","output":"sun"}]}
                """
            )
        );
        (second["store"]!.GetValue<bool>(), second["previous_response_id"]!.GetValue<string>()).ShouldBe(
            (true, Id(first))
        );
        provider.Forget();
        var third = await OkAsync(mei, $$"""{"previous_response_id":"{{Id(second)}}","input":"Thanks."}""");
        JsonNode
            .DeepEquals(
                provider.Received.Single().Body["messages"],
                JsonNode.Parse(
                    $$"""
                    [{"role":"user","content":"Weather?"},
                     {"role":"assistant","content":[{"type":"text","text":"I look."}],"tool_calls":[{{Call}}]},
                     {"role":"tool","content":"sun","tool_call_id":"call_1"},
                     {"role":"assistant","content":[{"type":"text","text":"Sunny."}]},{"role":"user","content":"Thanks."}]
                    """
                )
            )
            .ShouldBeTrue(provider.Received.Single().Raw);

        var unkept = await OkAsync(mei, """{"input":"x","store":false}""");
        unkept["store"]!.GetValue<bool>().ShouldBeFalse();
        var tooLong = await OkAsync(mei, $$"""{"input":"{{new string('x', 6_000)}}"}""");
        foreach (
            var (who, previous) in ((TestUser, string)[])
                [(bob, Id(first)), (mei, Id(unkept)), (mei, Id(tooLong)), (mei, "resp_1"), (mei, "")]
        )
            (await AskAsync(who, $$"""{"previous_response_id":"{{previous}}","input":"x"}""")).ShouldBeError(
                ErrorCodes.InvalidArgument
            )["param"]!
                .GetValue<string>()
                .ShouldBe("previous_response_id");

        var shown = (await mei.GetAsync($"/v1/responses/{Id(second)}")).ShouldBe(HttpStatusCode.OK);
        JsonNode.DeepEquals(Without(JsonNode.Parse(shown.Text)!), Without(second)).ShouldBeTrue(shown.Text);
        var items = (await mei.GetAsync($"/v1/responses/{Id(third)}/input_items?order=asc&limit=2"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        items.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Weather?");
        (items.GetProperty("data").GetArrayLength(), items.GetProperty("has_more").GetBoolean()).ShouldBe((2, true));
        foreach (
            var path in (string[])
                [$"/v1/responses/{Id(second)}", $"/v1/responses/{Id(second)}/input_items", "/v1/responses/x"]
        )
            (await bob.GetAsync(path)).ShouldBeError(ErrorCodes.NotFound);
        (await bob.DeleteAsync($"/v1/responses/{Id(second)}")).ShouldBeError(ErrorCodes.NotFound);
        (await mei.DeleteAsync($"/v1/responses/{Id(second)}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("deleted")
            .GetBoolean()
            .ShouldBeTrue();
        (await mei.GetAsync($"/v1/responses/{Id(second)}")).ShouldBeError(ErrorCodes.NotFound);
        (await AskAsync(mei, $$"""{"previous_response_id":"{{Id(second)}}","input":"x"}""")).ShouldBeError(
            ErrorCodes.InvalidArgument
        );
        await OkAsync(mei, $$"""{"previous_response_id":"{{Id(third)}}","input":"It holds what was before it."}""");
    }

    [Fact]
    public async Task Ids_are_one_calls_own_and_the_same_in_its_stream_and_its_repeats()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        provider.Answers = c =>
            c.Stream
                ? Stream(
                    $$"""{"reasoning_content":"Hm."}""",
                    """{"content":"I look."}""",
                    $$"""{"tool_calls":[{"index":0,{{Call[1..]}}]}"""
                )
                : Thought;
        var first = await OkAsync(mei, """{"input":"a"}""", "one");
        var other = await OkAsync(mei, """{"input":"a"}""", "two");
        Ids(first)
            .Concat(Ids(other))
            .Distinct()
            .Count()
            .ShouldBe(8, "four each, though the provider calls all of them the same");
        Ids(await OkAsync(mei, """{"input":"a"}""", "one")).ShouldBe(Ids(first));
        var streamed = await AskAsync(mei, """{"input":"a","stream":true}""", "three");
        var events = Events(streamed);
        events.Select(e => e["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, events.Count));
        Ids(events[^1]["response"]!).ShouldBe(Ids(await OkAsync(mei, """{"input":"a"}""", "three")));
        events
            .Where(e => e["item_id"] is not null)
            .Select(e => e["item_id"]!.GetValue<string>())
            .Distinct()
            .ShouldBe(Ids(events[^1]["response"]!).Skip(1), ignoreOrder: true);
        Ids(Completed(await AskAsync(mei, """{"input":"a","stream":true}""", "one")))
            .ShouldBe(Ids(first), ignoreOrder: true);

        var messages = new List<string>();
        provider.Answers = _ => new FakeAnswer();
        foreach (var key in (string[])["m1", "m2", "m1"])
            messages.Add(
                Id(
                    JsonNode.Parse(
                        (
                            await mei.PostAsync(
                                "/v1/messages",
                                new { max_tokens = 5, messages = new[] { new { role = "user", content = "a" } } },
                                ("Idempotency-Key", key)
                            )
                        ).Text
                    )!
                )
            );
        messages.ShouldBe([messages[0], messages[1], messages[0]]);
        messages[1].ShouldNotBe(messages[0]);
    }

    [Fact]
    public async Task An_error_in_mid_stream_has_the_next_number()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { EndsAfter = 2 };
        await using var app = await GatewayClient.StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = new StringContent("""{"input":"a","stream":true}""", null, "application/json"),
        };
        using var answer = await mei.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var events = new List<JsonNode>();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    events.Add(JsonNode.Parse(line[6..])!);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // It may be broken off after the error.
        }
        events[^1]["type"]!.GetValue<string>().ShouldBe("error");
        events.Count.ShouldBeGreaterThan(2);
        events.Select(e => e["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, events.Count));
    }

    private static FakeAnswer Whole(string message, string finish) =>
        new()
        {
            Raw = (
                "application/json",
                $$$"""{"id":"chatcmpl-fake","model":"fake","created":1,"choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"""
            ),
        };

    private static FakeAnswer Stream(params string[] deltas) =>
        new()
        {
            Raw = (
                "text/event-stream",
                string.Concat(
                    deltas.Select(d =>
                        $"data: {{\"id\":\"chatcmpl-fake\",\"choices\":[{{\"index\":0,\"delta\":{d}}}]}}\n\n"
                    )
                )
                    + "data: {\"id\":\"chatcmpl-fake\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
            ),
        };

    private static Task<Answer> AskAsync(TestUser user, string body, string? key = null) =>
        user.PostAsync(
            "/v1/responses",
            new StringContent(body, null, "application/json"),
            key is null ? [] : [("Idempotency-Key", key)]
        );

    private static async Task<JsonNode> OkAsync(TestUser user, string body, string? key = null) =>
        JsonNode.Parse((await AskAsync(user, body, key)).ShouldBe(HttpStatusCode.OK).Text)!;

    private static List<JsonNode> Events(Answer answer) =>
        [
            .. answer
                .Text.Split('\n')
                .Where(l => l.StartsWith("data: ", StringComparison.Ordinal))
                .Select(l => JsonNode.Parse(l[6..])!),
        ];

    private static JsonNode Completed(Answer answer) => Events(answer.ShouldBe(HttpStatusCode.OK))[^1]["response"]!;

    /// <summary>Of the response and of its items.</summary>
    private static List<string> Ids(JsonNode response) => [Id(response), .. response["output"]!.AsArray().Select(Id)];

    private static string Id(JsonNode? node) => node!["id"]!.GetValue<string>();

    /// <summary>What a stream tells in another order, or only once.</summary>
    private static JsonObject Without(JsonNode response)
    {
        var copy = response.DeepClone().AsObject();
        foreach (var name in (string[])["usage", "model", "created_at"])
            copy.Remove(name);
        return copy;
    }
}
