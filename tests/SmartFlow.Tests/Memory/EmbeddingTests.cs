using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Memory;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Recalling;

namespace SmartFlow.Tests.Memory;

/// <summary>
/// Recall by meaning, where a model of embeddings is set: each vector is one call, and nothing waits for what fails.
/// </summary>
public sealed class EmbeddingTests : IClassFixture<EmbeddingTests.Host>
{
    private const string Sport = "basketball on the green field";
    private readonly FakeProvider model;
    private readonly SmartFlowApp app;
    private readonly Host host;

    public EmbeddingTests(Host host)
    {
        (this.host, model, app) = (host, host.Model, host.App);
        model.Answers = _ => Meaning();
        model.Forget();
    }

    [Fact]
    public async Task What_means_the_same_is_found_without_a_common_word_and_each_vector_is_paid_for_once()
    {
        var mei = await host.NewUserAsync();
        await WriteAsync(mei, Sport);
        for (var i = 0; i < 6; i++)
            await WriteAsync(mei, $"fact number {i}");
        await MadeAsync(mei, 7);
        (await FoundAsync(mei, "one")).ShouldNotBeEmpty();
        // Of the same weight by words and importance the oldest would be left out: it is first by its meaning.
        (await FoundAsync(mei, "two", "where do I do exercise"))[0].ShouldBe(Sport);
        (await FoundAsync(mei, "two", "where do I do exercise"))[0].ShouldBe(Sport);
        // Seven items and two turns; the repeat of one asked nothing again.
        await ChargedAsync(mei, 9);
        model.Received.Count.ShouldBe(9);
        var calls = (await mei.GetAsync("/api/v1/calls?page_size=100"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToList();
        calls.Select(c => c.Text("scene")).Distinct().ShouldBe(["memory.embed"]);
        calls.Select(c => c.Text("event_id")).Distinct().Count().ShouldBe(9);
    }

    [Fact]
    public async Task A_vector_follows_its_items_words_and_goes_with_the_item()
    {
        var mei = await host.NewUserAsync();
        var ids = new List<long>();
        for (var i = 0; i < 6; i++)
            ids.Add(await WriteAsync(mei, $"fact number {i}"));
        await MadeAsync(mei, 6);
        // Other words are another call; the same words with another importance are none.
        (await mei.PatchAsync($"/api/v1/memory/items/{ids[0]}", new { importance = 5 })).ShouldBe(HttpStatusCode.OK);
        (await mei.PatchAsync($"/api/v1/memory/items/{ids[1]}", new { title = Sport })).ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(
            async () => (await VectorsAsync(mei)).Single(v => v.ItemId == ids[1]).WordsHash.SequenceEqual(Hash(Sport)),
            "the new words have their vector"
        );
        model.Received.Count.ShouldBe(7);
        // A process that died before it could keep it: the call is there.
        await using (var db = await mei.MemoryAsync())
            await db.Vectors.Where(v => v.ItemId == ids[2]).ExecuteDeleteAsync();
        await FoundAsync(mei, "wakes");
        await MadeAsync(mei, 6);
        model.Received.Count.ShouldBe(8);
        await ChargedAsync(mei, 8);

        (await mei.DeleteAsync($"/api/v1/memory/items/{ids[3]}")).ShouldBe(HttpStatusCode.NoContent);
        app.Clock.Advance(TimeSpan.FromDays(31));
        await app.Services.GetRequiredService<CleanUpMemory>().RunOnceAsync(default);
        app.Clock.Advance(TimeSpan.FromDays(-31));
        (await VectorsAsync(mei)).Select(v => v.ItemId).ShouldNotContain(ids[3]);
        (await VectorsAsync(mei)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Few_items_are_all_told_and_nobody_is_asked_about_them()
    {
        var mei = await host.NewUserAsync();
        for (var i = 0; i < 5; i++)
            await WriteAsync(mei, $"fact number {i}");
        (await FoundAsync(mei, "few")).Count.ShouldBe(5);
        (await VectorsAsync(mei)).ShouldBeEmpty();
        model.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("nonsense")]
    [InlineData("hangs")]
    [InlineData("poor")]
    public async Task Whatever_becomes_of_the_model_what_is_known_is_found_by_its_words(string what)
    {
        var mei = await host.NewUserAsync();
        for (var i = 0; i < 7; i++)
            await WriteAsync(mei, $"fact number {i}");
        await MadeAsync(mei, 7);
        if (what == "poor")
            await app.AdjustAsync(mei, -await app.BalanceMicrosAsync(mei), "poor");
        model.Answers = _ =>
            what switch
            {
                "fails" => new FakeAnswer { Status = 400 },
                "nonsense" => new FakeAnswer
                {
                    Raw = (
                        "application/json",
                        """{"object":"list","data":[{"embedding":["x"]}],"usage":{"prompt_tokens":1,"total_tokens":1}}"""
                    ),
                },
                "hangs" => new FakeAnswer { HangAfter = 0 },
                _ => Meaning(),
            };
        model.Forget();
        (await FoundAsync(mei, $"turn-{what}", "number 3"))[0].ShouldBe("fact number 3");
        // Their next turns do not ask it again for a while.
        (await FoundAsync(mei, $"next-{what}", "number 4"))[0].ShouldBe("fact number 4");
        model.Received.Count.ShouldBe(what == "poor" ? 0 : 1);
    }

    [Fact]
    public async Task A_turn_that_is_repeated_asks_once_what_it_means()
    {
        var mei = await host.NewUserAsync();
        for (var i = 0; i < 6; i++)
            await WriteAsync(mei, $"fact number {i}");
        await MadeAsync(mei, 6);
        model.Answers = call =>
            call.Body["input"] is null ? new FakeAnswer { Text = """{"route":"chat"}""" } : Meaning();
        model.Forget();
        for (var i = 0; i < 2; i++)
            (
                await mei.PostAsync(
                    "/api/v1/agent/chat",
                    new { message = "what am I like?" },
                    ("Idempotency-Key", "the same")
                )
            ).ShouldBe(HttpStatusCode.OK);
        model.Received.Count(c => c.Body["input"] is not null).ShouldBe(1);
        model.Received.Count.ShouldBe(3);
    }

    /// <summary>What speaks of sport lies one way, all else the other.</summary>
    private static FakeAnswer Meaning() =>
        new()
        {
            PromptTokens = 8,
            Vector = text =>
                text.Contains("basketball", StringComparison.Ordinal)
                || text.Contains("exercise", StringComparison.Ordinal)
                    ? [1, 0.1f]
                    : [0.1f, 1],
        };

    private static byte[] Hash(string title) =>
        ItemVector.HashOf(new SmartFlow.Memory.Items.MemoryItem { Title = title, Content = "" });

    private static async Task<long> WriteAsync(TestUser user, string title) =>
        (await user.WriteDownAsync(new { type = "fact", title }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();

    private async Task<List<string>> FoundAsync(TestUser user, string turn, string text = "anything") =>
        [
            .. (
                await app
                    .Services.GetRequiredService<IMemory>()
                    .RecallAsync(
                        new RecallRequest
                        {
                            UserId = user.Id,
                            Text = text,
                            Key = $"{user.Name}-{turn}",
                        },
                        default
                    )
            ).Items.Select(i => i.Title),
        ];

    private static async Task<List<ItemVector>> VectorsAsync(TestUser user)
    {
        await using var db = await user.MemoryAsync();
        return await db.Vectors.AsNoTracking().Where(v => v.UserId == user.Id).ToListAsync();
    }

    private static Task MadeAsync(TestUser user, int count) =>
        Eventually.IsTrueAsync(
            async () => (await VectorsAsync(user)).Count == count,
            $"{count} items have their vectors"
        );

    private static Task ChargedAsync(TestUser user, int rows) =>
        Eventually.IsTrueAsync(
            async () =>
                (await user.GetAsync("/api/v1/credit-store/transactions?source=charge"))
                    .Json.GetProperty("page")
                    .GetProperty("total")
                    .GetInt32() == rows,
            $"{rows} calls are charged"
        );

    /// <summary>One host whose memory has a model of embeddings.</summary>
    public sealed class Host : IAsyncLifetime
    {
        private int users;

        internal FakeProvider Model { get; private set; } = null!;

        internal SmartFlowApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Model = await FakeProvider.StartAsync();
            App = await SmartFlowApp.StartAsync(s =>
            {
                (s.Settings["Llm:BaseUrl"], s.Settings["Llm:Model"], s.Settings["Memory:EmbeddingModel"]) = (
                    Model.BaseUrl,
                    "fake",
                    "fake"
                );
                // As patient as a slow machine needs; what hangs is waited for as long.
                (s.Settings["Memory:EmbedMilliseconds"], s.Settings["Agent:RecallMilliseconds"]) = ("1000", "10000");
            });
        }

        public Task<TestUser> NewUserAsync() => App.SignUpAsync($"user{Interlocked.Increment(ref users)}");

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Model.DisposeAsync();
        }
    }
}
