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
                var total =
                    prompt
                    + completion
                    + ((beside & 1) > 0 ? reasoning : 0)
                    + ((beside & 2) > 0 ? cached + written : 0);
                var usage = Read(
                    $"{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion},\"total_tokens\":{total},"
                        + $"\"prompt_tokens_details\":{{\"cached_tokens\":{cached},\"cache_write_tokens\":{written}}},"
                        + $"\"completion_tokens_details\":{{\"reasoning_tokens\":{reasoning}}}}}"
                )!.Value;
                return usage.Total == total
                    && usage is { Input: >= 0, Output: >= 0, Cached: >= 0, CacheWrite: >= 0, Reasoning: >= 0 };
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void Whatever_a_server_reports_no_bucket_is_negative_and_they_sum_to_the_total_that_is_believed()
    {
        Prop.ForAll(Seeds, seed =>
            {
                var said = Hostile(seed, PlainNames);
                if (Read(Write(said)) is not { } usage)
                    return true;
                var (prompt, completion, total) = (
                    Known(said, "prompt_tokens"),
                    Known(said, "completion_tokens"),
                    Known(said, "total_tokens")
                );
                // Zeros are no counts beside one that says more.
                return NotNegative(usage)
                    && !usage.Estimated
                    && (
                        prompt is not > 0
                        || completion is not > 0
                        || usage.Total == Math.Max(total ?? 0, prompt.Value + completion.Value)
                    );
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void Under_whichever_names_the_buckets_are_never_more_than_was_told_and_never_nothing_of_something()
    {
        Prop.ForAll(Seeds, seed =>
            {
                var said = Hostile(seed, AllNames);
                var told = Tell(Write(said));
                long Most(params string[] names) => names.Max(n => Known(said, n) ?? 0);
                var prompt = Most("prompt_tokens", "input_tokens");
                var completion = Most("completion_tokens", "output_tokens");
                var rest = said.Keys.Except(Sums).Sum(n => Known(said, n) ?? 0) + Details(said);
                return NotNegative(told.Buckets)
                    && (told.Total > 0 ? told.Total : told.Buckets.Total)
                        <= Math.Max(Known(said, "total_tokens") ?? 0, prompt + completion + rest)
                    && (prompt == 0 || told is { Input: true, PromptTokens: > 0 })
                    && (completion == 0 || told is { Output: true, CompletionTokens: > 0 })
                    && (told.Any || prompt + completion + (Known(said, "total_tokens") ?? 0) == 0);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void The_order_of_names_says_nothing_and_zeros_beside_or_after_a_count_say_nothing()
    {
        Prop.ForAll(Seeds, seed =>
            {
                var random = new Random(seed);
                var said = Hostile(seed, AllNames);
                var told = Tell(Write(said));
                var turned = Tell(Write(said.OrderBy(_ => random.Next()).ToDictionary(s => s.Key, s => s.Value)));
                var zeros = Families
                    .Where(f => f.Any(n => Known(said, n) > 0))
                    .SelectMany(f => f)
                    .Where(n => !said.ContainsKey(n))
                    .ToDictionary(n => n, _ => random.Next(2) == 0 ? "0" : "null");
                var beside = Tell(Write(zeros.Concat(said).ToDictionary(s => s.Key, s => s.Value)));
                var later = UsageCounts.Of(Encoding.UTF8.GetBytes(Write(said))).Then(UsageCounts.Of(Zeros)).Tell();
                return turned == told && beside == told && (later == told || !told.Whole);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Theory]
    [InlineData(
        "{\"prompt_tokens\":1000,\"completion_tokens\":1}",
        "{\"prompt_tokens\":1000,\"completion_tokens\":20}",
        1000,
        20,
        0
    )]
    [InlineData(
        "{\"prompt_tokens\":1000,\"completion_tokens\":20}",
        "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}",
        1000,
        20,
        0
    )]
    [InlineData(
        "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}",
        "{\"prompt_tokens\":1000,\"completion_tokens\":20}",
        1000,
        20,
        0
    )]
    [InlineData(
        "{\"prompt_tokens\":1000,\"prompt_tokens_details\":{\"cached_tokens\":900}}",
        "{\"completion_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":0}}",
        100,
        20,
        900
    )]
    [InlineData("{\"input_tokens\":1000,\"total_tokens\":1000}", "{\"output_tokens\":20}", 1000, 20, 0)]
    [InlineData(
        "{\"prompt_tokens\":1000,\"completion_tokens\":1,\"total_tokens\":1500}",
        "{\"completion_tokens\":20}",
        1000,
        20,
        0
    )]
    [InlineData(
        "{\"prompt_tokens\":900,\"completion_tokens\":30}",
        "{\"prompt_tokens\":1000,\"completion_tokens\":20}",
        1000,
        20,
        0
    )]
    [InlineData(
        "{\"prompt_tokens\":1000,\"completion_tokens\":20}",
        "{\"prompt_tokens\":null,\"completion_tokens\":\"x\"}",
        1000,
        20,
        0
    )]
    public void Of_two_objects_the_later_count_holds_unless_it_is_zero(
        string first,
        string second,
        long input,
        long output,
        long cached
    )
    {
        var counts = UsageCounts.Of(Encoding.UTF8.GetBytes(first)).Then(UsageCounts.Of(Encoding.UTF8.GetBytes(second)));
        counts.Tell().ShouldBe(new ToldUsage(new TokenUsage(input, output, cached), true, true));
    }

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    private static readonly string[][] Families =
    [
        ["prompt_tokens"],
        ["completion_tokens", "output_tokens"],
        ["total_tokens"],
        [
            "cached_tokens",
            "prompt_cache_hit_tokens",
            "cache_read_input_tokens",
            "num_cached_tokens",
            "cache_read_tokens",
        ],
        ["cache_creation_input_tokens", "cache_write_tokens", "cache_creation_tokens", "cached_creation_tokens"],
        ["reasoning_tokens"],
    ];

    private static readonly string[] Sums =
    [
        "prompt_tokens",
        "input_tokens",
        "completion_tokens",
        "output_tokens",
        "total_tokens",
    ];

    private static readonly string[] PlainNames =
    [
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "prompt_cache_hit_tokens",
        "prompt_cache_miss_tokens",
        "prompt_tokens_details",
        "completion_tokens_details",
        "reasoning_tokens",
        "cost",
        "other",
    ];

    private static readonly string[] AllNames =
    [
        .. PlainNames,
        "input_tokens",
        "output_tokens",
        "cached_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "num_cached_tokens",
        "cache_read_tokens",
        "cache_write_tokens",
        "cache_creation_tokens",
        "cached_creation_tokens",
        "cache_creation",
        "input_tokens_details",
        "output_tokens_details",
        "usage_semantic",
    ];

    private static readonly byte[] Zeros = Encoding.UTF8.GetBytes(
        Write(AllNames.Where(n => n != "usage_semantic").ToDictionary(n => n, _ => "0"))
    );

    private static Dictionary<string, string> Hostile(int seed, string[] names)
    {
        var random = new Random(seed);
        return names.Where(_ => random.Next(3) > 0).ToDictionary(n => n, _ => Value(random));
    }

    /// <summary>Mostly counts, and everything else that a server may say in their place.</summary>
    private static string Value(Random random) =>
        random.Next(16) switch
        {
            0 => "-" + random.Next(1, 100),
            1 => "null",
            2 => "\"many\"",
            3 => "\"anthropic\"",
            4 => "1e99",
            5 => "9223372036854775807",
            6 =>
                $"{{\"cached_tokens\":{random.Next(2_000)},\"cache_write_tokens\":{random.Next(-5, 2_000)},\"reasoning_tokens\":{random.Next(-5, 2_000)}}}",
            7 => "[1,2]",
            8 => "true",
            9 => "0",
            10 => $"\" {random.Next(3_000)} \"",
            11 => $"{random.Next(3_000)}.0",
            _ => random.Next(3_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };

    private static long? Known(Dictionary<string, string> said, string name) =>
        said.TryGetValue(name, out var value)
        && decimal.TryParse(value.Trim('"', ' '), System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 1_000_000_000_000
            ? (long)number
            : null;

    /// <summary>All that stands in objects.</summary>
    private static long Details(Dictionary<string, string> said) =>
        said
            .Values.Where(v => v[0] == '{')
            .Sum(v =>
                System.Text.Json.Nodes.JsonNode.Parse(v)!.AsObject().Sum(m => Math.Max(0, m.Value!.GetValue<long>()))
            );

    private static bool NotNegative(in TokenUsage usage) =>
        usage is { Input: >= 0, Output: >= 0, Cached: >= 0, CacheWrite: >= 0, Reasoning: >= 0 };

    private static string Write(Dictionary<string, string> said) =>
        "{" + string.Join(',', said.Select(s => $"\"{s.Key}\":{s.Value}")) + "}";

    private static ToldUsage Tell(string usage) => UsageCounts.Of(Encoding.UTF8.GetBytes(usage)).Tell();

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
        var text = Encoding.UTF8.GetBytes(
            "{\"choices\":[{\"delta\":{\"content\":\"{\\\"usage\\\":{\\\"prompt_tokens\\\":1,\\\"completion_tokens\\\":1}}\"}}]}"
        );
        UsageReader.TryRead(text, out _).ShouldBeFalse();
        var arguments =
            "{\"choices\":[{\"index\":0,\"message\":{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}}]}"u8;
        UsageReader.TryRead(arguments, out _).ShouldBeFalse();
    }

    private static TokenUsage? Read(string usage) =>
        UsageReader.TryRead(Encoding.UTF8.GetBytes($"{{\"id\":\"x\",\"usage\":{usage}}}"), out var found)
            ? found
            : null;
}
