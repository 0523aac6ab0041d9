using System.Net;
using System.Net.Sockets;
using System.Text;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Llm;

public class OpenAiCompatibleProviderTests
{
    [Theory]
    [InlineData("h/v1")]
    [InlineData("ftp://h")]
    [InlineData("")]
    public void What_is_no_base_url_is_refused(string given) =>
        Should.Throw<ArgumentException>(() => OpenAiCompatibleProvider.ChatAddress(given));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_arrives_with_its_usage_and_the_key_was_sent(bool stream)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => new FakeAnswer
        {
            Text = "a b c",
            PromptTokens = 9,
            CachedTokens = 4,
            CompletionTokens = 3,
        };
        var answer = await AskAsync(fake.BaseUrl, stream, o => o.ApiKey = "secret");
        answer.Usage.ShouldBe(new TokenUsage(5, 3, 4));
        answer.TextBytes.ShouldBe(5);
        var call = fake.Received.ShouldHaveSingleItem();
        call.Authorization.ShouldBe("Bearer secret");
        call.OutputLimit.ShouldBe(64);
        fake.Completed.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, nameof(FailureKind.Rejected))]
    [InlineData(404, nameof(FailureKind.Rejected))]
    [InlineData(413, nameof(FailureKind.Rejected))]
    [InlineData(401, nameof(FailureKind.Refused))]
    [InlineData(402, nameof(FailureKind.Refused))]
    [InlineData(403, nameof(FailureKind.Refused))]
    [InlineData(408, nameof(FailureKind.TimedOut))]
    [InlineData(429, nameof(FailureKind.RateLimited))]
    [InlineData(500, nameof(FailureKind.Unavailable))]
    [InlineData(502, nameof(FailureKind.Unavailable))]
    [InlineData(529, nameof(FailureKind.Unavailable))]
    [InlineData(504, nameof(FailureKind.TimedOut))]
    public async Task A_status_is_classified_and_the_error_body_kept(int status, string kind)
    {
        var failure = await FailAsync(new FakeAnswer { Status = status, RetryAfter = "7" }, true);
        failure.Kind.ToString().ShouldBe(kind);
        failure.Status.ShouldBe(status);
        failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        Encoding.UTF8.GetString(failure.Body!).ShouldContain("The fake says no.");
        if (failure.Kind == FailureKind.Rejected)
            Failures.ToRefusal(failure).Message.ShouldContain("The fake says no.");
    }

    [Fact]
    public async Task A_spent_quota_is_our_account_and_not_a_rate_limit()
    {
        var body = "{\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}}";
        (await FailAsync(new FakeAnswer { Status = 429, Raw = ("application/json", body) }, true)).Kind.ShouldBe(
            FailureKind.Refused
        );
    }

    [Theory]
    [InlineData("application/json", "{\"error\":{\"message\":\"x\",\"code\":500}}", nameof(FailureKind.Unavailable))]
    [InlineData("application/json", "{\"error\":\"overloaded\"}", nameof(FailureKind.Malformed))]
    [InlineData("application/json", "{\"error\":{\"type\":\"overloaded_error\"}}", nameof(FailureKind.Unavailable))]
    [InlineData(
        "application/json",
        "{\"object\":\"error\",\"message\":\"x\",\"code\":400}",
        nameof(FailureKind.Rejected)
    )]
    [InlineData("application/json", "{}", nameof(FailureKind.Malformed))]
    [InlineData("application/json", "<html>", nameof(FailureKind.Malformed))]
    [InlineData("application/json", "", nameof(FailureKind.Malformed))]
    [InlineData("text/event-stream", "data: {\"error\":{\"code\":\"429\"}}\n\n", nameof(FailureKind.RateLimited))]
    [InlineData(
        "text/event-stream",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n",
        nameof(FailureKind.Cut)
    )]
    [InlineData("text/event-stream", "data: hello\n\n", nameof(FailureKind.Malformed))]
    [InlineData("text/event-stream", "", nameof(FailureKind.Cut))]
    public async Task A_success_that_is_none_is_classified(string type, string body, string kind) =>
        (await FailAsync(new FakeAnswer { Raw = (type, body) }, stream: true)).Kind.ToString().ShouldBe(kind);

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    public async Task A_connection_that_breaks_is_a_cut(bool stream, int after) =>
        (await FailAsync(new FakeAnswer { CutAfter = after }, stream)).Kind.ShouldBe(FailureKind.Cut);

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public async Task A_server_that_falls_silent_is_timed_out(bool stream, int after) =>
        (await FailAsync(new FakeAnswer { HangAfter = after }, stream)).Kind.ShouldBe(FailureKind.TimedOut);

    [Fact]
    public async Task A_steady_stream_outlives_the_idle_time_but_not_the_total()
    {
        var words = string.Join(' ', Enumerable.Repeat("w", 100));
        var failure = await FailAsync(new FakeAnswer { Text = words, Step = TimeSpan.FromMilliseconds(100) }, true);
        failure.Kind.ShouldBe(FailureKind.TimedOut);
        failure.Message.ShouldContain("next piece");
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable_and_nothing_was_billed()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        var failure = await Should.ThrowAsync<ProviderException>(() => AskAsync($"http://127.0.0.1:{port}", true));
        failure.Kind.ShouldBe(FailureKind.Unavailable);
        Failures.PolicyOf(failure.Kind).MayBill.ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_beyond_the_size_limit_is_refused()
    {
        foreach (var stream in new[] { true, false })
        {
            var failure = await FailAsync(new FakeAnswer { Text = new string('x', 50_000) }, stream, o =>
                o.AnswerLimitBytes = 20_000
            );
            failure.Kind.ShouldBe(FailureKind.Malformed);
        }
    }

    [Fact]
    public async Task The_client_may_go_while_the_rest_is_drained()
    {
        await using var fake = await FakeProvider.StartAsync();
        var goOn = new TaskCompletionSource();
        fake.Answers = _ => new FakeAnswer { AfterFirstChunk = goOn.Task };
        using var provider = Provider(fake.BaseUrl);
        using var client = new CancellationTokenSource();
        await using var sent = await provider.SendAsync(Request(true), client.Token);
        var answer = new AnswerText(1_000);
        await client.CancelAsync();
        goOn.SetResult();
        await foreach (var chunk in sent.ReadAsync(CancellationToken.None))
            answer.TryAdd(chunk.Span);
        answer.Usage.ShouldNotBeNull();
    }

    [Fact]
    public void Every_failure_has_a_word_for_our_caller()
    {
        foreach (var kind in Enum.GetValues<FailureKind>())
            Failures.ToRefusal(new ProviderException(kind, "x")).Code.HttpStatus.ShouldBeOneOf(400, 429, 502, 503, 504);
        Failures
            .ToRefusal(new ProviderException(FailureKind.Rejected, "x", 413))
            .Code.ShouldBe(ErrorCodes.PayloadTooLarge);
    }

    private static async Task<ProviderException> FailAsync(
        FakeAnswer answer,
        bool stream,
        Action<OpenAiCompatibleOptions>? configure = null
    )
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => answer;
        return await Should.ThrowAsync<ProviderException>(() => AskAsync(fake.BaseUrl, stream, configure));
    }

    private static async Task<AnswerText> AskAsync(
        string baseUrl,
        bool stream,
        Action<OpenAiCompatibleOptions>? configure = null
    )
    {
        using var provider = Provider(baseUrl, configure);
        await using var sent = await provider.SendAsync(Request(stream), CancellationToken.None);
        var answer = new AnswerText(1_000_000);
        await foreach (var chunk in sent.ReadAsync(CancellationToken.None))
            answer.TryAdd(chunk.Span).ShouldBeTrue();
        return answer;
    }

    private static ProviderRequest Request(bool stream)
    {
        var request = ChatRequest.Parse("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"u8.ToArray());
        return new ProviderRequest("m", request.WriteUpstream("m", 64, stream, UpstreamDialect.Default), stream);
    }

    private static OpenAiCompatibleProvider Provider(string baseUrl, Action<OpenAiCompatibleOptions>? configure = null)
    {
        var options = new OpenAiCompatibleOptions
        {
            BaseUrl = baseUrl,
            FirstByteTimeoutSeconds = 1,
            IdleTimeoutSeconds = 1,
            TotalTimeoutSeconds = 2,
        };
        configure?.Invoke(options);
        return new OpenAiCompatibleProvider(options, TimeProvider.System);
    }
}
