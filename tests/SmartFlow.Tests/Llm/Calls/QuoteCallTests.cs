using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Gateway;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>A call's worst case before it is made.</summary>
public sealed class QuoteCallTests
{
    private const string Path = "/api/v1/calls/quote";

    private static readonly SavePriceRuleRequest Tiered = new(
        "",
        "",
        CallFixture.Model,
        1_500_000,
        4_000_000,
        CachedPriceMicros: 300_000,
        ReasoningPriceMicros: 9_000_000,
        CacheWritePriceMicros: 2_000_000,
        ImagePriceMicros: 1_234,
        RequestPriceMicros: 77,
        Tiers: [new(500, 9_000_000, 3_000_000), new(5_000, 2_000_000, 5_000_000)]
    );

    [Fact]
    public async Task The_quote_is_what_the_call_holds_and_its_charge_stays_within_it()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(Tiered);
        await f.SetBalanceAsync(1_000_000 * Pricing.MicrosPerCredit);
        var random = new Random(20261122);
        for (var i = 0; i < 30; i++)
        {
            var images = random.Next(0, 3);
            var body = Body(random.Next(1, 8_000), images, random.Next(1, 300), random.Next(1, 4));
            var quote = await QuoteAsync(f, body);
            f.Provider.Answers = _ => Within(quote, random);
            var receipt = (await f.CallAsync($"call-{i}", body)).Receipt;
            (await f.CallViewAsync($"call-{i}")).HoldMicros.ShouldBe(quote.WorstCaseCreditMicros);
            receipt.CreditMicros.ShouldBeLessThanOrEqualTo(quote.WorstCaseCreditMicros);
            quote.Admitted.ShouldBeTrue();
            quote.WorstCaseCreditMicros.ShouldBe(
                Pricing.WorstCaseCreditMicros(
                    quote.InputTokensEstimate,
                    quote.OutputLimit * quote.Answers,
                    images,
                    quote.Candidates.Single().Price
                )
            );
        }
        await f.SettledAsync();
    }

    [Fact]
    public async Task Nothing_is_written_and_no_provider_is_asked()
    {
        await using var f = await CallFixture.StartAsync();
        var before = await f.BalanceAsync();
        await QuoteAsync(f, CallFixture.Body());
        f.Provider.Received.ShouldBeEmpty();
        (await f.BalanceAsync()).ShouldBe(before);
        await using var db = await f.App.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync();
        (await db.Calls.CountAsync()).ShouldBe(0);
        (await db.Outbox.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_largest_output_that_the_balance_covers_is_admitted_and_one_token_more_is_not()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(Tiered);
        await f.SetBalanceAsync(10 * Pricing.MicrosPerCredit);
        var quote = await QuoteAsync(f, Body(600, 1, 10_000, 2));
        (quote.Admitted, quote.MissingMicros).ShouldBe((false, quote.WorstCaseCreditMicros - quote.AvailableMicros));
        var largest = (int)quote.LargestOutputTokens;
        largest.ShouldBeGreaterThan(0);
        (await QuoteAsync(f, Body(600, 1, largest + 1, 2))).Admitted.ShouldBeFalse();
        (await f.OutcomeAsync("more", Body(600, 1, largest + 1, 2))).ShouldBe("insufficient_credit");
        (await QuoteAsync(f, Body(600, 1, largest, 2))).Admitted.ShouldBeTrue();
        (await f.OutcomeAsync("most", Body(600, 1, largest, 2))).ShouldBe("ok");
    }

    [Fact]
    public async Task What_running_calls_hold_is_not_available()
    {
        await using var f = await CallFixture.StartAsync();
        var quote = await QuoteAsync(f, CallFixture.Body());
        f.Provider.Hold();
        var running = f.CallAsync("running");
        await f.Provider.WhenReceivedAsync(1);
        var then = await QuoteAsync(f, CallFixture.Body());
        (then.HeldMicros, then.AvailableMicros).ShouldBe(
            (quote.WorstCaseCreditMicros, quote.AvailableMicros - quote.WorstCaseCreditMicros)
        );
        f.Provider.LetGo();
        await running;
    }

    [Fact]
    public async Task An_empty_balance_admits_nothing_that_costs_something()
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(0);
        var quote = await QuoteAsync(f, CallFixture.Body());
        (quote.Admitted, quote.MissingMicros, quote.LargestOutputTokens).ShouldBe(
            (false, quote.WorstCaseCreditMicros, 0L)
        );
    }

    [Fact]
    public async Task A_free_call_is_admitted_with_nothing_and_not_with_less()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(new SavePriceRuleRequest("", "", CallFixture.Model, 0, 0, Free: true));
        await f.SetBalanceAsync(-1);
        (await QuoteAsync(f, CallFixture.Body())).Admitted.ShouldBeFalse();
        (await f.OutcomeAsync("below")).ShouldBe("insufficient_credit");
        await f.SetBalanceAsync(0);
        (await QuoteAsync(f, CallFixture.Body())).Admitted.ShouldBeTrue();
        (await f.OutcomeAsync("nothing")).ShouldBe("ok");
    }

    [Fact]
    public async Task Every_candidate_of_an_alias_is_quoted_and_the_dearest_is_held()
    {
        await using var f = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Model"] = "fake-1,fake-2";
            s.Settings["Llm:Aliases:smart:0"] = "fake-1";
            s.Settings["Llm:Aliases:smart:1"] = "fake-2";
        });
        var dear = await f.PriceAsync(
            Tiered with
            {
                ModelName = "fake-2",
                OutputPriceMicros = 90_000_000,
                CreditPerYuan = 200,
            }
        );
        var body = CallFixture.Body(model: "smart");
        var quote = await QuoteAsync(f, body);
        quote
            .Candidates.Select(c => (c.ModelName, c.Price.RuleId))
            .ShouldBe([("fake-1", 1UL), ("fake-2", dear.RuleId)]);
        quote.WorstCaseCreditMicros.ShouldBe(quote.Candidates[1].WorstCaseCreditMicros);
        quote.Candidates[0].WorstCaseCreditMicros.ShouldBeLessThan(quote.WorstCaseCreditMicros);
        await f.CallAsync("a", body);
        (await f.CallViewAsync("a")).HoldMicros.ShouldBe(quote.WorstCaseCreditMicros);
    }

    [Fact]
    public async Task A_user_and_an_api_key_read_the_quote_in_whole_credits_and_exactly()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(Tiered);
        using var script = f.App.WithKey(await f.User.CreateApiKeyAsync());
        var json = (await script.PostAsync(Path, Chat())).ShouldBe(HttpStatusCode.OK).Json;
        // 2 bytes + 16 for the message, all of it as cache-write, 10 answer tokens as reasoning, and the request.
        var microYuan = (long)Math.Ceiling((18 * 2_000_000 + 10 * 9_000_000) / 1_000_000m) + 77;
        (json.GetProperty("input_tokens_estimate").GetInt64(), json.GetProperty("output_limit").GetInt64()).ShouldBe(
            (18, 10)
        );
        json.GetProperty("worst_case_credit_micros").GetInt64().ShouldBe(microYuan * 100);
        json.GetProperty("worst_case_credit").GetInt64().ShouldBe(1);
        json.GetProperty("scene").GetString().ShouldBe(Scenes.GatewayOpenAi);
        var candidate = json.GetProperty("candidates")[0];
        (candidate.GetProperty("model_name").GetString(), candidate.GetProperty("price_rule_id").GetInt64()).ShouldBe(
            (CallFixture.Model, 3)
        );
        candidate.GetProperty("tiers")[1].GetProperty("from_input_tokens").GetInt64().ShouldBe(5_000);
        candidate.GetProperty("request_price_micros").GetInt64().ShouldBe(77);
        (await f.User.PostAsync(Path + "?scene=agent.chat", Chat()))
            .Json.GetProperty("scene")
            .GetString()
            .ShouldBe("agent.chat");
    }

    [Fact]
    public async Task A_quote_is_refused_as_the_call_would_be()
    {
        await using var f = await CallFixture.StartAsync();
        (await f.User.PostAsync(Path, Chat(model: "no-such-model"))).ShouldBeRefused(ErrorCodes.UnknownModel);
        (await f.User.PostAsync(Path, Chat(maxTokens: -1))).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await f.User.PostAsync(Path + "?scene=no.such.scene", Chat())).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await f.User.PostAsync(Path, Json("{"))).ShouldBeRefused(ErrorCodes.MalformedBody);
        (await f.User.PostAsync(Path, Json(new string(' ', 17_000_000)))).ShouldBeRefused(ErrorCodes.PayloadTooLarge);
        (await f.App.Anonymous.PostAsync(Path, Chat())).ShouldBeRefused(ErrorCodes.Unauthenticated);
        await f.WithoutPricesAsync();
        (await f.User.PostAsync(Path, Chat())).ShouldBeRefused(ErrorCodes.PriceMissing);
    }

    [Fact]
    public async Task A_worst_case_beyond_63_bits_is_refused_and_leaves_nothing_behind()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(Tiered with { ImagePriceMicros = 100_000_000, CreditPerYuan = 1_000_000 });
        var body = Body(1, 100_000, 10, 1);
        var refused = await Should.ThrowAsync<RefusedException>(() => QuoteAsync(f, body));
        (refused.Code, refused.Errors!.Keys.Single()).ShouldBe((ErrorCodes.InvalidArgument, "max_tokens"));
        (await f.OutcomeAsync("a", body)).ShouldBe("invalid_argument");
        (await Should.ThrowAsync<RefusedException>(() => f.CallViewAsync("a"))).Code.ShouldBe(ErrorCodes.NotFound);
    }

    private static Task<QuoteCallResponse> QuoteAsync(CallFixture f, byte[] body) =>
        f.Llm.QuoteCallAsync(
            new QuoteCallRequest
            {
                UserId = f.User.Id,
                Scene = Scenes.GatewayOpenAi,
                Body = ByteString.CopyFrom(body),
            },
            default
        );

    private static object Chat(string model = CallFixture.Model, int maxTokens = 10) =>
        new
        {
            model,
            max_tokens = maxTokens,
            messages = new[] { new { role = "user", content = "Hi" } },
        };

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    internal static byte[] Body(int textBytes, int images, int maxTokens, int n) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model = CallFixture.Model,
                max_tokens = maxTokens,
                n,
                messages = new[]
                {
                    new
                    {
                        role = "user",
                        content = Enumerable
                            .Repeat<object>(new { type = "image_url", image_url = new { url = "data:," } }, images)
                            .Prepend(new { type = "text", text = new string('x', textBytes) }),
                    },
                },
            }
        );

    /// <summary>A provider that uses as much as it may, or less, in any buckets.</summary>
    private static FakeAnswer Within(QuoteCallResponse quote, Random random)
    {
        var prompt = random.NextInt64(quote.InputTokensEstimate + 1);
        var output = random.NextInt64(quote.OutputLimit * quote.Answers + 1);
        return new FakeAnswer
        {
            PromptTokens = random.Next(3) == 0 ? quote.InputTokensEstimate : prompt,
            CachedTokens = random.NextInt64(prompt + 1),
            CompletionTokens = output,
            ReasoningTokens = random.NextInt64(output + 1),
        };
    }
}
