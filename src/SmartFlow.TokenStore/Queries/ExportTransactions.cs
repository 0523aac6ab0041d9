using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// GET /credit-store/transactions.csv: the same list as a file, streamed chunk by chunk (RFC 4180, UTF-8 with BOM), up
/// to Store:ExportRowLimit rows. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ExportTransactions(IDbContextFactory<TokenStoreDb> databases, IOptions<StoreOptions> options, TimeProvider time)
{
    private const int ChunkRows = 1_000;
    private const string Header =
        "transaction_id,created_at,source,source_label,direction,amount,balance_after,event_id,order_id,description\r\n";

    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet("/transactions.csv", async (
            ClaimsPrincipal user, HttpRequest request, ExportTransactions export, string? source, string? direction,
            CancellationToken cancellationToken) =>
        {
            var (id, language) = (AccountId.Of(user.UserId()), request.Language());
            var filter = TransactionFilter.Of(source, direction);
            var top = await export.TopAsync(id, cancellationToken);
            return TypedResults.Stream(
                stream => export.WriteAsync(stream, id, top, filter, language, cancellationToken),
                "text/csv; charset=utf-8", export.FileName());
        }).Produces(StatusCodes.Status200OK, contentType: "text/csv");

    private async Task<long> TopAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.Where(a => a.AccountId == id).Select(a => (long?)a.Seq).SingleOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("account");
    }

    /// <summary>Each chunk is a query of its own: a slow reader keeps no transaction open.</summary>
    private async Task WriteAsync(
        Stream stream, long id, long top, TransactionFilter filter, Language language, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetPreamble(), cancellationToken);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Header), cancellationToken);
        var (below, left) = (top + 1, options.Value.ExportRowLimit);
        while (left > 0)
        {
            var rows = await ChunkAsync(id, below, filter, Math.Min(left, ChunkRows), cancellationToken);
            if (rows.Count == 0) return;
            var text = new StringBuilder();
            foreach (var row in rows) Append(text, row, language);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            below = rows[^1].Seq;
            left -= rows.Count;
        }
    }

    private async Task<List<LedgerEntry>> ChunkAsync(
        long id, long below, TransactionFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = db.Ledger.AsNoTracking().Where(l => l.AccountId == id && l.Seq < below);
        return await filter.Apply(own).OrderByDescending(l => l.Seq).Take(limit).ToListAsync(cancellationToken);
    }

    private static void Append(StringBuilder text, LedgerEntry entry, Language language)
    {
        var view = TransactionView.Of(entry, language);
        text.AppendJoin(
            ',', view.TransactionId.ToString(CultureInfo.InvariantCulture), WireTime.Of(view.CreatedAt), CsvField.Of(view.Source),
            CsvField.Of(view.SourceLabel), view.Direction, Credits(view.AmountMicros), Credits(view.BalanceAfterMicros),
            CsvField.Of(view.EventId), view.OrderId?.ToString(CultureInfo.InvariantCulture), CsvField.Of(view.Description)).Append("\r\n");
    }

    private static string Credits(long micros) =>
        ((decimal)micros / Pricing.MicrosPerCredit).ToString("0.######", CultureInfo.InvariantCulture);

    private string FileName() => $"smartflow-transactions-{time.GetUtcNow():yyyyMMdd}.csv";
}

/// <summary>A text in a CSV file: quoted where RFC 4180 asks for it, and never a formula to a spreadsheet.</summary>
internal static class CsvField
{
    public static string Of(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
