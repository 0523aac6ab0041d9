using System.Net;
using System.Text;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class ExportTransactionsTests
{
    private const string Csv = "/api/v1/credit-store/transactions.csv";

    [Fact]
    public async Task The_file_has_a_bom_exact_amounts_and_no_formulas()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 1_250_001, "=HYPERLINK(\"http://evil\",1)", model: "a,b");
        using var response = await mei.Http.GetAsync(new Uri(app.Url, Csv));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        response.Content.Headers.ContentDisposition!.FileName!.ShouldMatch("smartflow-transactions-[0-9]{8}.csv");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        bytes[..3].ShouldBe(Encoding.UTF8.GetPreamble());
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        lines.Length.ShouldBe(4);
        lines[0].ShouldStartWith("transaction_id,created_at,source,");
        lines[1]
            .ShouldEndWith(",expense,-1.250001,98.749999,\"'=HYPERLINK(\"\"http://evil\"\",1)\",,\"a,b · agent.chat\"");
        lines[2].ShouldContain(",income,100,100,welcome:");
        lines[3].ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_ledger_comes_whole_and_in_order_up_to_the_limit()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Store:ExportRowLimit"] = "2300");
        var mei = await app.SignUpAsync();
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(i => app.ChargeAsync(mei, 1, $"c{i}")));
        var ids = (await mei.GetAsync(Csv))
            .Text.Split("\r\n")[1..^1]
            .Select(l => long.Parse(l.Split(',')[0]))
            .ToArray();
        ids.Length.ShouldBe(2_300);
        ids.ShouldBe(ids.Distinct().OrderDescending());
        (await mei.GetAsync(Csv + "?direction=income")).Text.Split("\r\n").Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_bad_filter_is_refused_before_the_file_begins()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await (await app.SignUpAsync()).GetAsync(Csv + "?direction=up")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }
}
