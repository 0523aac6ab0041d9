using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Spend;

/// <summary>What was spent; the days sum to the total, and so do the rows with the rest.</summary>
/// <param name="Days">One for every day of the range.</param>
/// <param name="Rows">The dearest; by day these are the days.</param>
/// <param name="Rest">What further rows come to; null: there are none.</param>
internal sealed record SpendView(
    DateOnly From,
    DateOnly To,
    [property: AllowedValues("day", "model", "scene", "user")] string By,
    SpendRow Total,
    IReadOnlyList<SpendRow> Days,
    IReadOnlyList<SpendRow> Rows,
    SpendRow? Rest
);

/// <summary>
/// GET /admin/spend?from&amp;to&amp;by&amp;utc_offset_minutes&amp;user_id: what was spent on the days of a clock that
/// is so far from UTC, by day, model, scene or user, the dearest Store:SpendRowLimit rows; /admin/spend.csv: the same
/// with up to Store:ExportRowLimit rows. Refusals: invalid_argument.
/// </summary>
internal sealed class GetSpend(ReadSpend read, IOptions<StoreOptions> options, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin
            .MapGet(
                "/spend",
                (
                    GetSpend get,
                    string? from,
                    string? to,
                    string? by,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    [FromQuery(Name = "user_id")] ulong? userId,
                    CancellationToken cancellationToken
                ) => get.HandleAsync(from, to, by, offset, userId, cancellationToken)
            )
            .WithName("GetSpend")
            .WithSummary("What was spent, by day, model, scene or user");
        admin
            .MapGet(
                "/spend.csv",
                async (
                    GetSpend get,
                    string? from,
                    string? to,
                    string? by,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    [FromQuery(Name = "user_id")] ulong? userId,
                    CancellationToken cancellationToken
                ) =>
                {
                    var (text, name) = await get.CsvAsync(from, to, by, offset, userId, cancellationToken);
                    return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", name);
                }
            )
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .WithName("ExportSpend")
            .WithSummary("The same as a file");
    }

    public async Task<SpendView> HandleAsync(
        string? from,
        string? to,
        string? by,
        int? offset,
        ulong? userId,
        CancellationToken cancellationToken
    )
    {
        var range = DayRange.Of(from, to, offset, time.GetUtcNow());
        var grouped = string.IsNullOrEmpty(by) ? ReadSpend.Day : by;
        var sums = await read.ReadAsync(range, grouped, userId, options.Value.SpendRowLimit, cancellationToken);
        var (total, shown) = (Sum(sums.Days), Sum(sums.Rows));
        var rest = sums.More
            ? total with
            {
                CreditMicros = total.CreditMicros - shown.CreditMicros,
                Tokens = total.Tokens - shown.Tokens,
                Calls = total.Calls - shown.Calls,
            }
            : null;
        return new SpendView(range.From, range.To, grouped, total, sums.Days, sums.Rows, rest);
    }

    private async Task<(string Text, string Name)> CsvAsync(
        string? from,
        string? to,
        string? by,
        int? offset,
        ulong? userId,
        CancellationToken cancellationToken
    )
    {
        var range = DayRange.Of(from, to, offset, time.GetUtcNow());
        var grouped = string.IsNullOrEmpty(by) ? ReadSpend.Day : by;
        var sums = await read.ReadAsync(range, grouped, userId, options.Value.ExportRowLimit, cancellationToken);
        var csv = new CsvWriter().Row([.. Names(grouped), "credit", "tokens", "calls"]);
        foreach (var row in sums.Rows)
            csv.Row([
                .. Cells(grouped, row),
                (decimal)row.CreditMicros / Pricing.MicrosPerCredit,
                row.Tokens,
                row.Calls,
            ]);
        return (
            csv.Take(),
            string.Create(
                CultureInfo.InvariantCulture,
                $"smartflow-spend-{grouped}-{range.From:yyyyMMdd}-{range.To:yyyyMMdd}.csv"
            )
        );
    }

    private static SpendRow Sum(IReadOnlyList<SpendRow> rows) =>
        new(null, null, "", "", "", rows.Sum(r => r.CreditMicros), rows.Sum(r => r.Tokens), rows.Sum(r => r.Calls));

    private static CsvCell[] Names(string by) =>
        by switch
        {
            ReadSpend.Day => ["day"],
            ReadSpend.Model => ["provider", "model"],
            ReadSpend.Scene => ["scene"],
            _ => ["user_id"],
        };

    private static CsvCell[] Cells(string by, SpendRow row) =>
        by switch
        {
            ReadSpend.Day => [row.Day!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)],
            ReadSpend.Model => [row.ProviderName, row.ModelName],
            ReadSpend.Scene => [row.Scene],
            _ => [(long)row.UserId!.Value],
        };
}
