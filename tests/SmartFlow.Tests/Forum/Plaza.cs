using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

namespace SmartFlow.Tests.Forum;

/// <summary>One host for the tests of a topic; each takes users of its own.</summary>
public sealed class Plaza : IAsyncLifetime
{
    private int users;

    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        App = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Forum:CommentsPerMinute"] = "10000";
            s.Settings["Forum:CommentsPerDay"] = "10000";
            s.Settings["Forum:WritesPerMinute"] = "100000";
        });

    /// <summary>Signed in, with a name that others see.</summary>
    public Task<TestUser> NewUserAsync() => App.SignUpWithNameAsync($"user{Interlocked.Increment(ref users)}");

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>The plaza on which posts are published, found, changed and reported.</summary>
[CollectionDefinition(nameof(PlazaOfPosts))]
public sealed class PlazaOfPosts : ICollectionFixture<Plaza>;

/// <summary>The plaza on which readers comment and import.</summary>
[CollectionDefinition(nameof(PlazaOfReaders))]
public sealed class PlazaOfReaders : ICollectionFixture<Plaza>;

/// <summary>What people do on the plaza.</summary>
internal static class PlazaActs
{
    public const string Square = "/api/v1/plan-square";
    private static int made;

    /// <summary>A task class of three items that no other has.</summary>
    public static async Task<long> MakeClassAsync(this TestUser user, params string[] items)
    {
        var n = Interlocked.Increment(ref made);
        var contents = items.Length > 0 ? items : [$"chapter {n}", $"exercises {n}", $"test {n}"];
        var answer = await user.PostAsync(
            "/api/v1/task-classes",
            new
            {
                name = $"class {n}",
                start_date = "2026-12-01",
                end_date = "2026-12-14",
                subject = "memory",
                strategy = "rapid",
                excluded_days = new[] { 7 },
                items = contents.Select(c => new { content = c, sections = 2 }).ToArray(),
            },
            Key()
        );
        return answer.ShouldBe(System.Net.HttpStatusCode.Created).Json.GetProperty("id").GetInt64();
    }

    public static async Task<Answer> TryPublishAsync(
        this TestUser user,
        string? title = "考研英语四周计划",
        string? summary = "每天两节",
        object? tags = null,
        long? classId = null
    ) =>
        await user.PostAsync(
            Square + "/posts",
            new
            {
                task_class_id = classId ?? await user.MakeClassAsync(),
                title,
                summary,
                tags = tags ?? new[] { "考研备考" },
            },
            Key()
        );

    public static async Task<long> PublishAsync(
        this TestUser user,
        string title = "考研英语四周计划",
        string summary = "每天两节",
        string[]? tags = null,
        long? classId = null
    ) =>
        (await user.TryPublishAsync(title, summary, tags, classId))
            .ShouldBe(System.Net.HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();

    public static Task<Answer> LikeAsync(this TestUser user, long post) =>
        user.PostAsync($"{Square}/posts/{post}/like");

    public static Task<Answer> TryCommentAsync(this TestUser user, long post, string? content, long? parent = null) =>
        user.PostAsync($"{Square}/posts/{post}/comments", new { content, parent_id = parent }, Key());

    public static async Task<long> CommentAsync(this TestUser user, long post, string content, long? parent = null) =>
        (await user.TryCommentAsync(post, content, parent))
            .ShouldBe(System.Net.HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();

    public static Task<Answer> TryImportAsync(
        this TestUser user,
        long post,
        string? title = null,
        string? start = null
    ) => user.PostAsync($"{Square}/posts/{post}/import", new { target_title = title, start_date = start }, Key());

    public static async Task<JsonElement> PostAsync(this TestUser user, long post) =>
        (await user.GetAsync($"{Square}/posts/{post}")).ShouldBe(System.Net.HttpStatusCode.OK).Json;

    /// <summary>The posts of a page of the list.</summary>
    public static async Task<long[]> FoundAsync(TestUser user, string query) =>
        [
            .. (await user.GetAsync($"{Square}/posts?{query}"))
                .ShouldBe(System.Net.HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(p => p.GetProperty("id").GetInt64()),
        ];

    /// <summary>A page of the comments.</summary>
    public static async Task<JsonElement> ThreadsAsync(TestUser user, long post, string query) =>
        (await user.GetAsync($"{Square}/posts/{post}/comments?{query}")).ShouldBe(System.Net.HttpStatusCode.OK).Json;

    /// <summary>What the plaza's counters and the rows beneath them disagree on.</summary>
    public static async Task<List<string>> AuditAsync(this SmartFlowApp app)
    {
        var found = new List<string>();
        await foreach (
            var finding in app
                .Services.GetServices<IReconciliation>()
                .Single(r => r.Name == "plaza")
                .CheckAsync(default)
        )
            found.Add($"{finding.Check}: {finding.Detail}");
        return found;
    }

    public static string[] Strings(this JsonElement array, string property) =>
        [.. array.EnumerateArray().Select(i => i.GetProperty(property).ToString())];

    public static (string, string) Key() => ("Idempotency-Key", Guid.CreateVersion7().ToString());
}
