using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Memory;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Data;
using SmartFlow.Tests.ActiveScheduler;
using SmartFlow.Tests.Agent;
using SmartFlow.Tests.Agent.Mcp;
using SmartFlow.Tests.Forum;
using SmartFlow.Tests.Planner;
using SmartFlow.UserAuth;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.Tests.UserAuth;

/// <summary>
/// A user who does everything once, with a word of its own in each text, and somebody else who answers a part of it.
/// </summary>
internal sealed class FullLife
{
    /// <summary>In every name and text of the user that nobody answers.</summary>
    public const string Mark = "quokka";

    /// <summary>In those that somebody else answers.</summary>
    public const string Answered = "wombat";

    public const string Name = Mark + "-mei";
    public const string Email = Mark + "@example.org";
    private const string Square = "/api/v1/plan-square";
    private readonly List<string> typed = [];

    private FullLife(TestUser user, TestUser other) => (User, Other) = (user, other);

    public TestUser User { get; }

    public TestUser Other { get; }

    public IReadOnlyList<string> Typed => typed;

    /// <summary>Everything that lets somebody in, or is secret.</summary>
    public List<string> Secrets { get; } = [];

    public string Key { get; private set; } = "";

    public string FeedPath { get; private set; } = "";

    public long OthersPost { get; private set; }

    public long AnsweredPost { get; private set; }

    public static async Task<FullLife> LiveAsync(SmartFlowApp app)
    {
        app.Clock.SetTo(StartedApp.Now);
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/register",
            new
            {
                username = Name,
                password = TestUser.DefaultPassword,
                email = Email,
            }
        );
        var life = new FullLife(
            new TestUser(app, answer.ShouldBe(HttpStatusCode.Created)),
            await app.SignUpWithNameAsync("li")
        );
        life.typed.AddRange([Name, Email]);
        life.Secrets.AddRange([life.User.AccessToken, life.User.RefreshToken]);
        await life.ProfileAsync();
        await life.PlanAsync();
        await life.TalkAsync();
        await life.PublishAsync();
        await life.BuyAsync();
        await HeardAsync(app);
        return life;
    }

    /// <summary>Nothing is on its way between modules any more.</summary>
    public static async Task HeardAsync(SmartFlowApp app)
    {
        foreach (var database in app.Services.GetServices<IModuleDatabase>())
            await Eventually.IsTrueAsync(
                async () =>
                {
                    await using var db = await database.OpenAsync(default);
                    return !await db.Outbox.AnyAsync();
                },
                $"the others have heard of {database.Name}"
            );
    }

    /// <summary>A text that occurs nowhere else.</summary>
    private string New(string what, string mark = Mark)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{mark} {what} {typed.Count}");
        typed.Add(text);
        return text;
    }

    private Task<Answer> SendAsync(string path, object body) => User.PostAsync(path, body, PlazaActs.Key());

    private async Task ProfileAsync()
    {
        (await User.PatchAsync("/api/v1/auth/me", new { display_name = New("display") })).ShouldBe(HttpStatusCode.OK);
        Key = (await SendAsync("/api/v1/api-keys", new { name = New("key") }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;
        Secrets.Add(Key);
        (
            await User.PutAsync(
                "/api/v1/notifications/settings",
                new
                {
                    enabled = true,
                    low_balance_credit = 1,
                    daily_spend_credit = 1,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        var channel = (
            await SendAsync(
                "/api/v1/notifications/channels",
                new
                {
                    type = "webhook",
                    name = New("channel"),
                    address = $"https://127.0.0.1:1/{Mark}-hook",
                    bearer = $"{Mark}-bearer",
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        Secrets.AddRange([$"{Mark}-bearer", channel.Json.GetProperty("secret").GetString()!]);
        (
            await SendAsync(
                "/api/v1/memory/items",
                new
                {
                    type = "fact",
                    title = New("memory"),
                    content = New("content"),
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        await RememberAsync();
        await LinkAsync();
    }

    /// <summary>A link as it was mailed: a mail server would have to be there.</summary>
    private Task LinkAsync() =>
        User
            .App.Services.GetRequiredService<IWriter<UserAuthDb>>()
            .SaveAsync(
                (db, _) =>
                {
                    var now = User.App.Clock.GetUtcNow();
                    db.Links.Add(
                        new()
                        {
                            UserId = (long)User.Id,
                            Hash = [1],
                            Purpose = LinkPurpose.Recovery,
                            Address = Email,
                            CreatedAt = now,
                            ExpiresAt = now.AddMinutes(30),
                        }
                    );
                    return Task.CompletedTask;
                },
                default
            );

    /// <summary>
    /// What a turn changed of the memory, and what an item means: a model would have to be asked for both.
    /// </summary>
    private async Task RememberAsync()
    {
        var (user, now, before) = (
            User.Id,
            User.App.Clock.GetUtcNow(),
            JsonSerializer.Serialize(new { title = New("before") })
        );
        await User
            .App.Services.GetRequiredService<IWriter<MemoryDb>>()
            .SaveAsync(
                async (db, token) =>
                {
                    var item = await db.Items.SingleAsync(i => i.UserId == user, token);
                    db.Changes.Add(
                        new()
                        {
                            UserId = user,
                            ConversationId = 1,
                            TurnId = "turn",
                            ItemId = item.Id,
                            Kind = ChangeKind.Changed,
                            Before = before,
                            LeftAt = now,
                            CreatedAt = now,
                        }
                    );
                    db.Vectors.Add(
                        new()
                        {
                            ItemId = item.Id,
                            UserId = user,
                            Model = "any",
                            WordsHash = [1],
                            Numbers = Encoding.UTF8.GetBytes(Mark),
                            MadeAt = now,
                        }
                    );
                },
                default
            );
    }

    private async Task PlanAsync()
    {
        var today = DateOnly.FromDateTime(User.App.Clock.GetUtcNow().UtcDateTime);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        (
            await User.PutAsync(
                "/api/v1/terms/current",
                new
                {
                    name = New("term"),
                    first_monday = monday,
                    weeks = 4,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await SendAsync("/api/v1/tasks/quick-add", new { text = $"每周三交{New("report")}" })).ShouldBe(
            HttpStatusCode.Created
        );
        (
            await SendAsync(
                "/api/v1/events",
                new
                {
                    title = New("event"),
                    place = New("gym"),
                    date = today.AddDays(3),
                    section_from = 9,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        (
            await SendAsync(
                "/api/v1/courses",
                new
                {
                    name = New("course"),
                    teacher = New("teacher"),
                    place = New("place"),
                    arrangements = new[]
                    {
                        new
                        {
                            day = 1,
                            section_from = 3,
                            section_to = 4,
                            weeks = new[] { 1, 2 },
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        var made = await ClassAsync(Mark);
        var preview = (
            await SendAsync(
                "/api/v1/schedule/plan",
                new
                {
                    task_class_ids = new[] { made },
                    seed = 1,
                    budget_ms = 50,
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json.GetProperty("preview_id").GetString();
        (await SendAsync($"/api/v1/schedule/plan/{preview}/apply", new { })).ShouldBe(HttpStatusCode.OK);
        (
            await SendAsync(
                "/api/v1/tasks",
                new
                {
                    title = New("urgent"),
                    priority_group = 1,
                    estimated_sections = 1,
                    deadline_at = User.App.Clock.GetUtcNow().AddHours(12),
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        await User.App.Services.GetRequiredService<Rounds>().RunAsync(default);
        (await User.GetAsync(Troubled.Suggestions))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBeGreaterThan(0);
        FeedPath = (await SendAsync("/api/v1/schedule/feed", new { alarm_minutes = 5 }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("path")
            .GetString()!;
        Secrets.Add(FeedPath.Split('=')[1]);
    }

    private async Task<long> ClassAsync(string mark) => (
            await SendAsync(
                "/api/v1/task-classes",
                new
                {
                    name = New("class", mark),
                    start_date = User.App.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    end_date = User
                        .App.Clock.GetUtcNow()
                        .AddDays(20)
                        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    items = new[] { new { content = New("item", mark), sections = 1 } },
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json.GetProperty("id").GetInt64();

    private async Task TalkAsync()
    {
        (await User.SayAsync(New("hello"))).ShouldEndInOrder();
        (await User.SayAsync("提醒我明晚8点交 " + New("reminder"))).ShouldEndInOrder();
        await User.App.Anonymous.CallAsync(Key, "create_task", new { title = New("proposal") });
        (
            await User.App.Anonymous.PostAsync(
                "/v1/chat/completions",
                new { model = "demo", messages = new[] { new { role = "user", content = New("completion") } } },
                ("Authorization", "Bearer " + Key)
            )
        ).ShouldBe(HttpStatusCode.OK);
        (
            await User.App.Anonymous.PostAsync(
                "/v1/responses",
                new { model = "demo", input = New("response") },
                ("Authorization", "Bearer " + Key)
            )
        ).ShouldBe(HttpStatusCode.OK);
    }

    private async Task PublishAsync()
    {
        OthersPost = await Other.PublishAsync("A plan of li's");
        await User.LikeAsync(OthersPost);
        (await User.TryImportAsync(OthersPost, New("import"))).ShouldBe(HttpStatusCode.Created);
        (
            await SendAsync($"{Square}/posts/{OthersPost}/report", new { reason = "other", note = New("report") })
        ).Status.ShouldBe(HttpStatusCode.NoContent);
        await User.CommentAsync(OthersPost, New("alone"));
        var comment = await User.CommentAsync(OthersPost, New("comment", Answered));
        await Other.CommentAsync(OthersPost, "So do I", comment);
        await User.PublishAsync(New("post"), New("summary"), [$"{Mark}tag"], await ClassAsync(Mark));
        AnsweredPost = await User.PublishAsync(
            New("post", Answered),
            New("summary", Answered),
            [$"{Answered}tag"],
            await ClassAsync(Answered)
        );
        await Other.CommentAsync(AnsweredPost, "A good one");
        await Other.LikeAsync(AnsweredPost);
    }

    private async Task BuyAsync()
    {
        var order = (
            await User.App.OrderAsync(
                User,
                await User.App.PackAsync(User, "credit_starter_1000"),
                1,
                $"{Guid.CreateVersion7()}"
            )
        )
            .Json.GetProperty("order_id")
            .GetInt64();
        (await User.App.PayAsync(User, order)).ShouldBe(HttpStatusCode.OK);
    }
}
