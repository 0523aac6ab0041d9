using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore;

public sealed class SavePriceRuleTests
{
    private const string Rules = "/api/v1/admin/price-rules";

    [Fact]
    public async Task A_new_rule_and_each_new_version_price_the_next_call()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await OperatorAsync(app);
        var made = (await boss.PostAsync(Rules, Rule(2_000_000))).ShouldBe(HttpStatusCode.Created).Json;
        made.GetProperty("version").GetInt32().ShouldBe(1);
        var id = made.GetProperty("rule_id").GetInt64();
        Price(app)!.InputPriceMicros.ShouldBe(2_000_000);

        var edited = (await boss.PutAsync($"{Rules}/{id}", Rule(3_000_000))).ShouldBe(HttpStatusCode.OK).Json;
        edited.GetProperty("version").GetInt32().ShouldBe(2);
        var price = Price(app)!;
        (price.RuleId, price.Version, price.InputPriceMicros).ShouldBe(((ulong)id, 2, 3_000_000));

        (await boss.PutAsync($"{Rules}/{id}", Rule(3_000_000, status: "inactive"))).ShouldBe(HttpStatusCode.OK);
        Price(app)!.RuleId.ShouldBe(1UL);
        var versions = (await boss.GetAsync($"{Rules}?rule_id={id}")).Json.GetProperty("items").EnumerateArray();
        versions.Select(v => v.GetProperty("version").GetInt32()).ShouldBe([3, 2, 1]);
        (await boss.GetAsync(Rules)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_version_that_begins_later_changes_no_price_before()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await OperatorAsync(app);
        var id = (await boss.PostAsync(Rules, Rule(2_000_000))).Json.GetProperty("rule_id").GetInt64();
        await boss.PutAsync($"{Rules}/{id}", Rule(9_000_000, from: app.Clock.GetUtcNow().AddHours(1)));
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
    public async Task A_price_in_the_wrong_unit_or_of_nothing_by_oversight_is_not_saved(long input, bool free, string field)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await OperatorAsync(app);
        var answer = await boss.PostAsync(Rules, Rule(input, output: input == 0 ? 0 : 1_000_000, free: free));
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
        var boss = await OperatorAsync(app);
        (await boss.PostAsync(Rules, Rule(input, output: input, free: free))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Only_operators_read_and_write_rules_and_an_unknown_rule_has_no_version()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.GetAsync(Rules)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PostAsync(Rules, Rule(2_000_000))).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PutAsync($"{Rules}/1", Rule(2_000_000))).ShouldBeRefused(ErrorCodes.Forbidden);
        var boss = await OperatorAsync(app);
        (await boss.PutAsync($"{Rules}/77", Rule(2_000_000))).ShouldBeRefused(ErrorCodes.NotFound);
    }

    private static async Task<TestUser> OperatorAsync(SmartFlowApp app)
    {
        await app.SignUpAsync("boss");
        await app.Services.GetServices<ICommand>().Single(c => c.Name == "user grant-role")
            .RunAsync(["boss", "operator"], TextWriter.Null, default);
        return await app.SignInAsync("boss");
    }

    private static object Rule(long input, long output = 8_000_000, bool free = false, string status = "active", DateTimeOffset? from = null) => new
    {
        scene = "*",
        provider_name = "openai",
        model_name = "gpt",
        input_price_micros = input,
        output_price_micros = output,
        free,
        status,
        effective_from = from,
    };

    private static SmartFlow.Contracts.Ledger.FrozenPrice? Price(SmartFlowApp app) =>
        app.Services.GetRequiredService<PriceTable>().Resolve("agent.chat", "openai", "gpt", app.Clock.GetUtcNow());
}
