using System.Globalization;
using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore;

public sealed class QuotePriceTests
{
    private const string Path = "/api/v1/credit-store/price-quote?provider_name=openai&model_name=gpt";
    private const string Rules = "/api/v1/admin/price-rules";

    [Fact]
    public async Task Each_bucket_has_its_exact_line_and_the_total_is_rounded_once()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var quote = (
            await mei.GetAsync(
                Path + "&input_tokens=503&cached_tokens=500&output_tokens=47&reasoning_tokens=30&images=2"
            )
        )
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        quote
            .GetProperty("lines")
            .EnumerateArray()
            .Select(l =>
                (
                    l.GetProperty("bucket").GetString(),
                    l.GetProperty("quantity").GetInt64(),
                    l.GetProperty("price_micros").GetInt64(),
                    l.GetProperty("cost_micro_yuan").GetString()
                )
            )
            .ShouldBe([
                ("input", 503, 3_200_000, "1609.6"),
                ("output", 47, 16_000_000, "752"),
                ("cached", 500, 800_000, "400"),
                ("cache_write", 0, 3_200_000, "0"),
                ("reasoning", 30, 16_000_000, "480"),
                ("images", 2, 0, "0"),
                ("request", 1, 0, "0"),
            ]);
        quote.GetProperty("cost_micro_yuan").GetInt64().ShouldBe(3_242);
        quote.GetProperty("credit_micros").GetInt64().ShouldBe(324_200);
        quote.GetProperty("credit").GetInt64().ShouldBe(1);
        (quote.GetProperty("price_rule_id").GetInt64(), quote.GetProperty("scene").GetString()).ShouldBe(
            (1, "gateway.openai")
        );
    }

    [Fact]
    public async Task The_tier_that_the_prompt_reaches_prices_the_whole_usage()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (
            await boss.PostAsync(
                Rules,
                new
                {
                    scene = "agent.chat",
                    provider_name = "",
                    model_name = "gpt",
                    input_price_micros = 1_000_001,
                    output_price_micros = 2_000_000,
                    request_price_micros = 5,
                    tiers = new[]
                    {
                        new
                        {
                            from_input_tokens = 10,
                            input_price_micros = 3_000_000,
                            output_price_micros = 4_000_000,
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        (await QuoteAsync(boss, "input_tokens=9&output_tokens=1")).ShouldBe((0, 9 + 1 + 2 + 5, "9.000009"));
        (await QuoteAsync(boss, "input_tokens=9&cache_write_tokens=1&output_tokens=1")).ShouldBe(
            (10, 30 + 4 + 5, "27")
        );
    }

    [Fact]
    public async Task A_quote_follows_the_rule_in_force_at_that_time()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (
            await boss.PostAsync(
                Rules,
                new
                {
                    scene = "",
                    provider_name = "",
                    model_name = "gpt",
                    input_price_micros = 1_000_000,
                    output_price_micros = 2_000_000,
                    effective_from = app.Clock.GetUtcNow().AddSeconds(60),
                    effective_to = app.Clock.GetUtcNow().AddSeconds(120),
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        long[] expected = [3_200, 1_000, 3_200];
        foreach (var cost in expected)
        {
            (await QuoteAsync(boss, "input_tokens=1000")).Cost.ShouldBe(cost);
            app.Clock.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    public async Task A_usage_that_cannot_be_is_refused()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        foreach (
            var (query, field, reason) in new[]
            {
                ("&input_tokens=-1", "input_tokens", "must be between 0 and 1000000000000"),
                ("&output_tokens=1000000000001", "output_tokens", "must be between 0 and 1000000000000"),
                ("&images=1000001", "images", "must be between 0 and 1000000"),
                ("&scene=no.such.scene", "scene", "is not a known scene"),
                ("&input_tokens=9223372036854775808", "input_tokens", "must be a whole number"),
                ("&cached_tokens=x", "cached_tokens", "must be a whole number"),
            }
        )
        {
            var answer = await mei.GetAsync(Path + query);
            answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
            answer.Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(reason);
        }
    }

    [Fact]
    public async Task A_price_beyond_63_bits_is_refused_and_a_model_must_be_named()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (
            await boss.PostAsync(
                Rules,
                new
                {
                    scene = "",
                    provider_name = "",
                    model_name = "gpt",
                    input_price_micros = 10_000_000_000,
                    output_price_micros = 10_000_000_000,
                    credit_per_yuan = 1_000_000,
                    confirm = true,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        (await boss.GetAsync(Path + "&input_tokens=1000000000000")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await boss.GetAsync("/api/v1/credit-store/price-quote?model_name=gpt")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await app.Anonymous.FetchAsync(Path)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    private static async Task<(long From, long Cost, string Input)> QuoteAsync(TestUser user, string usage)
    {
        var quote = (
            await user.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Path}&scene=agent.chat&{usage}"))
        )
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        return (
            quote.GetProperty("from_input_tokens").GetInt64(),
            quote.GetProperty("cost_micro_yuan").GetInt64(),
            quote.GetProperty("lines")[0].GetProperty("cost_micro_yuan").GetString()!
        );
    }
}
