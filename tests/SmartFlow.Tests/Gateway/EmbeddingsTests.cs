using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>/v1/embeddings: calls like every other, paid for by their input.</summary>
public sealed class EmbeddingsTests
{
    private const long Welcome = 100 * Pricing.MicrosPerCredit;

    /// <summary>10 tokens at the seeded price.</summary>
    private const long UsualCostMicros = 10 * 3_200_000L / 1_000_000 * 100;

    [Fact]
    public async Task Embeddings_are_charged_by_their_prompt_and_a_repeat_is_not()
    {
        await using var f = await CallFixture.StartAsync();
        var first = await EmbedAsync(f.User, """{"model":"fake-1","input":["a","b"],"dimensions":3}""", "key");
        first.Json.GetProperty("data").GetArrayLength().ShouldBe(2);
        (
            first.Header("x-smartflow-event-id"),
            first.Header("x-smartflow-credit-micros"),
            first.Header("x-smartflow-replayed")
        ).ShouldBe(("key", UsualCostMicros.ToString(), null));
        var again = await EmbedAsync(f.User, """{"model":"fake-1","input":["a","b"],"dimensions":3}""", "key");
        (again.Text, again.Header("x-smartflow-replayed"), again.Header("x-smartflow-credit-micros")).ShouldBe(
            (first.Text, "true", UsualCostMicros.ToString())
        );
        (await EmbedAsync(f.User, """{"model":"fake-1","input":["a","c"],"dimensions":3}""", "key")).ShouldBeError(
            ErrorCodes.KeyReused
        );
        var sent = f.Provider.Received.ShouldHaveSingleItem();
        sent.Raw.ShouldBe("""{"model":"fake-1","input":["a","b"],"dimensions":3}""");
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(Welcome - UsualCostMicros);
        var call = await f.CallViewAsync("key");
        (call.Usage.Input, call.Usage.Output, call.Usage.Estimated, call.Outcome).ShouldBe((10, 0, false, "completed"));
    }

    [Theory]
    [InlineData("[0.5,-0.25,1e-3]")]
    [InlineData("\"AAAAPwAAgL5vEoM6\"")]
    public async Task Vectors_come_in_the_form_that_was_asked_for_whatever_the_provider_sends(string sent)
    {
        const string base64 = "AAAAPwAAgL5vEoM6";
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = (
                "application/json",
                $$$"""{"object":"list","data":[{"index":0,"embedding":{{{sent}}}},{"embedding":{{{sent}}},"index":1}],"model":"m","usage":{"prompt_tokens":10,"total_tokens":1.0e1}}"""
            ),
        };
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var encoded = await EmbedAsync(f.User, """{"input":["a","b"],"encoding_format":"base64"}""", "base64");
            encoded.Text.ShouldBe(
                $$$"""{"object":"list","data":[{"index":0,"embedding":"{{{base64}}}"},{"embedding":"{{{base64}}}","index":1}],"model":"m","usage":{"prompt_tokens":10,"total_tokens":10}}"""
            );
            foreach (
                var (key, format) in ((string, string)[])
                    [("none", ""), ("float", ",\"encoding_format\":\"float\""), ("null", ",\"encoding_format\":null")]
            )
            {
                var numbers = await EmbedAsync(f.User, $$"""{"input":["a","b"]{{format}}}""", key);
                JsonNode.Parse(numbers.Text)!["data"]!.AsArray().ShouldAllBe(d => d!["embedding"] is JsonArray);
                Vectors(numbers).ShouldAllBe(v => v.SequenceEqual(new[] { 0.5f, -0.25f, 1e-3f }));
            }
            (await EmbedAsync(f.User, """{"input":["a","b"],"encoding_format":"int8"}""", "other")).Text.ShouldContain(
                sent
            );
            encoded.Header("x-smartflow-replayed").ShouldBe(repeat == 0 ? null : "true");
        }
        f.Provider.Received.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("\"%%%\"")]
    [InlineData("\"AAAA\"")]
    [InlineData("\"AADAfw==\"")]
    [InlineData("[\"a\"]")]
    [InlineData("{}")]
    public async Task A_vector_that_is_none_is_given_as_it_came(string sent)
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("application/json", $$$"""{"data":[{"embedding":{{{sent}}}}],"usage":{"prompt_tokens":10}}"""),
        };
        foreach (var format in (string[])["float", "base64"])
            (await EmbedAsync(f.User, $$"""{"input":"a","encoding_format":"{{format}}"}"""))
                .ShouldBe(System.Net.HttpStatusCode.OK)
                .Text.ShouldContain(sent);
    }

    [Fact]
    public async Task A_key_of_another_route_is_reused()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("key");
        (await EmbedAsync(f.User, """{"input":"a"}""", "key")).ShouldBeError(ErrorCodes.KeyReused);
        await EmbedAsync(f.User, """{"input":"a"}""", "vector");
        (await f.User.ChatAsync(GatewayClient.Chat("a"), "vector")).ShouldBeError(ErrorCodes.KeyReused);
    }

    [Theory]
    [InlineData("\"123456\"", 2 + 4)]
    [InlineData("[1,2,3,4,5]", 5 + 4)]
    public async Task Without_usage_the_input_is_estimated_and_given_tokens_are_counted(string input, long tokens)
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { ReportsUsage = false };
        await EmbedAsync(f.User, $$"""{"input":{{input}}}""", "key");
        var call = await f.CallViewAsync("key");
        (call.Usage.Input, call.Usage.Estimated).ShouldBe((tokens, true));
    }

    [Fact]
    public async Task What_is_held_is_the_input_at_one_token_a_byte_and_no_output()
    {
        await using var f = await CallFixture.StartAsync(s => s.Settings["Llm:RepeatWaitSeconds"] = "0");
        f.Provider.Hold();
        var running = EmbedAsync(f.User, """{"input":["1234","56"]}""", "key");
        await f.Provider.WhenReceivedAsync(1);
        (await f.BalanceAsync()).HeldMicros.ShouldBe(122 * 100, "6 bytes and 16 an item at 3.2, rounded up");
        (await EmbedAsync(f.User, """{"input":["1234","56"]}""", "key")).ShouldBeError(ErrorCodes.InFlight);
        f.Provider.LetGo();
        await running;
        await f.SettledAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_without_a_price_a_model_or_credit()
    {
        await using var f = await CallFixture.StartAsync();
        (await EmbedAsync(f.User, """{"model":"none","input":"a"}""")).ShouldBeError(ErrorCodes.UnknownModel);
        (await EmbedAsync(f.User, """{"input":[]}""")).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
            .GetValue<string>()
            .ShouldBe("input");
        await f.SetBalanceAsync(1_000);
        (await EmbedAsync(f.User, """{"input":"a"}""")).ShouldBeError(ErrorCodes.InsufficientCredit);
        await f.WithoutPricesAsync();
        (await EmbedAsync(f.User, """{"input":"a"}""")).ShouldBeError(ErrorCodes.PriceMissing);
        f.Provider.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("scripted/error-500", "provider_failed")]
    [InlineData("scripted/error-400", "invalid_argument")]
    [InlineData("scripted/error-in-200", "provider_failed")]
    [InlineData("scripted/cut-stream", "provider_failed")]
    [InlineData("scripted/malformed-sse", "provider_failed")]
    public async Task A_provider_that_fails_costs_nothing_and_the_key_is_free_again(string model, string code)
    {
        await using var f = await CallFixture.StartAsync();
        var answer = await EmbedAsync(f.User, $$"""{"model":"{{model}}","input":"a"}""", "key");
        JsonNode.Parse(answer.Text)!["error"]!["code"]!.GetValue<string>().ShouldBe(code);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(Welcome);
        // The key is free again: the same is tried anew and fails anew.
        (await EmbedAsync(f.User, $$"""{"model":"{{model}}","input":"a"}""", "key")).Text.ShouldBe(answer.Text);
    }

    [Fact]
    public async Task A_provider_without_embeddings_refuses_by_name_and_nothing_is_held()
    {
        await using var f = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Providers:0:Name"] = "anthropic";
            s.Settings["Llm:Providers:0:Api"] = "Anthropic";
            s.Settings["Llm:Providers:0:BaseUrl"] = "http://127.0.0.1:9";
            s.Settings["Llm:Providers:0:Models:0"] = "claude";
        });
        var error = (await EmbedAsync(f.User, """{"model":"claude","input":"a"}""")).ShouldBeError(
            ErrorCodes.InvalidArgument
        );
        error["message"]!.GetValue<string>().ShouldContain("does not offer embeddings");
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(Welcome);
    }

    [Fact]
    public async Task The_offline_model_gives_unit_vectors_that_are_always_the_same()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var one = Vectors(await EmbedAsync(mei, """{"model":"demo","input":["one","two",[1,2]],"dimensions":40}"""));
        var other = Vectors(
            await EmbedAsync(mei, """{"model":"demo","input":"two","dimensions":40,"encoding_format":"base64"}""")
        );
        one.ShouldAllBe(v => v.Length == 40 && Math.Abs(v.Sum(x => x * x) - 1) < 1e-5);
        other.ShouldHaveSingleItem().ShouldBe(one[1]);
        one[0].ShouldNotBe(one[1]);
        Vectors(await EmbedAsync(mei, """{"model":"demo","input":"two"}""")).Single().Length.ShouldBe(256);
        (await EmbedAsync(mei, """{"model":"demo","input":"a","dimensions":0}""")).ShouldBeError(
            ErrorCodes.InvalidArgument
        );
        (await EmbedAsync(mei, """{"model":"demo","input":"a","encoding_format":"hex"}""")).ShouldBeError(
            ErrorCodes.InvalidArgument
        );
    }

    [Fact]
    public async Task An_answer_too_long_to_be_kept_is_given_once_and_charged_once()
    {
        await using var f = await CallFixture.StartAsync(s => s.Settings["Llm:ResultBytesMax"] = "50");
        (await EmbedAsync(f.User, """{"input":"a"}""", "key")).ShouldBe(System.Net.HttpStatusCode.OK);
        (await EmbedAsync(f.User, """{"input":"a"}""", "key")).ShouldBeError(ErrorCodes.ResultExpired);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(Welcome - UsualCostMicros);
    }

    private static Task<Answer> EmbedAsync(TestUser user, string body, string? key = null) =>
        user.PostAsync(
            "/v1/embeddings",
            new StringContent(body, null, "application/json"),
            key is null ? [] : [("Idempotency-Key", key)]
        );

    private static List<float[]> Vectors(Answer answer) =>
        [.. JsonNode.Parse(answer.Text)!["data"]!.AsArray().Select(d => Vector(d!["embedding"]!))];

    private static float[] Vector(JsonNode embedding) =>
        embedding is JsonArray numbers
            ? [.. numbers.Select(n => n!.GetValue<float>())]
            : System
                .Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(
                    Convert.FromBase64String(embedding.GetValue<string>())
                )
                .ToArray();
}
