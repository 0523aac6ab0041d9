using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm;

/// <summary>IChatClient over the real outlet and a real provider.</summary>
public sealed class ChatClientStoryTests
{
    private static readonly AIFunction Lookup = AIFunctionFactory.Create(
        (string query) => query + " at noon",
        "lookup"
    );

    [Fact]
    public async Task A_loop_of_tool_calls_is_a_chain_of_calls_that_can_be_run_again_for_nothing()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = call =>
            call.Body["messages"]!.AsArray().Any(m => m!["role"]!.GetValue<string>() == "tool")
                ? new FakeAnswer { Text = "It is at noon." }
                : new FakeAnswer
                {
                    Raw = (
                        "application/json",
                        """
                        {"id":"c","model":"fake-1","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,
                         "tool_calls":[{"id":"t1","type":"function","function":{"name":"lookup","arguments":"{\"query\":\"Friday\"}"}}]}}],
                         "usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}
                        """
                    ),
                };
        for (var round = 0; round < 2; round++)
        {
            using var client = new LlmChatClient(f.Llm, f.Billing("loop"));
            (await RunToolsAsync(client, new(ChatRole.User, "When?"))).ShouldBe("It is at noon.");
        }
        f.Provider.Received.Count.ShouldBe(2);
        var last = f.Provider.Received.Last().Body["messages"]!.AsArray();
        last[^1]!["content"]!.GetValue<string>().ShouldBe("Friday at noon");
        (await f.CallViewAsync("loop:2")).Outcome.ShouldBe("completed");
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(
            100 * Pricing.MicrosPerCredit - 2 * CallFixture.UsualCostMicros
        );
    }

    [Fact]
    public async Task Images_reach_the_provider_and_usage_tells_cached_and_reasoning_apart()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            PromptTokens = 100,
            CachedTokens = 64,
            CompletionTokens = 20,
            ReasoningTokens = 15,
        };
        using var client = new LlmChatClient(f.Llm, f.Billing("i"));
        var message = new ChatMessage(
            ChatRole.User,
            [
                new TextContent("What?"),
                new DataContent(new byte[] { 1, 2, 3 }, "image/png"),
                new UriContent("https://example.org/a.png", "image/png"),
            ]
        );
        var usage = (await client.GetResponseAsync([message])).Usage!;
        (
            usage.InputTokenCount,
            usage.CachedInputTokenCount,
            usage.OutputTokenCount,
            usage.ReasoningTokenCount,
            usage.TotalTokenCount
        ).ShouldBe((100, 64, 20, 15, 120));
        var parts = f.Provider.Received.Single().Body["messages"]![0]!["content"]!.AsArray();
        parts
            .Select(p => (p!["text"] ?? p["image_url"]!["url"])!.GetValue<string>())
            .ShouldBe(["What?", "data:image/png;base64,AQID", "https://example.org/a.png"]);
        (await f.CallViewAsync("i")).Images.ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_gives_each_word_as_it_comes_and_its_receipt_last()
    {
        await using var f = await CallFixture.StartAsync();
        var more = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer { Text = "one two", AfterFirstChunk = more.Task };
        using var client = new LlmChatClient(f.Llm, f.Billing("s"));
        await using var updates = client.GetStreamingResponseAsync([new(ChatRole.User, "hi")]).GetAsyncEnumerator();
        var next = updates.MoveNextAsync().AsTask();
        await f.Provider.WhenReceivedAsync(1);
        next.IsCompleted.ShouldBeFalse("the provider has said nothing yet");
        more.SetResult();
        List<ChatResponseUpdate> all = [];
        for (; await next; next = updates.MoveNextAsync().AsTask())
            all.Add(updates.Current);
        string.Concat(all.Select(u => u.Text)).ShouldBe("one two");
        all[^1].RawRepresentation.ShouldBeOfType<CallReceipt>().EventId.ShouldBe("s");
        all.Count(u => u.Text.Length > 0).ShouldBe(2);
    }

    [Fact]
    public async Task A_caller_who_cancels_leaves_a_call_that_is_read_on_and_charged()
    {
        await using var f = await CallFixture.StartAsync();
        var more = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer { Text = "one two three", AfterFirstChunk = more.Task };
        using var client = new LlmChatClient(f.Llm, f.Billing("c"));
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (
                var _ in client.GetStreamingResponseAsync([new(ChatRole.User, "hi")], cancellationToken: stop.Token)
            )
                ;
        });
        await f.Provider.WhenReceivedAsync(1);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        more.SetResult();
        await Eventually.IsTrueAsync(
            async () => (await f.CallViewAsync("c")).Outcome == "client_gone",
            "the call has ended"
        );
        var call = await f.CallViewAsync("c");
        (call.Usage.Output, call.Usage.Estimated, call.CreditMicros).ShouldBe((2, false, CallFixture.UsualCostMicros));
        await f.SettledAsync();
    }

    /// <summary>What a function-invoking client does: call, answer, ask again.</summary>
    private static async Task<string> RunToolsAsync(LlmChatClient client, ChatMessage question)
    {
        List<ChatMessage> messages = [question];
        while (true)
        {
            var response = await client.GetResponseAsync(messages, new ChatOptions { Tools = [Lookup] });
            messages.AddRange(response.Messages);
            var calls = response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
                return response.Text;
            foreach (var call in calls)
                messages.Add(
                    new(
                        ChatRole.Tool,
                        [
                            new FunctionResultContent(
                                call.CallId,
                                (await Lookup.InvokeAsync(new(call.Arguments)))!.ToString()
                            ),
                        ]
                    )
                );
        }
    }
}
