using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class ListTransactionsTests
{
    private const string Transactions = "/api/v1/credit-store/transactions";

    [Fact]
    public async Task Amounts_are_signed_and_sum_to_the_balance_also_in_whole_credits()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        foreach (var (micros, i) in new long[] { 1, 999_999, 1_500_000, 0, 250_000, 3 }.Select((m, i) => (m, i)))
            await app.ChargeAsync(mei, micros, $"call-{i}");
        var answer = (await mei.GetAsync(Transactions)).Json;
        var items = Items(answer);
        var balance = await app.BalanceMicrosAsync(mei);
        items.Sum(t => t.GetProperty("amount_micros").GetInt64()).ShouldBe(balance);
        items.Sum(t => t.GetProperty("amount").GetInt64()).ShouldBe((long)Math.Floor(balance / 1_000_000m));
        items[0].GetProperty("balance_after_micros").GetInt64().ShouldBe(balance);
        items
            .Single(t => t.GetProperty("event_id").GetString() == "call-3")
            .GetProperty("direction")
            .GetString()
            .ShouldBe("expense");
        items.Select(t => t.GetProperty("transaction_id").GetInt64()).ShouldBeInOrder(SortDirection.Descending);
        answer.GetProperty("totals").GetProperty("income_micros").GetInt64().ShouldBe(100_000_000);
        answer.GetProperty("totals").GetProperty("expense_micros").GetInt64().ShouldBe(balance - 100_000_000);
    }

    /// <summary>
    /// Totals and counts come from the account and a small index: here they are compared with plain filtering.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_filter_and_page_says_what_filtering_the_whole_ledger_would_say(int seed)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(await app.SignUpAsync("lihua"), 5, "not-hers");
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
            switch (random.Next(4))
            {
                case 0:
                    await app.AdjustAsync(mei, random.Next(-2_000_000, 2_000_000), $"a{i}");
                    break;
                case 1:
                    await app.AdjustAsync(mei, random.Next(0, 3) * 1_000_000, $"r{i}", "forum_like");
                    break;
                default:
                    await app.ChargeAsync(mei, random.Next(0, 3) * 333_333, $"c{i}");
                    break;
            }
        var all = Items((await mei.GetAsync($"{Transactions}?page_size=100")).Json);
        all.Length.ShouldBe(61);
        foreach (
            var source in new[]
            {
                "",
                "charge",
                "adjust",
                "forum_like",
                "welcome",
                "order",
                "'; DROP TABLE credit_ledger; --",
            }
        )
        foreach (var direction in new[] { "", "income", "expense" })
            await CompareAsync(mei, all, source, direction);
    }

    [Fact]
    public async Task A_page_beyond_the_end_is_empty_and_knows_the_total()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        foreach (var filter in new[] { "", "&direction=income", "&source=charge" })
        {
            var answer = (await mei.GetAsync($"{Transactions}?page=1000000&page_size=100{filter}")).Json;
            Items(answer).ShouldBeEmpty();
            answer.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(filter == "&source=charge" ? 0 : 1);
        }
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("page_size=0")]
    [InlineData("page_size=101")]
    [InlineData("page_size=1000000")]
    [InlineData("direction=sideways")]
    [InlineData("source=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_bad_page_or_filter_is_refused(string query)
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await (await app.SignUpAsync()).GetAsync($"{Transactions}?{query}")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
    }

    [Fact]
    public async Task Sources_are_named_in_the_readers_language()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await Label("en-GB,en;q=0.9,zh;q=0.5")).ShouldBe("Welcome grant");
        (await Label("fr,zh-CN;q=0.8,en;q=0.2")).ShouldBe("新用户赠送");
        (await Label("fr")).ShouldBe("新用户赠送");

        async Task<string?> Label(string accept) =>
            Items((await mei.Http.SendAsync(HttpMethod.Get, Transactions, null, ("Accept-Language", accept))).Json)[0]
                .GetProperty("source_label")
                .GetString();
    }

    private static async Task CompareAsync(TestUser user, JsonElement[] all, string source, string direction)
    {
        var expected = all.Where(t =>
                (source.Length == 0 || t.GetProperty("source").GetString() == source)
                && (direction.Length == 0 || t.GetProperty("direction").GetString() == direction)
            )
            .ToArray();
        var seen = new List<long>();
        for (var page = 1; ; page++)
        {
            var answer = (
                await user.GetAsync(
                    $"{Transactions}?page={page}&page_size=7&source={Uri.EscapeDataString(source)}&direction={direction}"
                )
            ).Json;
            seen.AddRange(Items(answer).Select(Id));
            answer
                .GetProperty("page")
                .GetProperty("total")
                .GetInt32()
                .ShouldBe(expected.Length, $"{source} {direction}");
            var totals = answer.GetProperty("totals");
            totals
                .GetProperty("income_micros")
                .GetInt64()
                .ShouldBe(expected.Sum(t => Math.Max(0, Micros(t))), $"{source} {direction}");
            totals
                .GetProperty("expense_micros")
                .GetInt64()
                .ShouldBe(expected.Sum(t => Math.Min(0, Micros(t))), $"{source} {direction}");
            if (!answer.GetProperty("page").GetProperty("has_more").GetBoolean())
                break;
        }
        seen.ShouldBe(expected.Select(Id), $"{source} {direction}");
    }

    private static JsonElement[] Items(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray()];

    private static long Id(JsonElement transaction) => transaction.GetProperty("transaction_id").GetInt64();

    private static long Micros(JsonElement transaction) => transaction.GetProperty("amount_micros").GetInt64();
}
