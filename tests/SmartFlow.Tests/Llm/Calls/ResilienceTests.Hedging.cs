namespace SmartFlow.Tests.Llm.Calls;

public sealed partial class ResilienceTests
{
    [Fact]
    public async Task A_silent_provider_is_overtaken_and_only_the_winner_is_charged()
    {
        await using var f = await StartAsync(("Llm:HedgeAfterMilliseconds", "50"));
        await f.Calls.PriceAsync(SecondPrice);
        f.First.Hold();
        var (chunks, receipt, failure) = await f.Calls.StreamAsync("a", Body());
        failure.ShouldBeNull();
        CallFixture.TextOf(chunks).ShouldBe("Hello there");
        receipt!.ProviderName.ShouldBe("second");
        receipt.CreditMicros.ShouldBe(2 * CallFixture.UsualCostMicros);
        (await f.AttemptsAsync("a")).ShouldBe("first outrun may bill, second answered");
        (await f.RowAsync("a")).Candidate.ShouldBe(1);
        await Eventually.IsTrueAsync(() => Task.FromResult(f.First.Open == 0), "the loser is stopped");
        f.First.Completed.ShouldBeEmpty();
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task The_first_may_still_win_and_the_journal_names_it()
    {
        await using var f = await StartAsync(("Llm:HedgeAfterMilliseconds", "50"));
        await f.Calls.PriceAsync(SecondPrice);
        f.First.Hold();
        f.Second.Hold();
        var goOn = new TaskCompletionSource();
        f.First.Answers = _ => new FakeAnswer { AfterFirstChunk = goOn.Task };
        var call = f.Calls.StreamAsync("a", Body());
        await f.Second.WhenReceivedAsync(1);
        f.First.LetGo();
        await Eventually.IsTrueAsync(
            async () => (await f.RowAsync("a")).Candidate == 0,
            "the journal names the first while the answer runs"
        );
        await Eventually.IsTrueAsync(() => Task.FromResult(f.Second.Open == 0), "the second is stopped");
        goOn.SetResult();
        var (_, receipt, _) = await call;
        receipt!.ProviderName.ShouldBe("first");
        receipt.CreditMicros.ShouldBe(CallFixture.UsualCostMicros);
        (await f.AttemptsAsync("a")).ShouldBe("second outrun may bill, first answered");
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task Where_the_overtaker_fails_the_first_is_waited_for()
    {
        await using var f = await StartAsync(("Llm:HedgeAfterMilliseconds", "50"));
        f.First.Hold();
        f.Second.Answers = _ => new FakeAnswer { Status = 500 };
        var call = f.Calls.StreamAsync("a", Body());
        await f.Second.WhenReceivedAsync(1);
        f.First.LetGo();
        var (_, receipt, failure) = await call;
        failure.ShouldBeNull();
        receipt!.ProviderName.ShouldBe("first");
        // The first may be let go before the failure of the second has been read.
        (await f.AttemptsAsync("a")).ShouldBeOneOf(
            "second Unavailable, first answered",
            "second outrun may bill, first answered"
        );
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task Without_hedging_a_silent_provider_is_waited_for()
    {
        await using var f = await StartAsync();
        f.First.Hold();
        var call = f.Calls.StreamAsync("a", Body());
        await f.First.WhenReceivedAsync(1);
        await Task.Delay(200);
        f.Second.Received.ShouldBeEmpty();
        f.First.LetGo();
        (await call).Receipt!.ProviderName.ShouldBe("first");
    }
}
