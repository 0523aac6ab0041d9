using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore;

public sealed partial class SavePriceRuleTests(PostgresServer postgres)
{
    private const string Rules = "/api/v1/admin/price-rules";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_rule_and_each_new_version_price_the_next_call(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var made = (await boss.PostAsync(Rules, Rule(2_000_000))).ShouldBe(HttpStatusCode.Created).Json;
        made.GetProperty("version").GetInt32().ShouldBe(1);
        var id = made.GetProperty("rule_id").GetInt64();
        Price(app)!.InputPriceMicros.ShouldBe(2_000_000);

        var edited = (await boss.PutAsync($"{Rules}/{id}", Rule(3_000_000, version: 1)))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        edited.GetProperty("version").GetInt32().ShouldBe(2);
        var price = Price(app)!;
        (price.RuleId, price.Version, price.InputPriceMicros).ShouldBe(((ulong)id, 2, 3_000_000));

        (await boss.PutAsync($"{Rules}/{id}", Rule(3_000_000, status: "inactive", version: 2))).ShouldBe(
            HttpStatusCode.OK
        );
        Price(app)!.RuleId.ShouldBe(1UL);
        var versions = (await boss.GetAsync($"{Rules}?rule_id={id}")).Json.GetProperty("items").EnumerateArray();
        versions.Select(v => v.GetProperty("version").GetInt32()).ShouldBe([3, 2, 1]);
        (await boss.GetAsync(Rules)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_rule_that_is_saved_is_in_force_though_its_operator_has_left_by_then()
    {
        await using var app = await SmartFlowApp.StartAsync();
        using var leaves = new CancellationTokenSource();
        var save = ActivatorUtilities.CreateInstance<SavePriceRule>(
            app.Services,
            new LeavesOnceWritten(app.Services.GetRequiredService<IWriter<TokenStoreDb>>(), leaves)
        );
        var request = new SavePriceRuleRequest("*", "openai", "gpt", 2_000_000, 8_000_000);
        (await save.HandleAsync(null, request, new Operator(1, "boss", "save"), leaves.Token)).Version.ShouldBe(1);
        leaves.IsCancellationRequested.ShouldBeTrue();
        Price(app)!.InputPriceMicros.ShouldBe(2_000_000);
    }

    [Fact]
    public async Task Every_version_stands_in_the_operators_journal_with_what_it_replaced()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        await boss.PostAsync(Rules, Rule(2_000_000));
        await boss.PutAsync($"{Rules}/3", Rule(3_000_000, version: 1));
        await boss.PutAsync($"{Rules}/3", Rule(4_000_000, version: 1));
        var lines = (await boss.GetAsync("/api/v1/admin/audit?subject=price_rule:3"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToList();
        lines.Select(l => l.GetProperty("action").GetString()).ShouldBe(["price_rule.update", "price_rule.create"]);
        lines[0].GetProperty("before").GetProperty("input_price_micros").GetInt64().ShouldBe(2_000_000);
        lines[0].GetProperty("after").GetProperty("input_price_micros").GetInt64().ShouldBe(3_000_000);
    }

    [Fact]
    public async Task A_version_that_begins_later_changes_no_price_before()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var id = (await boss.PostAsync(Rules, Rule(2_000_000))).Json.GetProperty("rule_id").GetInt64();
        await boss.PutAsync($"{Rules}/{id}", Rule(9_000_000, from: app.Clock.GetUtcNow().AddHours(1), version: 1));
        Price(app)!.InputPriceMicros.ShouldBe(2_000_000);
        app.Clock.Advance(TimeSpan.FromHours(1));
        Price(app)!.InputPriceMicros.ShouldBe(9_000_000);
    }

    [Theory]
    [InlineData(-1, false, "input_price_micros")]
    [InlineData(3, false, "input_price_micros")]
    [InlineData(999, false, "input_price_micros")]
    [InlineData(10_000_000_001, false, "input_price_micros")]
    [InlineData(long.MaxValue, false, "input_price_micros")]
    [InlineData(0, false, "free")]
    public async Task A_price_in_the_wrong_unit_or_of_nothing_by_oversight_is_not_saved(
        long input,
        bool free,
        string field
    )
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var answer = await boss.PostAsync(
            Rules,
            Rule(input, output: input == 0 ? 0 : 1_000_000, free: free, confirm: true)
        );
        answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(answer.Text);
        (await boss.GetAsync(Rules)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(10_000_000_000, false)]
    [InlineData(0, true)]
    public async Task The_bounds_themselves_and_what_is_meant_to_be_free_are_saved(long input, bool free)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (await boss.PostAsync(Rules, Rule(input, output: input, free: free, confirm: true))).ShouldBe(
            HttpStatusCode.Created
        );
    }

    [Fact]
    public async Task Only_operators_read_and_write_rules_and_an_unknown_rule_has_no_version()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.GetAsync(Rules)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PostAsync(Rules, Rule(2_000_000))).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PutAsync($"{Rules}/1", Rule(2_000_000))).ShouldBeRefused(ErrorCodes.Forbidden);
        var boss = await app.OperatorAsync();
        (await boss.PutAsync($"{Rules}/77", Rule(2_000_000, version: 1))).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_price_far_from_the_one_that_such_a_call_has_today_is_saved_only_when_confirmed()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        foreach (var input in new long[] { 160_000, 64_000_000 })
            (await boss.PostAsync(Rules, Rule(input, model: $"m{input}"))).ShouldBe(HttpStatusCode.Created);
        foreach (
            var (input, way) in new[]
            {
                (159_999L, "lower"),
                (3_200L, "lower"),
                (0L, "lower"),
                (64_000_001L, "higher"),
                (3_200_000_000L, "higher"),
            }
        )
        {
            var answer = await boss.PostAsync(Rules, Rule(input, model: $"m{input}"));
            answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
            answer
                .Json.GetProperty("errors")
                .EnumerateObject()
                .Select(e => (e.Name, e.Value[0].GetString()))
                .ShouldBe([("input_price_micros", $"was 3200000, is {input}: more than 20 times {way}")]);
            Price(app, $"m{input}")!.RuleId.ShouldBe(1UL);
            (await boss.PostAsync(Rules, Rule(input, model: $"m{input}", confirm: true))).ShouldBe(
                HttpStatusCode.Created
            );
            Price(app, $"m{input}")!.InputPriceMicros.ShouldBe(input);
        }
    }

    [Fact]
    public async Task A_new_version_is_compared_with_the_version_that_it_follows()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var id = (await boss.PostAsync(Rules, Rule(1_000, output: 2_000, confirm: true)))
            .Json.GetProperty("rule_id")
            .GetInt64();
        (await boss.PutAsync($"{Rules}/{id}", Rule(20_000, output: 40_000, version: 1))).ShouldBe(HttpStatusCode.OK);
        var answer = await boss.PutAsync($"{Rules}/{id}", Rule(20_000, output: 801_000, version: 2));
        answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Text.ShouldContain("was 40000, is 801000");
        Price(app)!.Version.ShouldBe(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_somebody_else_edited_meanwhile_is_a_conflict(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var id = (await boss.PostAsync(Rules, Rule(2_000_000))).Json.GetProperty("rule_id").GetInt64();
        (await boss.PutAsync($"{Rules}/{id}", Rule(2_500_000))).ShouldBeRefused(ErrorCodes.InvalidArgument);
        var edits = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => boss.PutAsync($"{Rules}/{id}", Rule(3_000_000 + i, version: 1)))
        );
        edits.Count(e => e.Status == HttpStatusCode.OK).ShouldBe(1);
        foreach (var stale in edits.Where(e => e.Status != HttpStatusCode.OK))
        {
            stale.ShouldBeRefused(ErrorCodes.Conflict);
            stale.Json.GetProperty("current_version").GetInt32().ShouldBe(2);
        }
        (await boss.GetAsync($"{Rules}?rule_id={id}"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(2);
    }

    [Fact]
    public async Task A_rule_of_a_price_for_each_request_alone_is_no_oversight()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (
            await boss.PostAsync(
                Rules,
                new
                {
                    scene = "",
                    provider_name = "",
                    model_name = "gpt",
                    input_price_micros = 0,
                    output_price_micros = 0,
                    request_price_micros = 20,
                    confirm = true,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        Price(app)!.RequestPriceMicros.ShouldBe(20);
    }

    [Fact]
    public async Task Odd_orders_of_prices_are_saved_with_a_warning()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var saved = (
            await boss.PostAsync(
                Rules,
                new
                {
                    scene = "agent.chta",
                    provider_name = "",
                    model_name = "gpt",
                    input_price_micros = 2_000_000,
                    output_price_micros = 1_000_000,
                    cached_price_micros = 2_000_001,
                    reasoning_price_micros = 900_000,
                    cache_write_price_micros = 20_000_001,
                    tiers = new[]
                    {
                        new
                        {
                            from_input_tokens = 10,
                            input_price_micros = 2_000_000,
                            output_price_micros = 1_999_999,
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        saved
            .GetProperty("warnings")
            .EnumerateArray()
            .Select(w => w.GetProperty("field").GetString())
            .ShouldBe([
                "scene",
                "output_price_micros",
                "cached_price_micros",
                "reasoning_price_micros",
                "cache_write_price_micros",
                "tiers[0].output_price_micros",
            ]);
    }

    private static object Rule(
        long input,
        long output = 8_000_000,
        bool free = false,
        string status = "active",
        DateTimeOffset? from = null,
        int? version = null,
        bool confirm = false,
        string model = "gpt"
    ) =>
        new
        {
            scene = "*",
            provider_name = "openai",
            model_name = model,
            input_price_micros = input,
            output_price_micros = output,
            free,
            status,
            effective_from = from,
            version,
            confirm,
        };

    private static SmartFlow.Contracts.Ledger.FrozenPrice? Price(SmartFlowApp app, string model = "gpt") =>
        app.Services.GetRequiredService<PriceTable>().Resolve("agent.chat", "openai", model, app.Clock.GetUtcNow());

    /// <summary>The real writer, whose caller gives up as soon as something is durable.</summary>
    private sealed class LeavesOnceWritten(IWriter<TokenStoreDb> writer, CancellationTokenSource leaves)
        : IWriter<TokenStoreDb>
    {
        public Exception? Failure => writer.Failure;

        public async Task<T> WriteAsync<T>(
            Func<TokenStoreDb, CancellationToken, Task<T>> work,
            CancellationToken cancellationToken
        )
        {
            var written = await writer.WriteAsync(work, cancellationToken);
            await leaves.CancelAsync();
            return written;
        }

        public Task<T> RunAsync<T>(
            Func<Statements, ValueTask<T>> work,
            Durability durability,
            CancellationToken cancellationToken
        ) => writer.RunAsync(work, durability, cancellationToken);
    }
}
