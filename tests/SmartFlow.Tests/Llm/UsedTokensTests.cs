using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Calls;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Tests.Llm;

/// <summary>What a call has used, of what was told and what is estimated.</summary>
public class UsedTokensTests
{
    private static readonly TokenUsage Guess = new(500, 100, Estimated: true);

    [Fact]
    public void It_is_never_less_than_what_was_told_nor_more_than_told_and_estimated_together()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            {
                var random = new Random(seed);
                long Count() => random.Next(3) == 0 ? 0 : random.Next(3_000);
                var buckets = new TokenUsage(Count(), Count(), Count(), Count(), Count());
                var told = new ToldUsage(
                    buckets,
                    random.Next(2) == 0,
                    random.Next(2) == 0,
                    random.Next(4) == 0 ? Count() : 0
                );
                if (told.Total > 0)
                    told = told with
                    {
                        Buckets = buckets with { Input = 0, Output = 0 },
                        Input = false,
                        Output = false,
                    };
                var said = told.Total > 0 ? told.Total : told.Buckets.Total;
                var guess = new TokenUsage(1 + Count(), Count(), Estimated: true);
                var (ended, counted, empty) = (random.Next(2) == 0, random.Next(2) == 0, guess.Output == 0);
                var used = UsedTokens.Of(told, guess, ended, counted && ended, empty);
                var (prompt, completion) = (used.Input + used.Cached + used.CacheWrite, used.Output + used.Reasoning);
                return used is { Input: >= 0, Output: >= 0, Cached: >= 0, CacheWrite: >= 0, Reasoning: >= 0 }
                    && used.Total >= said
                    && used.Total <= said + guess.Total
                    && (prompt > 0 || (ended && empty && told.Whole))
                    && (completion > 0 || empty || told.Total > 0)
                    && (ended || completion >= guess.Output)
                    && (!ended || told.Total == 0 || used.Total == told.Total)
                    && used.Estimated
                        == (!told.Whole || prompt != told.PromptTokens || completion != told.CompletionTokens);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Theory]
    // What the end tells is believed, however little.
    [InlineData(1000, 5, true, true, false, 1000, 5, false)]
    // On the way it may be old, or it is the larger one all the same.
    [InlineData(1000, 5, false, false, false, 1000, 100, true)]
    [InlineData(1000, 500, false, false, false, 1000, 500, false)]
    // Told before the answer was whole, and never again.
    [InlineData(1000, 1, true, false, false, 1000, 100, true)]
    // Zeros beside what was delivered.
    [InlineData(0, 0, true, true, false, 500, 100, true)]
    [InlineData(1000, 0, true, true, false, 1000, 100, true)]
    [InlineData(0, 20, true, true, false, 500, 20, true)]
    // Zeros where nothing was.
    [InlineData(0, 0, true, true, true, 0, 0, false)]
    [InlineData(1000, 0, true, true, true, 1000, 0, false)]
    [InlineData(0, 0, false, false, true, 500, 0, true)]
    public void The_end_tells_the_truth_and_everything_before_is_at_least_what_was_delivered(
        long input,
        long output,
        bool ended,
        bool counted,
        bool empty,
        long usedInput,
        long usedOutput,
        bool estimated
    )
    {
        var guess = empty ? Guess with { Output = 0 } : Guess;
        UsedTokens
            .Of(new ToldUsage(new TokenUsage(input, output), true, true), guess, ended, counted, empty)
            .ShouldBe(new TokenUsage(usedInput, usedOutput, Estimated: estimated));
    }

    [Theory]
    [InlineData(1020, 500, 520)]
    [InlineData(560, 467, 93)]
    [InlineData(80, 67, 13)]
    public void A_sum_alone_is_kept_and_only_split_by_estimate(long total, long input, long output) =>
        UsedTokens
            .Of(new ToldUsage(default, false, false, total), Guess, ended: true, counted: true, empty: false)
            .ShouldBe(new TokenUsage(input, output, Estimated: true));

    [Fact]
    public void What_is_told_of_caches_and_reasoning_stays_within_what_is_estimated()
    {
        var told = new ToldUsage(new TokenUsage(0, 0, Cached: 300, CacheWrite: 100, Reasoning: 60), false, false);
        UsedTokens
            .Of(told, Guess, ended: false, counted: false, empty: false)
            .ShouldBe(new TokenUsage(100, 40, 300, 100, 60, Estimated: true));
    }
}
