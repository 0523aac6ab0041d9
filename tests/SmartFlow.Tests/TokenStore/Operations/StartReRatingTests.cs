using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class StartReRatingTests(PostgresServer postgres)
{
    private const string Runs = Admin + "re-ratings";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_period_is_priced_again_up_and_down_and_a_second_run_books_only_what_is_still_different(
        bool onPostgres
    )
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("lihua"));
        var cost = await ChargeAsync(app, mei, "a", input: 1_000_000);
        await ChargeAsync(app, li, "b", input: 2_000_000);
        await ChargeAsync(app, li, "refunded", input: 1_000_000);
        await ChargeAsync(app, li, "elsewhere", input: 1_000_000, scene: "agent.plan");
        await boss.PostAsync(
            Admin + "refunds",
            new
            {
                user_id = li.Id,
                event_id = "refunded",
                reason = "The answer was empty",
            }
        );
        await PriceAsync(boss, input: 300_000, version: 1);

        var before = await app.BooksAsync();
        var dry = (await StartAsync(app, boss, dryRun: true, scene: "agent.chat")).ShouldBe(HttpStatusCode.OK).Json;
        Numbers(dry).ShouldBe((3, 2, 1, 6 * cost, 0));
        dry.GetProperty("largest")
            .EnumerateArray()
            .Select(d => d.GetProperty("event_id").GetString())
            .ShouldBe(["b", "a"]);
        (await app.BooksAsync()).ShouldBe(before);

        Numbers(await RunAsync(app, boss, scene: "agent.chat")).ShouldBe((3, 2, 1, 6 * cost, 0));
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000 - (3 * cost));
        Numbers(await RunAsync(app, boss, scene: "agent.chat")).ShouldBe((3, 0, 1, 0, 0));
        await PriceAsync(boss, input: 200_000, version: 2);
        Numbers(await RunAsync(app, boss)).ShouldBe((4, 3, 1, cost, 3 * cost));
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000 - (2 * cost));
        var summary = (await mei.GetAsync("/api/v1/credit-store/summary")).Json;
        summary.GetProperty("total_consumed_micros").GetInt64().ShouldBe(2 * cost);
        var all = (await mei.GetAsync("/api/v1/credit-store/consumption-dashboard?period=all")).Json;
        all.GetProperty("credit_consumed_micros").GetInt64().ShouldBe(2 * cost);
        all.GetProperty("calls").GetInt64().ShouldBe(1);
        (await boss.AuditAsync("re_rating.start")).Count.ShouldBe(3);
        (await boss.AuditAsync("price_rule.update")).Count.ShouldBe(2);
        await app.LedgerShouldAgreeAsync();

        var refund = (
            await boss.PostAsync(
                Admin + "refunds",
                new
                {
                    user_id = mei.Id,
                    event_id = "a",
                    reason = "The answer was empty",
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        refund.GetProperty("amount_micros").GetInt64().ShouldBe(2 * cost, "what it cost after its re-ratings");
        await app.LedgerShouldAgreeAsync();
    }

    [Fact]
    public async Task A_run_that_lost_its_place_books_nothing_twice_and_counts_the_same()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        var cost = await ChargeAsync(app, mei, "a", input: 1_000_000);
        await ChargeAsync(app, mei, "b", input: 1_000_000);
        await PriceAsync(boss, input: 300_000, version: 1);
        var done = await RunAsync(app, boss);
        app.Tamper(
            "UPDATE credit_reratings SET status = 'running', cursor = 0, seen = 0, corrected = 0, up_micros = 0"
        );
        var again = await DoneAsync(boss, done.GetProperty("id").GetInt64());
        Numbers(again).ShouldBe(Numbers(done));
        Numbers(again).ShouldBe((2, 2, 0, 4 * cost, 0));
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000 - (6 * cost));
    }

    [Fact]
    public async Task A_named_version_prices_what_its_rule_priced_and_nothing_else()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        var cost = await ChargeAsync(app, mei, "a", input: 1_000_000);
        await ChargeAsync(app, mei, "other", input: 1_000_000, provider: "openai");
        await PriceAsync(boss, input: 300_000, version: 1);
        Numbers(await RunAsync(app, boss, new { price_rule_id = 2, price_rule_version = 1 })).ShouldBe((1, 0, 0, 0, 0));
        Numbers(await RunAsync(app, boss, new { price_rule_id = 2, price_rule_version = 2 }))
            .ShouldBe((1, 1, 0, 2 * cost, 0));
        Numbers(await RunAsync(app, boss, new { provider_name = "nobody" })).ShouldBe((0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_written()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var before = await app.BooksAsync();
        var now = app.Clock.GetUtcNow();
        object[] bad =
        [
            new
            {
                from = now,
                to = now.AddHours(-1),
                reason = "Because",
            },
            new
            {
                from = now.AddHours(-1),
                to = now.AddHours(1),
                reason = "Because",
            },
            new
            {
                from = now.AddDays(-400),
                to = now,
                reason = "Because",
            },
            new
            {
                from = now.AddHours(-1),
                to = now,
                reason = "",
            },
            new
            {
                from = now.AddHours(-1),
                to = now,
                reason = new string('x', 501),
            },
            new
            {
                from = now.AddHours(-1),
                to = now,
                reason = "Because",
                price_rule_version = 1,
            },
            new
            {
                from = now.AddHours(-1),
                to = now,
                reason = "Because",
                scene = new string('x', 51),
            },
        ];
        foreach (var body in bad)
            (await boss.PostAsync(Runs, body)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await StartAsync(app, boss, more: new { price_rule_id = 2, price_rule_version = 9 })).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await boss.GetAsync(Runs + "/1")).ShouldBeRefused(ErrorCodes.NotFound);
        var mei = await app.SignUpAsync();
        (await StartAsync(app, mei)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await boss.GetAsync(Runs)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
        (await app.BooksAsync()).Audit.ShouldBe(before.Audit);
    }

    private static (long Seen, long Corrected, long Skipped, long Up, long Down) Numbers(JsonElement run) =>
        (
            run.GetProperty("seen").GetInt64(),
            run.GetProperty("corrected").GetInt64(),
            run.GetProperty("skipped").GetInt64(),
            run.GetProperty("up_micros").GetInt64(),
            run.GetProperty("down_micros").GetInt64()
        );

    private static async Task<JsonElement> RunAsync(
        SmartFlowApp app,
        TestUser boss,
        object? more = null,
        string scene = ""
    )
    {
        var started = (await StartAsync(app, boss, more: more, scene: scene)).ShouldBe(HttpStatusCode.Accepted).Json;
        return await DoneAsync(boss, started.GetProperty("id").GetInt64());
    }

    private static async Task<JsonElement> DoneAsync(TestUser boss, long id) =>
        await Eventually.GetAsync(
            async () => (await boss.GetAsync($"{Runs}/{id}")).Json,
            r => r.GetProperty("status").GetString() == "done"
        );

    private static Task<Answer> StartAsync(
        SmartFlowApp app,
        TestUser boss,
        bool dryRun = false,
        object? more = null,
        string scene = ""
    )
    {
        var now = app.Clock.GetUtcNow();
        var body = new Dictionary<string, object?>
        {
            ["from"] = now.AddDays(-1),
            ["to"] = now,
            ["reason"] = "The price was wrong",
            ["dry_run"] = dryRun,
        };
        if (scene.Length > 0)
            body["scene"] = scene;
        foreach (var p in more?.GetType().GetProperties() ?? [])
            body[p.Name] = p.GetValue(more);
        return boss.PostAsync(Runs, body);
    }

    /// <summary>A new version of the rule of the demo model.</summary>
    private static async Task PriceAsync(TestUser boss, long input, int version) =>
        (
            await boss.PutAsync(
                Admin + "price-rules/2",
                new
                {
                    scene = "",
                    provider_name = "demo",
                    model_name = "demo",
                    input_price_micros = input,
                    output_price_micros = 200_000,
                    version,
                    confirm = true,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);

    /// <summary>Settles a call of the demo model by its event, priced by the rule in force.</summary>
    private static async Task<long> ChargeAsync(
        SmartFlowApp app,
        TestUser user,
        string eventId,
        long input,
        string scene = "agent.chat",
        string provider = "demo"
    )
    {
        var price = app
            .Services.GetRequiredService<PriceTable>()
            .Resolve(scene, provider, "demo", app.Clock.GetUtcNow())!;
        var micros = Pricing.CreditMicros(new TokenUsage(input, 0), 0, price);
        var charge = new CreditChargeRequested
        {
            UserId = user.Id,
            EventId = eventId,
            Scene = scene,
            ProviderName = provider,
            ModelName = "demo",
            PriceRuleId = price.RuleId,
            PriceRuleVersion = price.Version,
            InputTokens = input,
            OutputTokens = 0,
            CachedTokens = 0,
            CacheWriteTokens = 0,
            ReasoningTokens = 0,
            Estimated = false,
            CostMicroYuan = micros / price.CreditPerYuan,
            CreditMicros = micros,
            Outcome = "completed",
            ConversationId = "",
        };
        var settle = app.Services.GetServices<IConsumer>().OfType<SettleCharges>().Single();
        (
            await settle.HandleAsync(
                [new BusEvent(eventId, EventNames.CreditChargeRequested, "1", EventJson.Write(charge), "", default)],
                default
            )
        ).ShouldBe([null]);
        return micros;
    }
}
