using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Llm;
using SmartFlow.Planner;
using SmartFlow.Platform;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Users;
using SmartFlow.Tests.Forum;
using SmartFlow.UserAuth;

namespace SmartFlow.Tests.UserAuth;

public sealed class DeleteAccountTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Account = "/api/v1/account";
    private const string Auth = "/api/v1/auth/";

    /// <summary>A number that nothing else has.</summary>
    private const long Number = 76_543_210;

    /// <summary>Where the number of a deleted account may stand, and why.</summary>
    private static readonly Dictionary<string, string> Numbered = new(StringComparer.Ordinal)
    {
        ["*.gone_users.user_id"] = "what comes late is dropped by it",
        ["llm.llm_calls.user_id"] = "the journal of calls, which the ledger is reconciled with",
        ["tokenstore.credit_accounts.account_id"] = "the books",
        ["tokenstore.credit_ledger.account_id"] = "the books",
        ["tokenstore.credit_ledger.event_id"] =
            "charge keys are unique for ever: what was granted once is not granted again",
        ["tokenstore.credit_rollups.account_id"] = "the books by hour",
        ["tokenstore.credit_orders.user_id"] = "the books",
        ["tokenstore.credit_reward_days.account_id"] = "the books by day",
        ["tokenstore.credit_welcome_grants.account_id"] = "grants are counted by day",
        ["tokenstore.credit_welcome_grants.subject"] = "the number in the place of name and address",
        ["memory.memory_owners.user_id"] = "a memory that is switched off takes nothing in",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_table_names_a_deleted_user(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        await CountFromAsync(app, Number - 1);
        var life = await FullLife.LiveAsync(app);
        life.User.Id.ShouldBe((ulong)Number);
        (await EveryTable.FindAsync(app, FullLife.Mark)).Count.ShouldBeGreaterThan(20);
        (await DeleteAsync(life.User)).ShouldBe(HttpStatusCode.NoContent);
        await GoneAsync(app);
        await ComeLateAsync(app, life);

        (await EveryTable.FindAsync(app, FullLife.Mark)).ShouldBeEmpty();
        (await EveryTable.FindAsync(app, FullLife.Answered)).ShouldAllBe(c =>
            c.StartsWith("forum.", StringComparison.Ordinal)
        );
        (await EveryTable.FindAsync(app, Number.ToString(CultureInfo.InvariantCulture)))
            .Where(c =>
                !Numbered.ContainsKey(c) && !Numbered.ContainsKey("*" + c[c.IndexOf('.', StringComparison.Ordinal)..])
            )
            .ShouldBeEmpty();
        var post = await life.Other.PostAsync(life.AnsweredPost);
        post.GetProperty("author").ValueKind.ShouldBe(JsonValueKind.Null);
        post.GetProperty("title").GetString().ShouldNotBeNull().ShouldContain(FullLife.Answered);
        (await app.AuditAsync()).ShouldBeEmpty();
        await BooksHoldAsync(app, life.User);
    }

    [Fact]
    public async Task Nothing_lets_a_deleted_user_in_and_the_name_is_free()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var elsewhere = await app.SignInAsync("mei");
        var key = await mei.CreateApiKeyAsync();
        var feed = (await mei.PostAsync("/api/v1/schedule/feed", new { })).Json.GetProperty("path").GetString()!;
        var deleted = await DeleteAsync(mei, headers: ("X-SmartFlow-Client", "web"));
        deleted.ShouldBe(HttpStatusCode.NoContent);
        deleted
            .Header("Set-Cookie")
            .ShouldNotBeNull()
            .Split('\n')
            .Count(c => c.Contains("1970", StringComparison.Ordinal))
            .ShouldBe(3);

        (await app.Anonymous.FetchAsync(feed)).ShouldBeRefused(ErrorCodes.NotFound);
        (await DeleteAsync(mei)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await elsewhere.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (
            await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = elsewhere.RefreshToken })
        ).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.Anonymous.FetchAsync("/v1/models", ("Authorization", "Bearer " + key))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (
            await app.Anonymous.PostAsync(Auth + "login", new { username = "mei", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        (await app.SignUpAsync()).Id.ShouldBeGreaterThan(mei.Id);
    }

    [Fact]
    public async Task It_takes_the_password_as_a_sign_in_does()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["UserAuth:MaxFailedSignIns"] = "2");
        var mei = await app.SignUpAsync();
        (await mei.Http.SendAsync(HttpMethod.Delete, Account)).Status.ShouldBeOneOf(
            HttpStatusCode.BadRequest,
            HttpStatusCode.UnsupportedMediaType
        );
        (await mei.Http.SendAsync(HttpMethod.Delete, Account, new { })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        for (var i = 0; i < 2; i++)
            (await DeleteAsync(mei, "a wrong password")).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        (await DeleteAsync(mei)).ShouldBeRefused(ErrorCodes.AccountLocked).Header("Retry-After").ShouldNotBeNull();
        (await mei.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_last_operator_and_the_shared_demo_account_stay()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (await DeleteAsync(boss)).ShouldBeRefused(ErrorCodes.Conflict).Text.ShouldContain("last operator");
        (await boss.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
        await app.OperatorAsync("second");
        (await DeleteAsync(boss)).ShouldBe(HttpStatusCode.NoContent);
        var demo = await app.SignUpAsync("demo", "demo-password");
        (await DeleteAsync(demo, "demo-password")).ShouldBeRefused(ErrorCodes.Forbidden).Text.ShouldContain("shares");
        (await demo.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
    }

    private static Task<Answer> DeleteAsync(
        TestUser user,
        string password = TestUser.DefaultPassword,
        params (string Name, string Value)[] headers
    ) => user.Http.SendAsync(HttpMethod.Delete, Account, new { password }, headers);

    /// <summary>The next user has the number behind this one.</summary>
    private static async Task CountFromAsync(SmartFlowApp app, long last) =>
        await app
            .Services.GetRequiredService<IWriter<UserAuthDb>>()
            .WriteAsync(
                (db, token) =>
                    db.Database.ExecuteSqlRawAsync(
                        db.Database.IsNpgsql()
                            ? string.Create(
                                CultureInfo.InvariantCulture,
                                $"ALTER TABLE users ALTER COLUMN id RESTART WITH {last + 1}"
                            )
                            : string.Create(
                                CultureInfo.InvariantCulture,
                                $"INSERT INTO sqlite_sequence (name, seq) VALUES ('users', {last})"
                            ),
                        token
                    ),
                default
            );

    /// <summary>Every module has heard of it, and nothing is on its way any more.</summary>
    private static async Task GoneAsync(SmartFlowApp app)
    {
        foreach (var database in app.Services.GetServices<IModuleDatabase>())
            await Eventually.IsTrueAsync(
                async () =>
                {
                    await using var db = await database.OpenAsync(default);
                    return await db.GoneUsers.AnyAsync(g => g.UserId == (ulong)Number);
                },
                $"{database.Name} has forgotten"
            );
        await FullLife.HeardAsync(app);
    }

    /// <summary>What was on its way while the account went.</summary>
    private static async Task ComeLateAsync(SmartFlowApp app, FullLife life)
    {
        var (bus, now, me, text) = (
            app.Services.GetRequiredService<IBus>(),
            app.Clock.GetUtcNow(),
            life.User.Id,
            FullLife.Mark + " late"
        );
        await SayAsync(
            Topics.UserAuth,
            EventNames.UserRegistered,
            new UserRegistered
            {
                UserId = me,
                WelcomeSubject = FullLife.Name,
                WelcomeNetwork = "",
            }
        );
        await SayAsync(Topics.UserAuth, EventNames.UserDeleted, new UserDeleted { UserId = me });
        await SayAsync(
            Topics.Agent,
            EventNames.MemoryExtractRequested,
            new MemoryExtractRequested
            {
                UserId = me,
                ConversationId = 1,
                TurnId = "late",
                Message = "I prefer mornings, says " + text,
                SaidAt = now,
            }
        );
        await SayAsync(
            Topics.Memory,
            EventNames.MemoryHoursChanged,
            new MemoryHoursChanged
            {
                UserId = me,
                Revision = 1_000,
                Hours =
                [
                    new StudyHours
                    {
                        MemoryId = 1,
                        Title = text,
                        Forbidden = true,
                        Days = 1,
                        FromMinute = 0,
                        ToMinute = 60,
                    },
                ],
            }
        );
        await SayAsync(
            Topics.Forum,
            EventNames.ForumPostLiked,
            new ForumPostRewarded
            {
                PostId = 9_999,
                AuthorUserId = me,
                ActorUserId = life.Other.Id,
                HappenedAt = now,
            }
        );
        foreach (var (whom, by) in new[] { (me, life.Other.Id), (life.Other.Id, me) })
            await SayAsync(
                Topics.Forum,
                EventNames.ForumPostCommented,
                new ForumPostCommented
                {
                    PostId = 1,
                    CommentId = 9_999,
                    UserId = whom,
                    ActorUserId = by,
                    Excerpt = text,
                    HappenedAt = now,
                }
            );
        // A request that had begun, and a call that ended later: the next round takes what they left.
        await app
            .Services.GetRequiredService<IWriter<PlannerDb>>()
            .SaveAsync(
                (db, _) =>
                {
                    db.QuickTasks.Add(
                        new()
                        {
                            UserId = me,
                            Title = text,
                            PriorityGroup = 1,
                            CreatedAt = now,
                            UpdatedAt = now,
                        }
                    );
                    return Task.CompletedTask;
                },
                default
            );
        await app
            .Services.GetRequiredService<IWriter<LlmDb>>()
            .SaveAsync(
                async (db, token) =>
                    db.Results.Add(
                        new()
                        {
                            CallId = await db
                                .Calls.Where(c => c.UserId == (long)me)
                                .Select(c => c.Id)
                                .FirstAsync(token),
                            Body = Encoding.UTF8.GetBytes(text),
                            ExpiresAt = now.AddDays(1),
                        }
                    ),
                default
            );
        await app.Services.GetRequiredService<ForgetAgain>().RunOnceAsync(default);

        async Task SayAsync<T>(string topic, string name, T payload) =>
            (
                await bus.PublishAsync(
                    topic,
                    [
                        new BusEvent(
                            $"late {name} {Guid.CreateVersion7()}",
                            name,
                            $"{me}",
                            EventJson.Write(payload),
                            "",
                            now
                        ),
                    ],
                    default
                )
            ).ShouldBeEmpty();
    }

    /// <summary>Every check of the books finds nothing, and a charge of a call in flight is booked once.</summary>
    private static async Task BooksHoldAsync(SmartFlowApp app, TestUser user)
    {
        foreach (var check in app.Services.GetServices<IReconciliation>())
        await foreach (var finding in check.CheckAsync(default))
            finding.Pending.ShouldBeTrue($"{finding.Check}: {finding.Detail}");
        await app.ChargeAsync(user, 5, "in-flight");
        var worker = app.Services.GetRequiredService<SmartFlow.TokenStore.Charging.LedgerWorker>();
        var again = await worker.SubmitAsync(
            new SmartFlow.TokenStore.Post(
                (long)user.Id,
                SmartFlow.TokenStore.Kinds.Call,
                "in-flight",
                -5,
                "charge",
                SmartFlow.TokenStore.SystemAccounts.UsageRevenue,
                "demo · agent.chat",
                "{}",
                new SmartFlow.TokenStore.Consumption("agent.chat", "demo", "demo", 10)
            )
        );
        again.Outcome.ShouldBe(SmartFlow.TokenStore.LedgerOutcome.Repeated);
    }
}
