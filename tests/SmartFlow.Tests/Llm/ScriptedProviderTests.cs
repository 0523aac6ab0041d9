using System.Text;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class ScriptedProviderTests
{
    private readonly OpenAiCompatibleOptions options = new()
    {
        FirstByteTimeoutSeconds = 30,
        IdleTimeoutSeconds = 30,
        TotalTimeoutSeconds = 60,
    };

    [Theory]
    [InlineData("echo", "one two three", 3, 0, 0)]
    [InlineData("scripted/echo", "one two three", 3, 0, 0)]
    [InlineData("cached", "one two three", 3, 3, 0)]
    [InlineData("reasoning", "one two three", 3, 0, 3)]
    [InlineData("empty", "", 1, 0, 0)]
    [InlineData("json-for-stream", "one two three", 3, 0, 0)]
    public async Task It_says_what_its_name_says_streamed_and_plain(
        string model,
        string text,
        int output,
        int cached,
        int reasoning
    )
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await AskAsync(model, stream);
            answer.Usage.ShouldBe(new TokenUsage(4 - cached, output, cached, 0, reasoning));
            TextOf(answer).ShouldBe(text);
            answer.Finished.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("no-usage", false)]
    [InlineData("null-usage", false)]
    [InlineData("zero-usage", true)]
    public async Task Missing_null_and_zero_usage_are_told_apart(string model, bool reported)
    {
        foreach (var stream in new[] { true, false })
            (await AskAsync(model, stream)).Usage.ShouldBe(reported ? new TokenUsage(0, 0) : null);
    }

    [Fact]
    public async Task The_output_limit_is_kept()
    {
        var answer = await AskAsync("long-50", true, limit: 7);
        answer.Usage!.Value.Output.ShouldBe(7);
        answer.FinishReason.ShouldBe("length");
        (await AskAsync("long-50", true)).Usage!.Value.Output.ShouldBe(50);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tool_is_called(bool stream)
    {
        var stored = Encoding.UTF8.GetString((await AskAsync("tool-call", stream)).ToStored()!.Completion.Span);
        stored.ShouldContain("\"finish_reason\":\"tool_calls\"");
        System.Text.Json.Nodes.JsonNode.Parse(stored)!["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]![
            "arguments"
        ]!
            .GetValue<string>()
            .ShouldBe("{\"query\":\"Friday\"}");
    }

    [Theory]
    [InlineData("error-400", nameof(FailureKind.Rejected))]
    [InlineData("error-401", nameof(FailureKind.Refused))]
    [InlineData("error-429", nameof(FailureKind.RateLimited))]
    [InlineData("error-500", nameof(FailureKind.Unavailable))]
    [InlineData("error-503", nameof(FailureKind.Unavailable))]
    [InlineData("error-in-200", nameof(FailureKind.Unavailable))]
    [InlineData("error-mid-stream", nameof(FailureKind.Unavailable))]
    [InlineData("cut-before", nameof(FailureKind.Cut))]
    [InlineData("cut-stream", nameof(FailureKind.Cut))]
    [InlineData("malformed-sse", nameof(FailureKind.Malformed))]
    [InlineData("big-line", nameof(FailureKind.Malformed))]
    [InlineData("hang", nameof(FailureKind.TimedOut))]
    [InlineData("hang-mid-stream", nameof(FailureKind.TimedOut))]
    public async Task It_fails_as_its_name_says(string model, string kind)
    {
        // Only what is meant to be too slow may run into a limit on a busy machine.
        if (model.StartsWith("hang", StringComparison.Ordinal))
            (options.FirstByteTimeoutSeconds, options.IdleTimeoutSeconds) = (1, 1);
        var failure = await Should.ThrowAsync<ProviderException>(() => AskAsync(model, true));
        failure.Kind.ToString().ShouldBe(kind);
    }

    [Fact]
    public async Task The_first_attempt_is_limited_and_the_second_answered()
    {
        var limited = await Should.ThrowAsync<ProviderException>(() => AskAsync("flaky-429", true));
        limited.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        TextOf(await AskAsync("flaky-429", true, attempt: 2)).ShouldBe("one two three");
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_failure_of_the_provider()
    {
        using var gone = new CancellationTokenSource(50);
        await Should.ThrowAsync<OperationCanceledException>(() =>
            AskAsync("hang", true, cancellationToken: gone.Token)
        );
    }

    [Fact]
    public void Unknown_scripts_are_unknown()
    {
        ScriptedProvider.Knows("scripted/echo").ShouldBeTrue();
        ScriptedProvider.Knows("scripted/long-20").ShouldBeTrue();
        ScriptedProvider.Knows("scripted/long-x").ShouldBeFalse();
        ScriptedProvider.Knows("scripted/nonsense").ShouldBeFalse();
    }

    private async Task<AnswerText> AskAsync(
        string model,
        bool stream,
        int attempt = 1,
        long limit = 4096,
        CancellationToken cancellationToken = default
    )
    {
        using var provider = new ScriptedProvider(options, TimeProvider.System);
        var request = ChatRequest.Parse(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}]}"u8.ToArray()
        );
        var body = request.WriteUpstream(model, limit, stream, UpstreamDialect.Default);
        var answer = new AnswerText(1_000_000);
        await using var sent = await provider.SendAsync(
            new ProviderRequest(model, body, stream, attempt),
            cancellationToken
        );
        await foreach (var chunk in sent.ReadAsync(cancellationToken))
            answer.TryAdd(chunk.Span).ShouldBeTrue();
        return answer;
    }

    private static string TextOf(AnswerText answer) =>
        System.Text.Json.Nodes.JsonNode.Parse(answer.ToStored()!.Completion.Span)!["choices"]![0]!["message"]![
            "content"
        ]!.GetValue<string>();
}
