using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Llm.UsageAnswers;

namespace SmartFlow.Tests.Llm;

/// <summary>
/// An answer that did not come to its end is charged what was told or what was delivered, whichever is more. Failures 9
/// and 10 of docs/failures.md.
/// </summary>
public sealed partial class UsageEndingsTests(UsageHost host) : IClassFixture<UsageHost>
{
    /// <summary>We take three bytes for a token.</summary>
    private const int LongTokens = 1_000;
    private static readonly string Long = string.Concat(Enumerable.Repeat("abc de", LongTokens / 2));
    private static readonly string Early = Chunk(
        "\"role\":\"assistant\",\"content\":\"\"",
        "{\"prompt_tokens\":700,\"completion_tokens\":1,\"total_tokens\":701}"
    );
    private static readonly string Placeholder = Chunk(
        "\"role\":\"assistant\",\"content\":\"\"",
        "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}"
    );

    [Fact]
    public async Task A_stream_that_is_cut_costs_what_was_told_of_the_prompt_and_at_least_what_was_delivered()
    {
        await ShouldCostAsync(
            await host.StreamAsync(Early + Text(Long)),
            [700, LongTokens, 0, 0, 0],
            true,
            "usage seen early"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Placeholder + Text(Long)),
            [Input, LongTokens, 0, 0, 0],
            true,
            "placeholders"
        );
        await ShouldCostAsync(await host.StreamAsync(Text(Long)), [Input, LongTokens, 0, 0, 0], true, "no usage");
        await ShouldCostAsync(
            await host.StreamAsync(
                Text("abc")
                    + Chunk(
                        "\"content\":\"def\"",
                        "{\"prompt_tokens\":700,\"completion_tokens\":50,\"completion_tokens_details\":{\"reasoning_tokens\":30}}"
                    )
            ),
            [700, 20, 0, 0, 30],
            false,
            "more told than delivered"
        );
        await ShouldCostAsync(
            await host.StreamAsync(
                Chunk(
                    "\"content\":\"a\"",
                    "{\"prompt_tokens\":700,\"completion_tokens\":50,\"completion_tokens_details\":{\"reasoning_tokens\":30}}"
                ) + Text(Long)
            ),
            [700, LongTokens - 30, 0, 0, 30],
            true,
            "less told than delivered, a part of it reasoning",
            extra: 1
        );
        await ShouldCostAsync(
            await host.StreamAsync(
                MessageStart("{\"input_tokens\":700,\"cache_read_input_tokens\":600,\"output_tokens\":1}")
                    + MessageText(Long),
                "claude-x"
            ),
            [700, LongTokens, 600, 0, 0],
            true,
            "Anthropic's message_start"
        );
        await ShouldCostAsync(
            await host.StreamAsync(ResponseBegin() + ResponseText(Long), "gpt-x"),
            [Input, LongTokens, 0, 0, 0],
            true,
            "a response"
        );
        await AgreesAsync();
    }

    [Fact]
    public async Task An_answer_that_came_to_its_end_costs_what_its_last_words_told()
    {
        const string told = "{\"prompt_tokens\":700,\"completion_tokens\":20,\"total_tokens\":720}",
            zeros = "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}";
        await ShouldCostAsync(
            await host.StreamAsync(Early + Text(Long) + End() + Usage(told) + Done),
            [700, 20, 0, 0, 0],
            false,
            "in a chunk of its own"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Placeholder + Text(Long) + End(told) + Done),
            [700, 20, 0, 0, 0],
            false,
            "with the end"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Text(Long) + Usage(told) + End() + Done),
            [700, 20, 0, 0, 0],
            false,
            "before the end"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Text(Long) + End(told) + Usage(zeros) + Done),
            [700, 20, 0, 0, 0],
            false,
            "zeros after it"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Early + Text(Long) + End() + Done),
            [700, LongTokens, 0, 0, 0],
            true,
            "told early and never again"
        );
        await ShouldCostAsync(
            await host.StreamAsync(Early + Text(Long) + End() + Usage(zeros) + Done),
            [700, LongTokens, 0, 0, 0],
            true,
            "zeros at the end"
        );
        await ShouldCostAsync(
            await host.StreamAsync(End() + Usage(zeros) + Done),
            [0, 0, 0, 0, 0],
            false,
            "zeros, and nothing came"
        );
        await ShouldCostAsync(
            await host.StreamAsync(End() + Usage("{\"prompt_tokens\":700,\"completion_tokens\":0}") + Done),
            [700, 0, 0, 0, 0],
            false,
            "no output, and none came"
        );
        await AgreesAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_is_charged_no_less(bool told)
    {
        using var leave = new CancellationTokenSource();
        var goOn = new TaskCompletionSource();
        host.Provider.Answers = _ => new FakeAnswer
        {
            Text = "x " + Long.Replace(" ", ""),
            BeforeChunk = i => i < 3 ? Task.CompletedTask : goOn.Task,
        };
        if (told)
            host.Provider.Answers = _ => new FakeAnswer
            {
                Text = "x " + Long.Replace(" ", ""),
                FirstUsage = "{\"prompt_tokens\":700,\"completion_tokens\":1}",
                BeforeChunk = i => i < 3 ? Task.CompletedTask : goOn.Task,
            };
        var key = host.NextKey();
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions"))
        {
            request.Content = System.Net.Http.Json.JsonContent.Create(UsageHost.Body(CallFixture.Model, true));
            request.Headers.Add("Idempotency-Key", key);
            using var response = await host.Calls.User.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                leave.Token
            );
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(leave.Token));
            for (var i = 0; i < 5; i++)
                await lines.ReadLineAsync(leave.Token);
            await leave.CancelAsync();
        }
        await Eventually.IsTrueAsync(
            async () => (await host.Calls.CallViewAsync(key)).State == "finished",
            "the abandoned call ends"
        );
        var charged = await host.SeenAsync(key);
        charged.Outcome.ShouldBe("client_gone");
        // Without its blanks, and with " " and "x".
        await ShouldCostAsync(
            charged,
            [told ? 700 : Input, (Long.Replace(" ", "").Length + 2 + 2) / 3, 0, 0, 0],
            true,
            "client gone"
        );
        goOn.SetResult();
        await AgreesAsync();
    }

    [Fact]
    public async Task A_failure_that_comes_with_a_usage_costs_it_whether_or_not_something_was_delivered()
    {
        const string usage =
            "\"usage\":{\"input_tokens\":700,\"output_tokens\":20,\"input_tokens_details\":{\"cached_tokens\":600},\"output_tokens_details\":{\"reasoning_tokens\":15}}";
        const string failed =
            "\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"output\":[],"
            + usage
            + "}";
        long[] told = [100, 5, 600, 0, 15];
        await ShouldCostAsync(
            await host.StreamAsync(
                ResponseBegin() + ResponseText(Long) + ResponseEvent("response.failed", failed),
                "gpt-x"
            ),
            told,
            false,
            "after a text"
        );
        await ShouldCostAsync(
            await host.StreamAsync(ResponseBegin() + ResponseEvent("response.failed", failed), "gpt-x"),
            told,
            false,
            "before any"
        );
        host.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", ResponseEvent("response.failed", failed)),
        };
        await ShouldCostAsync(
            await host.MakeAsync("/v1/chat/completions", UsageHost.Body("gpt-x", true), HttpStatusCode.BadGateway),
            told,
            false,
            "as the first word"
        );
        await ShouldCostAsync(
            await host.PlainAsync($"{{{failed["\"response\":{".Length..]}", "gpt-x", HttpStatusCode.BadGateway),
            told,
            false,
            "plain"
        );
        await ShouldCostAsync(
            await host.PlainAsync(
                $"{{\"id\":\"r\",\"status\":\"failed\",\"error\":null,\"output\":[],{usage}}}",
                "gpt-x",
                HttpStatusCode.BadGateway
            ),
            told,
            false,
            "plain, without a word why"
        );
        await ShouldCostAsync(
            await host.StreamAsync(
                Text(Long)
                    + "data: {\"error\":{\"message\":\"x\",\"code\":500},\"usage\":{\"prompt_tokens\":700,\"completion_tokens\":20}}\n\n"
            ),
            [700, 20, 0, 0, 0],
            false,
            "a chat"
        );
        await AgreesAsync();
    }

    [Theory]
    [InlineData(
        "\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"usage\":null}"
    )]
    [InlineData(
        "\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}"
    )]
    public async Task One_without_is_free_before_any_output(string failed)
    {
        host.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", ResponseEvent("response.failed", failed)),
        };
        var key = host.NextKey();
        var answer = await host.Calls.User.PostAsync(
            "/v1/chat/completions",
            UsageHost.Body("gpt-x", true),
            ("Idempotency-Key", key)
        );
        ((int)answer.Status).ShouldBe(ErrorCodes.ProviderFailed.HttpStatus);
        (await host.Calls.CallViewAsync(key)).State.ShouldBe("failed");
        await AgreesAsync();
    }

    [Fact]
    public async Task So_is_one_whose_provider_had_only_counted_the_prompt()
    {
        host.Provider.Answers = _ => new FakeAnswer
        {
            Raw = (
                "text/event-stream",
                MessageStart("{\"input_tokens\":700,\"output_tokens\":1}")
                    + "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
            ),
        };
        var key = host.NextKey();
        await host.Calls.User.PostAsync(
            "/v1/chat/completions",
            UsageHost.Body("claude-x", true),
            ("Idempotency-Key", key)
        );
        (await host.Calls.CallViewAsync(key)).State.ShouldBe("failed");
        await AgreesAsync();
    }

    private long Input => host.Estimate.Input;

    private static string Text(string text) => Chunk($"\"content\":{Json(text)}");

    private static Task ShouldCostAsync(Charged charged, long[] buckets, bool estimated, string why, long extra = 0)
    {
        if (extra > 0)
            buckets = [buckets[0], buckets[1] + extra, .. buckets[2..]];
        charged.Buckets.ShouldBe(buckets, why);
        charged.Estimated.ShouldBe(estimated, why);
        charged.Micros.ShouldBe(UsageHost.MicrosOf(buckets), why);
        charged.LedgerMicros.ShouldBe(charged.Micros, why);
        return Task.CompletedTask;
    }

    private async Task AgreesAsync()
    {
        await host.Calls.SettledAsync();
        (await host.Calls.FindingsAsync()).ShouldBeEmpty();
    }
}
