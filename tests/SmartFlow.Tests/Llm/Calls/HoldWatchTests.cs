using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Tests.Gateway;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// A stream that goes on beyond its limit is stopped before it costs more than its hold. Failure 15 of
/// docs/failures.md.
/// </summary>
public sealed class HoldWatchTests
{
    private const string Endless =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen";

    [Fact]
    public async Task An_answer_that_ignores_its_limit_is_stopped_and_ends_as_its_limit_would_have_ended_it()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Text = string.Join(' ', Enumerable.Repeat(Endless, 100)),
            HangAfter = 500,
        };
        var answer = (
            await f.User.ChatAsync(GatewayClient.Chat("Hi", stream: true, usage: true, maxTokens: 10), "a")
        ).ShouldBe(HttpStatusCode.OK);
        var events = answer.Events();
        events[^1].ShouldBe("[DONE]");
        JsonNode.Parse(events[^2])!["usage"]!["completion_tokens"]!.GetValue<long>().ShouldBe(10);
        JsonNode.Parse(events[^3])!["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
        // 10 tokens of 8 bytes, and what it takes to see that they are passed.
        answer.Said().Length.ShouldBeInRange(81, 120);

        var view = await f.CallViewAsync("a");
        view.Outcome.ShouldBe("stopped_at_hold");
        view.CreditMicros.ShouldBeInRange(1, view.HoldMicros);
        await Eventually.IsTrueAsync(() => Task.FromResult(f.Provider.Open == 0), "the provider is told to stop");
        f.Provider.Completed.ShouldBeEmpty();
        await f.SettledAsync();
        (await MetadataAsync(f, "a"))["outcome"]!.GetValue<string>().ShouldBe("stopped_at_hold");

        var repeat = await f.User.ChatAsync(GatewayClient.Chat("Hi", maxTokens: 10), "a");
        repeat.Said().ShouldBe(answer.Said());
        JsonNode.Parse(repeat.Text)!["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
    }

    [Fact]
    public async Task So_is_one_whose_provider_says_on_the_way_that_it_costs_too_much()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", Chunk(0, "a", 1) + Chunk(0, "b", 5_000) + Chunk(0, "c", 5_001)),
        };
        var (chunks, receipt, failure) = await f.StreamAsync("a");
        failure.ShouldBeNull();
        CallFixture.TextOf(chunks).ShouldBe("ab");
        receipt!.Outcome.ShouldBe("stopped_at_hold");
        receipt.Usage.Output.ShouldBe(5_000);
        await f.SettledAsync();
    }

    [Fact]
    public async Task What_a_provider_says_on_the_way_never_makes_it_cheaper_than_what_it_delivered()
    {
        await using var f = await CallFixture.StartAsync();
        var long_ = new string('x', 200);
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", Chunk(0, "a", 1) + Chunk(0, long_, null) + Chunk(0, long_, null)),
        };
        var (_, receipt, _) = await f.StreamAsync("a", CallFixture.Body(maxTokens: 10));
        receipt!.Outcome.ShouldBe("stopped_at_hold");
        receipt.Usage.Output.ShouldBe(10);
    }

    [Fact]
    public async Task Every_choice_gets_its_end()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", Chunk(0, "a", 1) + Chunk(1, "b", 2) + Chunk(1, "c", 5_000)),
        };
        var (chunks, _, _) = await f.StreamAsync(
            "a",
            """{"model":"fake-1","n":2,"max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}"""u8.ToArray()
        );
        JsonNode.Parse(chunks[^1])!["choices"]!
            .AsArray()
            .Select(c => (c!["index"]!.GetValue<int>(), c["finish_reason"]!.GetValue<string>()))
            .ShouldBe([(0, "length"), (1, "length")]);
    }

    [Theory]
    [InlineData(100, "8")]
    [InlineData(10, "0")]
    public async Task An_answer_within_its_limit_is_not_stopped_nor_any_where_that_is_switched_off(
        int maxTokens,
        string bytesPerToken
    )
    {
        await using var f = await CallFixture.StartAsync(s => s.Settings["Llm:StopBytesPerToken"] = bytesPerToken);
        // 790 bytes, no usage on the way.
        var text = string.Join(' ', Enumerable.Repeat("abcdefghi", 79));
        f.Provider.Answers = _ => new FakeAnswer { Text = text };
        var (chunks, receipt, _) = await f.StreamAsync("a", CallFixture.Body(maxTokens: maxTokens));
        CallFixture.TextOf(chunks).ShouldBe(text);
        receipt!.Outcome.ShouldBe("completed");
    }

    [Fact]
    public async Task Nor_is_one_that_is_not_charged()
    {
        await using var f = await CallFixture.StartAsync(s =>
            s.Settings["Llm:InternalScenes:0"] = Scenes.GatewayOpenAi
        );
        f.Provider.Says(Endless);
        var text = new List<string>();
        await foreach (
            var part in f.Llm.StreamTextAsync(
                f.Billing("a") with
                {
                    SkipCharge = true,
                },
                CallFixture.Body(maxTokens: 1),
                default
            )
        )
            if (!part.Chunk.IsEmpty)
                text.Add(part.Chunk.ToStringUtf8());
        CallFixture.TextOf(text).ShouldBe(Endless);
    }

    [Fact]
    public async Task A_caller_that_has_left_does_not_keep_it_going()
    {
        await using var f = await CallFixture.StartAsync();
        var goOn = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Text = string.Join(' ', Enumerable.Repeat(Endless, 100)),
            AfterFirstChunk = goOn.Task,
            HangAfter = 500,
        };
        await using (
            var parts = f
                .Llm.StreamTextAsync(f.Billing("a"), CallFixture.Body(maxTokens: 10), default)
                .GetAsyncEnumerator(default)
        )
            (await parts.MoveNextAsync()).ShouldBeTrue();
        goOn.SetResult();
        await Eventually.IsTrueAsync(
            async () => (await f.CallViewAsync("a")).State == "finished",
            "the abandoned call ends"
        );
        (await f.CallViewAsync("a")).Outcome.ShouldBe("client_gone");
        await Eventually.IsTrueAsync(() => Task.FromResult(f.Provider.Open == 0), "the provider is told to stop");
    }

    private static string Chunk(int index, string text, int? tokens) =>
        "data: "
        + new JsonObject
        {
            ["id"] = "x",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = index,
                    ["delta"] = new JsonObject { ["content"] = text },
                    ["finish_reason"] = null,
                }
            ),
            ["usage"] = tokens is { } t
                ? new JsonObject
                {
                    ["prompt_tokens"] = 5,
                    ["completion_tokens"] = t,
                    ["total_tokens"] = 5 + t,
                }
                : null,
        }.ToJsonString()
        + "\n\n";

    /// <summary>What the ledger row of a call says beside its amount.</summary>
    private static async Task<JsonNode> MetadataAsync(CallFixture f, string eventId)
    {
        await using var db = await f
            .App.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return JsonNode.Parse(
            (
                await db.Ledger.AsNoTracking().SingleAsync(l => l.EventId == eventId && l.AccountId == (long)f.User.Id)
            ).MetadataJson
        )!;
    }
}
