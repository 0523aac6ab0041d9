using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Tests.Llm;

public class UsageReaderTests
{
    [Fact]
    public void Buckets_never_overlap_and_sum_to_what_was_reported()
    {
        var counts = Gen.Choose(0, 2_000).ArrayOf(6).ToArbitrary();
        Prop.ForAll(counts, c =>
        {
            var (prompt, completion, cached, written, reasoning, beside) = (c[0], c[1], c[2], c[3], c[4], c[5] % 4);
            var total = prompt + completion + ((beside & 1) > 0 ? reasoning : 0) + ((beside & 2) > 0 ? cached + written : 0);
            var usage = Read(
                $"{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion},\"total_tokens\":{total},"
                + $"\"prompt_tokens_details\":{{\"cached_tokens\":{cached},\"cache_write_tokens\":{written}}},"
                + $"\"completion_tokens_details\":{{\"reasoning_tokens\":{reasoning}}}}}")!.Value;
            return usage.Total == total && usage is { Input: >= 0, Output: >= 0, Cached: >= 0, CacheWrite: >= 0, Reasoning: >= 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void Whatever_a_server_reports_no_bucket_is_negative_and_they_sum_to_the_total_that_is_believed()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var said = Names.Where(_ => random.Next(3) > 0).ToDictionary(n => n, _ => Value(random));
            if (Read(Write(said)) is not { } usage) return true;
            var (prompt, completion, total) = (Known(said, "prompt_tokens"), Known(said, "completion_tokens"), Known(said, "total_tokens"));
            return usage is { Input: >= 0, Output: >= 0, Cached: >= 0, CacheWrite: >= 0, Reasoning: >= 0, Estimated: false }
                && (prompt is null || completion is null || usage.Total == Math.Max(total ?? 0, prompt.Value + completion.Value));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static readonly string[] Names =
    [
        "prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_hit_tokens", "prompt_cache_miss_tokens", "prompt_tokens_details",
        "completion_tokens_details", "reasoning_tokens", "cost", "other",
    ];

    /// <summary>Mostly counts, and everything else that a server may say in their place.</summary>
    private static string Value(Random random) => random.Next(12) switch
    {
        0 => "-" + random.Next(1, 100),
        1 => "null",
        2 => "\"12\"",
        3 => "1.5",
        4 => "1e99",
        5 => "9223372036854775807",
        6 => $"{{\"cached_tokens\":{random.Next(2_000)},\"cache_write_tokens\":{random.Next(-5, 2_000)},\"reasoning_tokens\":{random.Next(-5, 2_000)}}}",
        7 => "[1,2]",
        _ => random.Next(3_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static long? Known(Dictionary<string, string> said, string name) =>
        said.TryGetValue(name, out var value) && long.TryParse(value, out var number) && number is >= 0 and <= 1_000_000_000_000 ? number : null;

    private static string Write(Dictionary<string, string> said) => "{" + string.Join(',', said.Select(s => $"\"{s.Key}\":{s.Value}")) + "}";

    [Theory]
    [InlineData("{\"prompt_tokens\":5,\"total_tokens\":8}", 5, 3)]
    [InlineData("{\"completion_tokens\":5,\"total_tokens\":8}", 3, 5)]
    [InlineData("{\"input_tokens\":5,\"output_tokens\":3}", 5, 3)]
    [InlineData("{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":0}", 5, 3)]
    public void What_is_missing_is_found_from_the_total(string usage, long input, long output) =>
        Read(usage).ShouldBe(new TokenUsage(input, output));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"total_tokens\":8}")]
    [InlineData("{\"prompt_tokens\":5}")]
    [InlineData("{\"prompt_tokens\":1e99,\"completion_tokens\":3}")]
    [InlineData("{\"prompt_tokens\":9000000000000000000,\"completion_tokens\":3}")]
    [InlineData("{\"prompt_tokens\":{\"a\":1},\"completion_tokens\":3}")]
    public void What_cannot_be_told_is_no_usage(string usage) => Read(usage).ShouldBeNull();

    [Fact]
    public void The_models_own_text_is_never_taken_for_usage()
    {
        var text = Encoding.UTF8.GetBytes("{\"choices\":[{\"delta\":{\"content\":\"{\\\"usage\\\":{\\\"prompt_tokens\\\":1,\\\"completion_tokens\\\":1}}\"}}]}");
        UsageReader.TryRead(text, out _).ShouldBeFalse();
        var arguments = "{\"choices\":[{\"index\":0,\"message\":{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}}]}"u8;
        UsageReader.TryRead(arguments, out _).ShouldBeFalse();
    }

    private static TokenUsage? Read(string usage) =>
        UsageReader.TryRead(Encoding.UTF8.GetBytes($"{{\"id\":\"x\",\"usage\":{usage}}}"), out var found) ? found : null;
}
