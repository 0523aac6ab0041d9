using System.Net;
using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore;

public sealed class PreviewPriceRuleTests(PostgresServer postgres)
{
    private const string Rules = "/api/v1/admin/price-rules";
    private const string Preview = Rules + "/preview";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_rule_names_the_calls_that_would_get_it_with_the_price_before_and_after(bool onPostgres)
    {
        await using var app = await StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        await app.ChargeAsync(boss, 100, "used", scene: Scenes.AgentChat, model: "retired");
        var preview = await PreviewAsync(boss, Rule("fake-1", 1_000_000));
        // demo and two configured models, and one that was used, in every scene.
        preview.GetProperty("candidates").GetInt32().ShouldBe(4 * Scenes.All.Count);
        var changes = Changes(preview);
        changes
            .Select(c => (c.Scene, c.Model))
            .ShouldBe(Scenes.All.Order(StringComparer.Ordinal).Select(s => (s, "fake-1")), ignoreOrder: true);
        // 1,000 × 3.2 + 500 × 16 before, 1,000 × 1 + 500 × 8 after.
        changes.ShouldAllBe(c => c.Before == "rule 1.1: 11200" && c.After == "rule 3.1: 5000");
        (await PreviewAsync(boss, Rule("retired", 1_000_000, provider: "demo")))
            .GetProperty("changes")
            .EnumerateArray()
            .Where(c => c.GetProperty("used").GetBoolean())
            .Select(c => c.GetProperty("scene").GetString())
            .ShouldBe([Scenes.AgentChat]);
        (await boss.GetAsync(Rules)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task What_a_preview_says_is_what_saving_does()
    {
        await using var app = await StartAsync();
        var boss = await app.OperatorAsync();
        var rule = Rule("fake-1", 1_000_000);
        var said = Changes(await PreviewAsync(boss, rule)).First(c => c.Scene == Scenes.GatewayOpenAi).After!;
        (await boss.PostAsync(Rules, rule)).ShouldBe(HttpStatusCode.Created);
        var quote = (
            await boss.GetAsync(
                "/api/v1/credit-store/price-quote?provider_name=openai&model_name=fake-1&input_tokens=1000&output_tokens=500"
            )
        ).Json;
        said.ShouldBe(
            $"rule {quote.GetProperty("price_rule_id")}.{quote.GetProperty("price_rule_version")}: {quote.GetProperty("cost_micro_yuan")}"
        );
        // Saved already: the same again would be a second rule with a higher id, a new version would be the first
        // one's.
        Changes(await PreviewAsync(boss, Rule("fake-1", 1_000_000, priority: 99))).ShouldBeEmpty();
        Changes(await PreviewAsync(boss, Rule("fake-1", 2_000_000), 3))
            .ShouldAllBe(c => c.Before == "rule 3.1: 5000" && c.After == "rule 3.2: 6000");
    }

    [Fact]
    public async Task A_rule_that_begins_later_is_compared_at_its_beginning()
    {
        await using var app = await StartAsync();
        var boss = await app.OperatorAsync();
        var begins = app.Clock.GetUtcNow().AddDays(2);
        var preview = await PreviewAsync(boss, Rule("fake-1", 1_000_000, from: begins));
        Changes(preview).Count.ShouldBe(Scenes.All.Count);
        (preview.GetProperty("at").GetDateTimeOffset() - begins)
            .Duration()
            .ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Switching_the_last_rule_off_leaves_calls_without_a_price()
    {
        await using var app = await StartAsync();
        var boss = await app.OperatorAsync();
        var changes = Changes(await PreviewAsync(boss, Rule("", 3_200_000, provider: "", status: "inactive"), 1));
        changes.Count.ShouldBe(2 * Scenes.All.Count);
        changes.ShouldAllBe(c => c.After == null);
    }

    [Fact]
    public async Task Jumps_and_warnings_are_shown_and_what_cannot_be_saved_is_refused()
    {
        await using var app = await StartAsync();
        var boss = await app.OperatorAsync();
        var preview = await PreviewAsync(boss, Rule("fake-1", 3_200_000_000));
        preview
            .GetProperty("jumps")
            .EnumerateArray()
            .Select(j =>
                (
                    j.GetProperty("field").GetString(),
                    j.GetProperty("old_micros").GetInt64(),
                    j.GetProperty("new_micros").GetInt64()
                )
            )
            .ShouldBe([("input_price_micros", 3_200_000, 3_200_000_000)]);
        preview
            .GetProperty("warnings")
            .EnumerateArray()
            .Select(w => w.GetProperty("field").GetString())
            .ShouldBe(["output_price_micros"]);
        (await boss.PostAsync(Preview, Rule("fake-1", 3))).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await boss.PostAsync(Preview + "?rule_id=77", Rule("fake-1", 3_000_000))).ShouldBeRefused(ErrorCodes.NotFound);
        (await (await app.SignUpAsync()).PostAsync(Preview, Rule("fake-1", 3_000_000))).ShouldBeRefused(
            ErrorCodes.Forbidden
        );
    }

    private static Task<SmartFlowApp> StartAsync(PostgresServer? server = null) => SmartFlowApp.StartAsync(server, s =>
        {
            s.Settings["Llm:BaseUrl"] = "http://127.0.0.1:1/v1";
            s.Settings["Llm:Model"] = "fake-1,fake-2";
        });

    private static async Task<JsonElement> PreviewAsync(TestUser boss, object rule, long? ruleId = null) =>
        (await boss.PostAsync(ruleId is null ? Preview : $"{Preview}?rule_id={ruleId}", rule))
            .ShouldBe(HttpStatusCode.OK)
            .Json;

    private static List<(string Scene, string Model, string? Before, string? After)> Changes(JsonElement preview)
    {
        static string? Price(JsonElement price) =>
            price.ValueKind == JsonValueKind.Null
                ? null
                : $"rule {price.GetProperty("rule_id")}.{price.GetProperty("version")}: {price.GetProperty("cost_micro_yuan")}";
        return
        [
            .. preview
                .GetProperty("changes")
                .EnumerateArray()
                .Select(c =>
                    (
                        c.GetProperty("scene").GetString()!,
                        c.GetProperty("model_name").GetString()!,
                        Price(c.GetProperty("before")),
                        Price(c.GetProperty("after"))
                    )
                ),
        ];
    }

    private static object Rule(
        string model,
        long input,
        string provider = "*",
        string status = "active",
        int priority = 100,
        DateTimeOffset? from = null
    ) =>
        new
        {
            scene = "*",
            provider_name = provider,
            model_name = model,
            input_price_micros = input,
            output_price_micros = 8_000_000,
            status,
            priority,
            effective_from = from,
        };
}
