using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class GetDashboardTests
{
    private const string Dashboard = "/api/v1/credit-store/consumption-dashboard";
    private static readonly DateTimeOffset Noon = new(2027, 3, 10, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_period_counts_what_it_covers_and_its_parts_sum_to_the_whole()
    {
        await using var app = await SmartFlowApp.StartAsync();
        app.Clock.SetTo(Noon.AddDays(-40));
        var mei = await app.SignUpAsync();
        var other = await app.SignUpAsync("lihua");
        await app.ChargeAsync(other, 9_000_000, "not-hers");
        var charges = new (int DaysAgo, long Micros, string Scene, string Model)[]
        {
            (40, 1_000_001, "agent.chat", "demo"),
            (20, 2_000_000, "agent.plan", "gpt"),
            (5, 3_000_000, "agent.chat", "gpt"),
            (0, 4_000_000, "agent.chat", "demo"),
            (0, 0, "memory.extract", "demo"),
        };
        for (var i = 0; i < charges.Length; i++)
        {
            app.Clock.SetTo(Noon.AddDays(-charges[i].DaysAgo));
            await app.ChargeAsync(mei, charges[i].Micros, $"call-{i}", charges[i].Scene, charges[i].Model, tokens: 100);
        }
        mei = await app.SignInAsync("mei");
        foreach (var (period, days) in new[] { ("24h", 1), ("7d", 7), ("30d", 30), ("all", 4_000) })
        {
            var expected = charges.Where(c => c.DaysAgo < days).ToArray();
            var view = (await mei.GetAsync($"{Dashboard}?period={period}")).Json;
            view.GetProperty("period").GetString().ShouldBe(period);
            view.GetProperty("has_data").GetBoolean().ShouldBeTrue();
            view.GetProperty("credit_consumed_micros").GetInt64().ShouldBe(expected.Sum(c => c.Micros), period);
            view.GetProperty("credit_consumed")
                .GetInt64()
                .ShouldBe((long)Math.Ceiling(expected.Sum(c => c.Micros) / 1_000_000m));
            view.GetProperty("token_consumed").GetInt64().ShouldBe(expected.Length * 100);
            foreach (var part in new[] { "series", "by_scene", "by_model" })
            {
                Sum(view, part, "credit_micros").ShouldBe(expected.Sum(c => c.Micros), part);
                Sum(view, part, "tokens").ShouldBe(expected.Length * 100, part);
            }
            view.GetProperty("by_scene").GetArrayLength().ShouldBe(expected.Select(c => c.Scene).Distinct().Count());
            view.GetProperty("by_model").GetArrayLength().ShouldBe(expected.Select(c => c.Model).Distinct().Count());
        }
        (await mei.GetAsync("/api/v1/credit-store/summary"))
            .Json.GetProperty("total_consumed_micros")
            .GetInt64()
            .ShouldBe(charges.Sum(c => c.Micros));
    }

    [Fact]
    public async Task Nothing_consumed_is_no_data_with_a_point_for_every_hour_and_a_free_call_is_data()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var empty = (await mei.GetAsync(Dashboard)).Json;
        empty.GetProperty("period").GetString().ShouldBe("24h");
        empty.GetProperty("has_data").GetBoolean().ShouldBeFalse();
        empty.GetProperty("series").GetArrayLength().ShouldBe(25);
        await app.ChargeAsync(mei, 0, "free");
        (await mei.GetAsync(Dashboard)).Json.GetProperty("has_data").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("1y")]
    [InlineData("24h'--")]
    [InlineData("<script>alert(1)</script>")]
    public async Task An_unknown_period_is_refused(string period)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.GetAsync($"{Dashboard}?period={Uri.EscapeDataString(period)}")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
    }

    private static long Sum(JsonElement view, string part, string field) =>
        view.GetProperty(part).EnumerateArray().Sum(p => p.GetProperty(field).GetInt64());
}
