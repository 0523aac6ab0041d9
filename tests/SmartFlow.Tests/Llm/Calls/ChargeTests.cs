using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>What a call costs and how it ends: failures 9, 10, 11, 14, 15 and 17 of docs/failures.md.</summary>
public sealed class ChargeTests
{
    [Fact]
    public async Task A_plain_call_is_charged_by_the_price_rule_to_the_micro_credit()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            PromptTokens = 1_003,
            CachedTokens = 500,
            CompletionTokens = 77,
            ReasoningTokens = 30,
        };
        var answer = await f.CallAsync("a", CallFixture.Body(new string('x', 2_000)));
        // (503 × 3.2 + 500 × 0.8 + 47 × 16 + 30 × 16) µ¥ = 3,241.6, rounded up once, × 100.
        answer.Receipt.CreditMicros.ShouldBe(324_200);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit - 324_200);
    }

    [Fact]
    public async Task A_streamed_call_costs_the_same_and_its_usage_comes_last_if_asked_for()
    {
        await using var f = await CallFixture.StartAsync();
        var (chunks, receipt, _) = await f.StreamAsync("a", CallFixture.Body(includeUsage: true));
        CallFixture.TextOf(chunks).ShouldBe("Hello there");
        receipt!.CreditMicros.ShouldBe(CallFixture.UsualCostMicros);
        using var last = JsonDocument.Parse(chunks[^1]);
        last.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().ShouldBe(10);
        last.RootElement.GetProperty("smartflow")
            .GetProperty("credit_micros")
            .GetInt64()
            .ShouldBe(CallFixture.UsualCostMicros);
        (await f.StreamAsync("b")).Chunks.ShouldAllBe(c => !c.Contains("\"usage\":{"));
    }

    [Fact]
    public async Task Missing_usage_is_estimated_marked_and_never_free()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { ReportsUsage = false };
        var (_, receipt, _) = await f.StreamAsync("a");
        receipt!.Usage.Estimated.ShouldBeTrue();
        receipt.CreditMicros.ShouldBeInRange(1, (await f.CallViewAsync("a")).HoldMicros);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_cost_above_the_hold_is_charged_in_full_and_blocks()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { CompletionTokens = 1_000_000 };
        (await f.CallAsync("a")).Receipt.CreditMicros.ShouldBeGreaterThan(100 * Pricing.MicrosPerCredit);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBeLessThan(0);
        (await f.OutcomeAsync("b")).ShouldBe("insufficient_credit");
    }

    [Theory]
    [InlineData(500, "provider_failed")]
    [InlineData(401, "provider_failed")]
    [InlineData(429, "rate_limited")]
    [InlineData(400, "invalid_argument")]
    public async Task A_provider_error_before_any_output_is_free_and_the_key_may_be_used_again(int status, string code)
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { Status = status };
        (await f.OutcomeAsync("a")).ShouldBe(code);
        (await f.BalanceAsync()).HeldMicros.ShouldBe(0);
        (await f.FindingsAsync()).ShouldBeEmpty();
        f.Provider.Answers = _ => new FakeAnswer();
        (await f.OutcomeAsync("a")).ShouldBe("ok");
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit - CallFixture.UsualCostMicros);
    }

    [Fact]
    public async Task A_stream_cut_by_the_provider_is_charged_for_what_was_delivered_and_says_so()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Text = "one two three four",
            CutAfter = 3,
            Step = TimeSpan.FromMilliseconds(100),
        };
        var (chunks, receipt, failure) = await f.StreamAsync("a");
        // The reset of the connection may overtake the last chunk.
        CallFixture.TextOf(chunks).ShouldBeOneOf("one", "one two");
        failure!.Code.ShouldBe(ErrorCodes.ProviderFailed);
        receipt!.Outcome.ShouldBe("provider_cut");
        receipt.Usage.Estimated.ShouldBeTrue();
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit - receipt.CreditMicros);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_charged_by_the_providers_own_usage()
    {
        await using var f = await CallFixture.StartAsync();
        var goOn = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer { AfterFirstChunk = goOn.Task };
        using var leave = new CancellationTokenSource();
        await using (
            var parts = f
                .Llm.StreamTextAsync(f.Billing("a"), CallFixture.Body(), leave.Token)
                .GetAsyncEnumerator(default)
        )
        {
            (await parts.MoveNextAsync()).ShouldBeTrue();
            var next = parts.MoveNextAsync().AsTask();
            await leave.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => next);
        }
        goOn.SetResult();
        await Eventually.IsTrueAsync(
            async () => (await f.CallViewAsync("a")).State == "finished",
            "the abandoned call ends"
        );
        var view = await f.CallViewAsync("a");
        view.Outcome.ShouldBe("client_gone");
        view.CreditMicros.ShouldBe(CallFixture.UsualCostMicros);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_caller_that_leaves_a_silent_provider_is_charged_an_estimate_after_the_drain()
    {
        await using var f = await CallFixture.StartAsync(s => s.Settings["Llm:DrainSeconds"] = "0");
        f.Provider.Answers = _ => new FakeAnswer { HangAfter = 2 };
        await using (
            var parts = f.Llm.StreamTextAsync(f.Billing("a"), CallFixture.Body(), default).GetAsyncEnumerator(default)
        )
        {
            (await parts.MoveNextAsync()).ShouldBeTrue();
            (await parts.MoveNextAsync()).ShouldBeTrue();
        }
        await Eventually.IsTrueAsync(
            async () => (await f.CallViewAsync("a")).State == "finished",
            "the abandoned call ends"
        );
        var view = await f.CallViewAsync("a");
        view.Usage.Estimated.ShouldBeTrue();
        view.CreditMicros.ShouldBeGreaterThan(0);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_provider_that_fails_once_is_asked_again_and_the_attempts_are_recorded()
    {
        await using var f = await CallFixture.StartAsync(s => s.Settings["Llm:AttemptsPerCandidate"] = "2");
        var asked = 0;
        f.Provider.Answers = _ =>
            Interlocked.Increment(ref asked) == 1
                ? new FakeAnswer { Status = 503, RetryAfter = "0" }
                : new FakeAnswer();
        (await f.OutcomeAsync("a")).ShouldBe("ok");
        (await f.CallViewAsync("a"))
            .Attempts.Select(a => (a.Ended, a.Status))
            .ShouldBe([("Unavailable", 503), ("answered", 0)]);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit - CallFixture.UsualCostMicros);
    }
}
