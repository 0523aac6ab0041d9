using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Platform.Data;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>A user to whom something happens, and what the active scheduler makes of it.</summary>
internal sealed class Troubled
{
    public const string Suggestions = "/api/v1/active-schedule/suggestions";
    public const string Trigger = "/api/v1/active-schedule/trigger";
    private const string Previews = "/api/v1/active-schedule/previews";
    private static int keys;

    private Troubled(Study study) => Study = study;

    public Study Study { get; }

    public TestUser User => Study.User;

    public static async Task<Troubled> BeginAsync(TestUser user, int items = 3) =>
        new(await Study.BeginAsync(user, items));

    /// <summary>An important and urgent task that stands nowhere.</summary>
    public async Task<long> UrgentAsync(string title, double? dueInHours = 12, int sections = 1) => (
            await PostAsync(
                "/api/v1/tasks",
                new
                {
                    title,
                    priority_group = 1,
                    estimated_sections = sections,
                    deadline_at = dueInHours is { } hours
                        ? User.App.Clock.GetUtcNow().AddHours(hours)
                        : (DateTimeOffset?)null,
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json.GetProperty("id").GetInt64();

    /// <summary>The first item of the plan is called so.</summary>
    public Task NameAsync(string title) =>
        Study.WriteAsync(db =>
        {
            db.TaskItems.Single(i => i.Id == Study.Items[0]).Content = title;
            return Task.CompletedTask;
        });

    /// <summary>What it is about, and what the offline model says of it in its language.</summary>
    public static void ShouldSay(JsonElement suggestion, string kind, string title, string says)
    {
        (suggestion.GetProperty("kind").GetString(), suggestion.GetProperty("title").GetString()).ShouldBe(
            (kind, title)
        );
        suggestion.GetProperty("explanation").GetString().ShouldNotBeNull().ShouldContain(says);
    }

    public static Task<int> RoundAsync(SmartFlowApp app) => app.Services.GetRequiredService<Rounds>().RunAsync(default);

    public Task<int> RoundAsync() => RoundAsync(User.App);

    /// <summary>Waits for what the planner tells of, and lets a round work on it.</summary>
    public async Task RoundOnAsync(string kind)
    {
        await RaisedAsync(kind);
        await RoundAsync();
    }

    public Task RaisedAsync(string kind, int count = 1) =>
        Eventually.IsTrueAsync(
            async () => (await TriggersAsync()).Count(t => t.Kind == kind) >= count,
            $"a trigger {kind}"
        );

    public async Task<List<JsonElement>> ListAsync(string state = "open") =>
        [
            .. (await User.GetAsync($"{Suggestions}?state={state}"))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];

    public async Task<JsonElement> OnlyAsync() => (await ListAsync()).ShouldHaveSingleItem();

    public async Task<JsonElement> PauseAsync(string? language = null) =>
        (await PostAsync(Trigger, new { language })).ShouldBe(HttpStatusCode.OK).Json.GetProperty("suggestion");

    public Task<Answer> ConfirmAsync(JsonElement suggestion, string? candidate = null) =>
        PostAsync(
            $"{Previews}/{suggestion.GetProperty("id")}/confirm",
            new { candidate_id = candidate ?? suggestion.GetProperty("recommended").GetString() }
        );

    public Task<Answer> DismissAsync(JsonElement suggestion) =>
        User.PostAsync($"{Previews}/{suggestion.GetProperty("id")}/dismiss");

    public Task<Answer> SnoozeAsync(JsonElement suggestion, int minutes) =>
        User.PostAsync($"{Previews}/{suggestion.GetProperty("id")}/snooze", new { minutes });

    public Task<Answer> PostAsync(string path, object body) =>
        User.PostAsync(path, body, ("Idempotency-Key", $"troubled-{Interlocked.Increment(ref keys)}"));

    public async Task<long> VersionAsync() => (await Study.WeekAsync(1)).GetProperty("version").GetInt64();

    public static IEnumerable<JsonElement> Candidates(JsonElement suggestion) =>
        suggestion.GetProperty("candidates").EnumerateArray();

    public static IEnumerable<string?> Kinds(JsonElement suggestion) =>
        Candidates(suggestion).Select(c => c.GetProperty("kind").GetString());

    public async Task<List<Trigger>> TriggersAsync()
    {
        await using var db = await User
            .App.Services.GetRequiredService<IDbContextFactory<ActiveSchedulerDb>>()
            .CreateDbContextAsync();
        return await db.Triggers.AsNoTracking().Where(t => t.UserId == User.Id).OrderBy(t => t.Id).ToListAsync();
    }

    public Task ChangeAsync(JsonElement suggestion, Action<Suggestion> change)
    {
        var id = suggestion.GetProperty("id").GetInt64();
        return User
            .App.Services.GetRequiredService<IWriter<ActiveSchedulerDb>>()
            .SaveAsync(async (db, token) => change(await db.Suggestions.SingleAsync(s => s.Id == id, token)), default);
    }
}
