using System.Globalization;
using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

/// <summary>The Credit covers a shorter answer than asked for: failure 16 of docs/failures.md.</summary>
public sealed class AdaptOutputTests
{
    private static readonly (string, string) Adapt = ("x-smartflow-adapt-output", "true");

    [Fact]
    public async Task A_refusal_says_how_long_an_answer_is_covered_and_that_one_is_admitted()
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(200_000);
        var error = (await PostAsync(f, 4_000)).ShouldBeError(ErrorCodes.InsufficientCredit);
        var covered = error["largest_output_tokens"]!.GetValue<int>();
        error["missing_micros"]!.GetValue<long>().ShouldBe(error["required_micros"]!.GetValue<long>() - 200_000);
        error["held_micros"]!.GetValue<long>().ShouldBe(0);
        error["message"]!.GetValue<string>().ShouldEndWith($"Retry with max_tokens of at most {covered}.");
        (await PostAsync(f, covered + 1)).ShouldBeError(ErrorCodes.InsufficientCredit);
        (await PostAsync(f, covered)).ShouldBe(HttpStatusCode.OK);
        f.Provider.Received.Single().OutputLimit.ShouldBe(covered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_takes_a_shorter_answer_gets_it_and_is_told_the_limit(bool stream)
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(200_000);
        var answer = (await PostAsync(f, 4_000, stream, Adapt, ("Idempotency-Key", "a"))).ShouldBe(HttpStatusCode.OK);
        var limit = long.Parse(answer.Header("x-smartflow-output-limit")!, CultureInfo.InvariantCulture);
        limit.ShouldBeInRange(1, 3_999);
        f.Provider.Received.Single().OutputLimit.ShouldBe((int)limit);
        f.Provider.Received.Single().Body.ToJsonString().ShouldNotContain("adapt");
        answer.Said().ShouldBe("Hello there");
        (await f.CallViewAsync("a")).HoldMicros.ShouldBeInRange(1, 200_000);
        await f.SettledAsync();

        var again = (await PostAsync(f, 4_000, stream, ("Idempotency-Key", "a"))).ShouldBe(HttpStatusCode.OK);
        again.Header("x-smartflow-replayed").ShouldBe("true");
        again.Header("x-smartflow-output-limit").ShouldBe(limit.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task What_is_covered_as_it_is_stays_as_it_is()
    {
        await using var f = await CallFixture.StartAsync();
        (await PostAsync(f, 100, false, Adapt)).Header("x-smartflow-output-limit").ShouldBeNull();
        f.Provider.Received.Single().OutputLimit.ShouldBe(100);
        (await PostAsync(f, 100, false, ("x-smartflow-adapt-output", "perhaps"))).ShouldBeError(
            ErrorCodes.InvalidArgument
        );
        await f.SettledAsync();
        await f.SetBalanceAsync(100);
        (await PostAsync(f, 100, false, Adapt)).ShouldBeError(ErrorCodes.InsufficientCredit);
        (await f.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Parallel_calls_that_adapt_never_hold_more_than_the_balance()
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(1_000_000);
        f.Provider.Hold();
        var calls = Enumerable.Range(0, 20).Select(_ => PostAsync(f, 4_000, false, Adapt)).ToList();
        await f.Provider.WhenReceivedAsync(1);
        await Eventually.IsTrueAsync(() => Task.FromResult(calls.Count(c => c.IsCompleted) >= 15), "most are refused");
        (await f.BalanceAsync()).HeldMicros.ShouldBeInRange(1, 1_000_000);
        f.Provider.LetGo();
        await Task.WhenAll(calls);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBeGreaterThanOrEqualTo(0);
    }

    private static Task<Answer> PostAsync(
        CallFixture f,
        int maxTokens,
        bool stream = false,
        params (string, string)[] headers
    ) => f.User.PostAsync("/v1/chat/completions", Chat("Hi", CallFixture.Model, stream, maxTokens: maxTokens), headers);
}
