using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;
using static SmartFlow.Tests.TokenStore.Spend.LedgerCharges;

namespace SmartFlow.Tests.TokenStore.Spend;

/// <summary>What was spent, however it is grouped, is what the ledger charged.</summary>
public sealed class GetSpendTests(PostgresServer postgres)
{
    private const string Path = "/api/v1/admin/spend";
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_grouping_of_any_days_sums_to_the_charges_of_the_ledger(bool onPostgres)
    {
        const int seed = 20270301;
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null, s =>
            s.Settings["Store:SpendRowLimit"] = "2"
        );
        app.Clock.SetTo(Start);
        TestUser[] users = [await app.SignUpAsync("mei"), await app.SignUpAsync("li"), await app.SignUpAsync("wu")];
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            app.Clock.SetTo(Start.AddMinutes(random.Next(10 * 24 * 60)));
            await app.ChargeAsync(
                users[random.Next(3)],
                random.Next(2_000_000),
                $"call-{i}",
                new[] { "agent.chat", "agent.plan", "=cmd()" }[random.Next(3)],
                new[] { "demo", "gpt", "+1" }[random.Next(3)],
                tokens: random.Next(500)
            );
        }
        app.Clock.SetTo(Start.AddDays(11));
        var boss = await app.OperatorAsync();
        var refund = new
        {
            user_id = users[0].Id,
            event_id = await ChargedAsync(app, users[0].Id),
            reason = "was wrong",
        };
        (await boss.PostAsync(Admin + "refunds", refund, ("Idempotency-Key", "refund"))).ShouldBe(
            HttpStatusCode.Created
        );

        // PostgreSQL books by its own clock: all of it just now.
        var first = onPostgres
            ? new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-4), TimeSpan.Zero)
            : Start;
        var found = 0L;
        for (var round = 0; round < 12; round++)
        {
            var (from, days, hours) = (first.AddDays(random.Next(9)), random.Next(6), random.Next(-14, 15));
            var (begin, end) = (from.AddHours(-hours), from.AddDays(days + 1).AddHours(-hours));
            var by = new[] { "day", "model", "scene", "user" }[round % 4];
            var only = round % 3 == 0 ? users[1].Id : (ulong?)null;
            var query = string.Create(
                CultureInfo.InvariantCulture,
                $"?from={from:yyyy-MM-dd}&to={from.AddDays(days):yyyy-MM-dd}&utc_offset_minutes={hours * 60}&by={by}{(only is null ? "" : $"&user_id={only}")}"
            );
            var view = (await boss.GetAsync(Path + query)).ShouldBe(HttpStatusCode.OK).Json;
            var (micros, calls) = await LedgerAsync(app, begin, end, only);
            found += calls;
            var why = $"{query} of seed {seed}";
            Sum(view.GetProperty("days")).ShouldBe((micros, calls), why);
            var total = view.GetProperty("total");
            (Micros(total), total.GetProperty("calls").GetInt64()).ShouldBe((micros, calls), why);
            var rest = view.GetProperty("rest");
            var (shown, shownCalls) = Sum(view.GetProperty("rows"));
            (
                shown + (rest.ValueKind == JsonValueKind.Null ? 0 : Micros(rest)),
                shownCalls + (rest.ValueKind == JsonValueKind.Null ? 0 : rest.GetProperty("calls").GetInt64())
            ).ShouldBe((micros, calls), why);
            if (by != "day")
                view.GetProperty("rows").GetArrayLength().ShouldBeLessThanOrEqualTo(2);

            var csv = (await boss.GetAsync($"{Path}.csv{query}")).ShouldBe(HttpStatusCode.OK);
            csv.Header("Content-Disposition").ShouldNotBeNull().ShouldContain($"smartflow-spend-{by}-");
            var lines = csv.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            lines
                .Skip(1)
                .Sum(l => decimal.Parse(l.Split(',')[^3], CultureInfo.InvariantCulture))
                .ShouldBe(micros / 1_000_000m, why);
            lines.ShouldAllBe(l =>
                !l.StartsWith('=')
                && !l.Contains(",=", StringComparison.Ordinal)
                && !l.Contains(",+", StringComparison.Ordinal)
            );
        }
        found.ShouldBeGreaterThan(60);
        (await boss.GetAsync(Path + "?from=2026-01-01&to=2027-01-02"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Text.ShouldContain("365 days");
        foreach (
            var wrong in new[]
            {
                "?from=2027-02-30",
                "?by=key",
                "?from=2027-03-02&to=2027-03-01",
                "?utc_offset_minutes=330",
                "?utc_offset_minutes=900",
            }
        )
            (await boss.GetAsync(Path + wrong)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await (await app.SignInAsync("mei")).GetAsync(Path)).ShouldBeRefused(ErrorCodes.Forbidden);
    }

    private static async Task<string> ChargedAsync(SmartFlowApp app, ulong userId)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return await db
            .Ledger.Where(l => l.AccountId == (long)userId && l.Kind == Kinds.Call && l.AmountMicros < 0)
            .OrderBy(l => l.Seq)
            .Select(l => l.EventId)
            .FirstAsync();
    }
}
