using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>The same key again: failures 14 and 20 of docs/failures.md.</summary>
public sealed class RepeatTests
{
    [Fact]
    public async Task A_repeated_call_is_answered_without_the_provider_and_charged_once()
    {
        await using var f = await CallFixture.StartAsync();
        var first = await f.CallAsync("a");
        var again = await f.CallAsync("a");
        again.Body.ShouldBe(first.Body);
        again.Receipt.Replayed.ShouldBeTrue();
        again.Receipt.CreditMicros.ShouldBe(first.Receipt.CreditMicros);
        f.Provider.Received.Count.ShouldBe(1);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit - CallFixture.UsualCostMicros);
    }

    [Fact]
    public async Task A_call_that_was_made_as_a_chat_is_repeated_as_a_response()
    {
        await using var f = await CallFixture.StartAsync();
        await f.Llm.GenerateTextAsync(
            f.Billing("r"),
            """{"model":"fake-1","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(),
            default
        );
        var again = await f.Llm.GenerateResponsesTextAsync(
            f.Billing("r"),
            """{"model":"fake-1","input":"hi"}"""u8.ToArray(),
            default
        );
        again.Receipt.Replayed.ShouldBeTrue();
        JsonNode.Parse(again.Body.Span)!["output"]![0]!["content"]![0]!["text"]!
            .GetValue<string>()
            .ShouldBe("Hello there");
    }

    [Fact]
    public async Task A_repeat_may_ask_for_the_other_form()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Says("the same text twice");
        await f.StreamAsync("a");
        var plain = await f.CallAsync("a");
        plain.Body.ToStringUtf8().ShouldContain("the same text twice");
        await f.CallAsync("b");
        CallFixture.TextOf((await f.StreamAsync("b")).Chunks).ShouldBe("the same text twice");
        f.Provider.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_repeat_with_an_empty_balance_still_gets_its_answer()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a");
        await f.SettledAsync();
        await f.SetBalanceAsync(0);
        (await f.OutcomeAsync("a")).ShouldBe("ok");
        (await f.OutcomeAsync("b")).ShouldBe("insufficient_credit");
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a");
        (await f.OutcomeAsync("a", CallFixture.Body("something else"))).ShouldBe("key_reused");
        f.Provider.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_parallel_calls_with_one_key_one_is_made_and_answers_all()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Hold();
        var calls = Enumerable.Range(0, 50).Select(_ => f.OutcomeAsync("a")).ToList();
        await f.Provider.WhenReceivedAsync(1);
        var live = f.App.Services.GetRequiredService<LiveCalls>();
        await Eventually.IsTrueAsync(() => Task.FromResult(live.All.Sum(c => c.Waiting) == 49), "49 wait");
        f.Provider.LetGo();
        (await Task.WhenAll(calls)).ShouldAllBe(o => o == "ok");
        f.Provider.Received.Count.ShouldBe(1);
        await f.SettledAsync();
    }

    [Fact]
    public async Task After_a_day_the_answer_is_gone_but_the_key_is_never_charged_again()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a");
        await f.SettledAsync();
        f.App.Clock.Advance(TimeSpan.FromHours(25));
        (await f.OutcomeAsync("a")).ShouldBe("result_expired");
        f.Provider.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_users_may_use_the_same_key()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a");
        var other = await f.App.SignUpAsync("lin");
        await f.Llm.GenerateTextAsync(
            new BillingContext(other.Id, "a", Scenes.GatewayOpenAi, "", "", "", false),
            CallFixture.Body(),
            default
        );
        f.Provider.Received.Count.ShouldBe(2);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_charge_delivered_again_is_booked_once_and_one_with_other_content_goes_to_the_dead_letters()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a");
        await f.SettledAsync();
        var balance = (await f.BalanceAsync()).BalanceMicros;
        var view = await f.CallViewAsync("a");
        var charge = new CreditChargeRequested
        {
            UserId = f.User.Id,
            EventId = "a",
            Scene = view.Scene,
            ProviderName = view.ProviderName,
            ModelName = view.ModelName,
            PriceRuleId = view.PriceRuleId,
            PriceRuleVersion = view.PriceRuleVersion,
            InputTokens = view.Usage.Input,
            OutputTokens = view.Usage.Output,
            CachedTokens = 0,
            CacheWriteTokens = 0,
            ReasoningTokens = 0,
            Estimated = false,
            CostMicroYuan = view.CostMicroYuan,
            CreditMicros = view.CreditMicros,
            Outcome = view.Outcome,
            ConversationId = "",
        };
        var bus = f.App.Services.GetRequiredService<IBus>();
        await bus.PublishAsync(Topics.Llm, [Event(charge), Event(charge)], default);
        (await DeadLettersAsync(f)).ShouldBe(0);
        await bus.PublishAsync(Topics.Llm, [Event(charge with { CreditMicros = 1 })], default);
        (await DeadLettersAsync(f)).ShouldBe(1);
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(balance);
        (await f.FindingsAsync()).ShouldBeEmpty();
    }

    private static BusEvent Event(CreditChargeRequested charge) =>
        new(
            CallKeys.ChargeEvent((long)charge.UserId, charge.EventId),
            EventNames.CreditChargeRequested,
            charge.UserId.ToString(),
            EventJson.Write(charge),
            "",
            TimeProvider.System.GetUtcNow()
        );

    private static async Task<int> DeadLettersAsync(CallFixture f)
    {
        await using var db = await f
            .App.Services.GetServices<SmartFlow.Platform.Data.IModuleDatabase>()
            .Single(d => d.Name == "tokenstore")
            .OpenAsync(default);
        return db.DeadLetters.Count();
    }
}
