using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore;

public sealed partial class SavePriceRuleTests
{
    [Fact]
    public async Task Prices_of_images_requests_and_long_prompts_are_kept_and_shown_to_everybody()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var saved = (
            await boss.PostAsync(Rules, WithTiers((1_000, 4_000_000, 9_000_000), (2_000, 5_000_000, 16_000_000)))
        )
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        saved.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        var mei = await app.SignUpAsync();
        foreach (
            var view in new[]
            {
                saved,
                (await boss.GetAsync($"{Rules}?rule_id=3")).Json.GetProperty("items")[0],
                (await mei.GetAsync("/api/v1/credit-store/price-rules?model_name=gpt")).Json.GetProperty("items")[0],
            }
        )
        {
            view.GetProperty("image_price_micros").GetInt64().ShouldBe(7_000);
            view.GetProperty("request_price_micros").GetInt64().ShouldBe(300);
            view.GetProperty("tiers")
                .EnumerateArray()
                .Select(t =>
                    (
                        t.GetProperty("from_input_tokens").GetInt64(),
                        t.GetProperty("input_price_micros").GetInt64(),
                        t.GetProperty("output_price_micros").GetInt64(),
                        t.GetProperty("cached_price_micros").GetInt64()
                    )
                )
                .ShouldBe([(1_000, 4_000_000, 9_000_000, 0), (2_000, 5_000_000, 16_000_000, 0)]);
        }
        var price = Price(app)!;
        (price.ImagePriceMicros, price.RequestPriceMicros, price.Tiers.Count, price.Tiers[1].InputPriceMicros).ShouldBe(
            (7_000L, 300L, 2, 5_000_000L)
        );
    }

    [Fact]
    public async Task Tiers_that_do_not_ascend_are_not_saved()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        foreach (
            var (field, first, second) in new[]
            {
                ("tiers[1].from_input_tokens", 1_000L, 1_000L),
                ("tiers[0].from_input_tokens", 0, 1_000),
                ("tiers[1].from_input_tokens", 1_000, 100_000_001),
            }
        )
        {
            var answer = await boss.PostAsync(
                Rules,
                WithTiers((first, 4_000_000, 9_000_000), (second, 4_000_000, 9_000_000))
            );
            answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
            answer.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(answer.Text);
        }
    }

    [Fact]
    public async Task A_tier_is_bounded_and_compared_as_the_rule_is()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var answer = await boss.PostAsync(Rules, WithTiers((1_000, 4_000_000, 999)));
        answer
            .Json.GetProperty("errors")
            .TryGetProperty("tiers[0].output_price_micros", out _)
            .ShouldBeTrue(answer.Text);
        answer = await boss.PostAsync(Rules, WithTiers((1_000, 4_000, 9_000_000)));
        answer
            .Json.GetProperty("errors")
            .GetProperty("tiers[0].input_price_micros")[0]
            .GetString()
            .ShouldBe("was 3200000, is 4000: more than 20 times lower");
        answer = await boss.PostAsync(
            Rules,
            WithTiers([.. Enumerable.Range(1, 9).Select(i => ((long)i, 4_000_000L, 9_000_000L))])
        );
        answer.Json.GetProperty("errors").TryGetProperty("tiers", out _).ShouldBeTrue(answer.Text);
        answer = await boss.PostAsync(
            Rules,
            new
            {
                scene = "",
                provider_name = "",
                model_name = "gpt",
                input_price_micros = 4_000_000,
                output_price_micros = 4_000_000,
                tiers = new[]
                {
                    new
                    {
                        from_input_tokens = 10,
                        input_price_micros = 0,
                        output_price_micros = 0,
                    },
                },
                confirm = true,
            }
        );
        answer.Json.GetProperty("errors").TryGetProperty("free", out _).ShouldBeTrue(answer.Text);
    }

    private static object WithTiers(params (long From, long Input, long Output)[] tiers) =>
        new
        {
            scene = "*",
            provider_name = "openai",
            model_name = "gpt",
            input_price_micros = 2_000_000,
            output_price_micros = 8_000_000,
            image_price_micros = 7_000,
            request_price_micros = 300,
            tiers = tiers.Select(t => new
            {
                from_input_tokens = t.From,
                input_price_micros = t.Input,
                output_price_micros = t.Output,
            }),
        };
}
