using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.UserAuth;
using static SmartFlow.Tests.TokenStore.Spend.LedgerCharges;

namespace SmartFlow.Tests.TokenStore.Spend;

/// <summary>What the calls of each key cost is what the ledger charged.</summary>
public sealed class GetKeySpendTests
{
    [Fact]
    public async Task By_key_it_is_what_the_ledger_charged_for_the_calls_of_each()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        string[] keys = [await mei.CreateApiKeyAsync("one"), await mei.CreateApiKeyAsync("two")];
        foreach (var key in new[] { keys[0], keys[0], keys[1] })
            (
                await app.Anonymous.PostAsync(
                    "/v1/chat/completions",
                    new { model = "demo", messages = new[] { new { role = "user", content = "Hi" } } },
                    ("Authorization", "Bearer " + key)
                )
            ).ShouldBe(HttpStatusCode.OK);
        await FullLife.HeardAsync(app);
        var now = app.Clock.GetUtcNow();
        var view = (await boss.GetAsync("/api/v1/admin/calls/by-key")).ShouldBe(HttpStatusCode.OK).Json;
        var rows = view.GetProperty("rows").EnumerateArray().ToArray();
        rows.Select(r => r.GetProperty("calls").GetInt64()).Order().ShouldBe([1, 2]);
        rows.Select(r => r.GetProperty("api_key_id").GetInt64()).Distinct().Count().ShouldBe(2);
        var (micros, calls) = await LedgerAsync(app, now.AddDays(-2), now.AddDays(2), null);
        micros.ShouldBeGreaterThan(0);
        Sum(view.GetProperty("rows")).ShouldBe((micros, calls));
        Micros(view.GetProperty("total")).ShouldBe(micros);
        (await boss.GetAsync("/api/v1/admin/calls/by-key.csv"))
            .ShouldBe(HttpStatusCode.OK)
            .Text.ShouldContain($"{mei.Id},");
        (await boss.GetAsync($"/api/v1/admin/calls/by-key?user_id={boss.Id}"))
            .Json.GetProperty("rows")
            .GetArrayLength()
            .ShouldBe(0);
        (await mei.GetAsync("/api/v1/admin/calls/by-key")).ShouldBeRefused(ErrorCodes.Forbidden);
    }
}
