using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Outbox;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// A call is charged by the version that it was admitted with, for everything that the version prices.
/// </summary>
public sealed class FrozenPriceTests
{
    [Fact]
    public async Task A_version_that_begins_while_a_call_runs_prices_the_next_call_and_not_this_one()
    {
        await using var f = await CallFixture.StartAsync();
        var rule = new SavePriceRuleRequest("", "", CallFixture.Model, 1_000_000, 1_000_000);
        var id = (long)(await f.PriceAsync(rule)).RuleId;
        await f.PriceAsync(
            rule with
            {
                InputPriceMicros = 5_000_000,
                Version = 1,
                EffectiveFrom = f.App.Clock.GetUtcNow().AddSeconds(30),
            },
            id
        );
        f.Provider.Hold();
        var running = f.CallAsync("before");
        await f.Provider.WhenReceivedAsync(1);
        f.App.Clock.Advance(TimeSpan.FromSeconds(31));
        f.Provider.LetGo();

        (await running).Receipt.CreditMicros.ShouldBe((10 + 2) * 100);
        (await f.CallAsync("after")).Receipt.CreditMicros.ShouldBe((10 * 5 + 2) * 100);
        (await f.CallViewAsync("before")).PriceRuleVersion.ShouldBe(1);
        (await f.CallViewAsync("after")).PriceRuleVersion.ShouldBe(2);
        await f.SettledAsync();
    }

    [Fact]
    public async Task Images_the_request_and_the_tier_of_the_prompt_are_charged_and_stand_in_the_ledger()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(
            new SavePriceRuleRequest(
                "",
                "",
                CallFixture.Model,
                1_000_000,
                1_000_000,
                ImagePriceMicros: 7_000,
                RequestPriceMicros: 300,
                Tiers: [new(1_000, 2_000_000, 3_000_000)]
            )
        );
        f.Provider.Answers = _ => new FakeAnswer
        {
            PromptTokens = 1_000,
            CachedTokens = 400,
            CompletionTokens = 10,
        };
        var receipt = (await f.CallAsync("a", QuoteCallTests.Body(10, 3, 100, 1))).Receipt;
        receipt.CostMicroYuan.ShouldBe(1_000 * 2 + 10 * 3 + 3 * 7_000 + 300);
        (await f.CallViewAsync("a")).Images.ShouldBe(3);
        await f.SettledAsync();
        var charge = (await f.User.GetAsync("/api/v1/credit-store/transactions?source=charge")).Json.GetProperty(
            "items"
        )[0];
        charge.GetProperty("amount_micros").GetInt64().ShouldBe(-receipt.CreditMicros);
        JsonDocument
            .Parse(charge.GetProperty("metadata_json").GetString()!)
            .RootElement.GetProperty("images")
            .GetInt64()
            .ShouldBe(3);
        (await f.User.GetAsync("/api/v1/calls/a")).Json.GetProperty("images").GetInt32().ShouldBe(3);

        f.Provider.Answers = _ => new FakeAnswer { PromptTokens = 999, CompletionTokens = 10 };
        (await f.CallAsync("b", QuoteCallTests.Body(10, 0, 100, 1))).Receipt.CostMicroYuan.ShouldBe(999 + 10 + 300);
        await f.SettledAsync();
        var metadata = (await f.User.GetAsync("/api/v1/credit-store/transactions?source=charge"))
            .Json.GetProperty("items")[0]
            .GetProperty("metadata_json");
        // The ledger's fingerprint is made of it: an event from before images had a price must still match.
        metadata.GetString()!.ShouldNotContain("images");
    }

    [Fact]
    public void A_charge_event_from_before_images_had_a_price_is_still_readable()
    {
        const string Old = """
            {"user_id":7,"event_id":"a","scene":"agent.chat","provider_name":"openai","model_name":"gpt","price_rule_id":1,
             "price_rule_version":1,"input_tokens":1,"output_tokens":2,"cached_tokens":0,"cache_write_tokens":0,"reasoning_tokens":0,
             "estimated":false,"cost_micro_yuan":3,"credit_micros":300,"outcome":"completed","conversation_id":""}
            """;
        var charge = EventJson.Read<CreditChargeRequested>(System.Text.Encoding.UTF8.GetBytes(Old));
        (charge.CreditMicros, charge.Images).ShouldBe((300L, 0L));
    }

    [Fact]
    public async Task Counts_whose_cost_fits_no_ledger_are_estimated_and_the_call_is_charged()
    {
        await using var f = await CallFixture.StartAsync();
        await f.PriceAsync(
            new SavePriceRuleRequest(
                "",
                "",
                CallFixture.Model,
                10_000_000_000,
                10_000_000_000,
                CreditPerYuan: 1_000_000
            )
        );
        await f.SetBalanceAsync(10_000_000 * Pricing.MicrosPerCredit);
        f.Provider.Answers = _ => new FakeAnswer { PromptTokens = 2_000_000_000, CompletionTokens = 2_000_000_000 };
        var receipt = (await f.CallAsync("a")).Receipt;
        receipt.Usage.Estimated.ShouldBeTrue();
        receipt.CreditMicros.ShouldBeInRange(1, (await f.CallViewAsync("a")).HoldMicros);
        await f.SettledAsync();
    }
}
