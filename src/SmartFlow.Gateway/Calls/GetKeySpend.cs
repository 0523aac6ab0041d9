using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <param name="ApiKeyId">0: the web application and everything else without a key.</param>
internal sealed record KeySpendRow(ulong UserId, long ApiKeyId, long CreditMicros, long Tokens, long Calls)
{
    public static KeySpendRow Of(SpendOfKey s) => new(s.UserId, s.ApiKeyId, s.CreditMicros, s.Tokens, s.Calls);
}

/// <summary>
/// What was charged for calls that ended on these days, by key; the rows sum to the total, with the rest.
/// </summary>
/// <param name="Rest">What further rows come to; null: there are none.</param>
internal sealed record KeySpendView(
    DateOnly From,
    DateOnly To,
    KeySpendRow Total,
    IReadOnlyList<KeySpendRow> Rows,
    KeySpendRow? Rest
);

/// <summary>
/// GET /admin/calls/by-key?from&amp;to&amp;utc_offset_minutes&amp;user_id: spending by API key, by when calls ended and
/// before anything was given back; the dearest 200 rows. /admin/calls/by-key.csv: up to 10,000. Refusals:
/// invalid_argument, also where the days hold more calls than are added up.
/// </summary>
internal static class GetKeySpend
{
    private const int RowLimit = 200;

    public static void MapKeySpend(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/api/v1/admin/calls/by-key",
                async (
                    ILlm llm,
                    TimeProvider time,
                    string? from,
                    string? to,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    [FromQuery(Name = "user_id")] ulong? userId,
                    CancellationToken cancellationToken
                ) =>
                {
                    var (range, found) = await ReadAsync(
                        llm,
                        DayRange.Of(from, to, offset, time.GetUtcNow()),
                        userId,
                        cancellationToken
                    );
                    return View(range, found);
                }
            )
            .RequireAuthorization(Policies.Operator)
            .WithTags("Administration")
            .WithName("GetKeySpend")
            .WithSummary("What was spent, by API key");
        routes
            .MapGet(
                "/api/v1/admin/calls/by-key.csv",
                async (
                    ILlm llm,
                    TimeProvider time,
                    string? from,
                    string? to,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    [FromQuery(Name = "user_id")] ulong? userId,
                    CancellationToken cancellationToken
                ) =>
                {
                    var (range, found) = await ReadAsync(
                        llm,
                        DayRange.Of(from, to, offset, time.GetUtcNow()),
                        userId,
                        cancellationToken
                    );
                    var csv = new CsvWriter().Row("user_id", "api_key_id", "credit", "tokens", "calls");
                    foreach (var row in found.Items)
                        csv.Row(
                            (long)row.UserId,
                            row.ApiKeyId,
                            (decimal)row.CreditMicros / Pricing.MicrosPerCredit,
                            row.Tokens,
                            row.Calls
                        );
                    var name = string.Create(
                        CultureInfo.InvariantCulture,
                        $"smartflow-spend-key-{range.From:yyyyMMdd}-{range.To:yyyyMMdd}.csv"
                    );
                    return TypedResults.File(
                        System.Text.Encoding.UTF8.GetBytes(csv.Take()),
                        "text/csv; charset=utf-8",
                        name
                    );
                }
            )
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .RequireAuthorization(Policies.Operator)
            .WithTags("Administration")
            .WithName("ExportKeySpend")
            .WithSummary("The same as a file");
    }

    private static async Task<(DayRange Range, GetSpendByKeyResponse Found)> ReadAsync(
        ILlm llm,
        DayRange range,
        ulong? userId,
        CancellationToken cancellationToken
    ) =>
        (
            range,
            await llm.GetSpendByKeyAsync(
                new GetSpendByKeyRequest
                {
                    From = Text(range.Begin),
                    To = Text(range.End),
                    UserId = userId ?? 0,
                },
                cancellationToken
            )
        );

    private static KeySpendView View(DayRange range, GetSpendByKeyResponse found)
    {
        var total = KeySpendRow.Of(found.Total);
        var rows = found.Items.Take(RowLimit).Select(KeySpendRow.Of).ToArray();
        var rest =
            found.Items.Count > RowLimit || found.Truncated
                ? total with
                {
                    CreditMicros = total.CreditMicros - rows.Sum(r => r.CreditMicros),
                    Tokens = total.Tokens - rows.Sum(r => r.Tokens),
                    Calls = total.Calls - rows.Sum(r => r.Calls),
                }
                : null;
        return new KeySpendView(range.From, range.To, total, rows, rest);
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
