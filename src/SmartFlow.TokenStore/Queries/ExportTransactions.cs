using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// GET /credit-store/transactions.csv: the same list as a file, streamed chunk by chunk (RFC 4180, UTF-8 with BOM), up
/// to Store:ExportRowLimit rows. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ExportTransactions(
    IDbContextFactory<TokenStoreDb> databases,
    IOptions<StoreOptions> options,
    TimeProvider time
)
{
    private const int ChunkRows = 1_000;

    public static void Map(IEndpointRouteBuilder store) =>
        store
            .MapGet(
                "/transactions.csv",
                async (
                    ClaimsPrincipal user,
                    HttpRequest request,
                    ExportTransactions export,
                    string? source,
                    string? direction,
                    CancellationToken cancellationToken
                ) =>
                {
                    var (id, language) = (AccountId.Of(user.UserId()), request.Language());
                    var filter = TransactionFilter.Of(source, direction);
                    var top = await export.TopAsync(id, cancellationToken);
                    return TypedResults.Stream(
                        stream => export.WriteAsync(stream, id, top, filter, language, cancellationToken),
                        "text/csv; charset=utf-8",
                        export.FileName()
                    );
                }
            )
            .Produces(StatusCodes.Status200OK, contentType: "text/csv");

    private async Task<long> TopAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Accounts.Where(a => a.AccountId == id)
            .Select(a => (long?)a.Seq)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("account");
    }

    /// <summary>Each chunk is a query of its own: a slow reader keeps no transaction open.</summary>
    private async Task WriteAsync(
        Stream stream,
        long id,
        long top,
        TransactionFilter filter,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var csv = new CsvWriter().Row(
            "transaction_id",
            "created_at",
            "source",
            "source_label",
            "direction",
            "amount",
            "balance_after",
            "event_id",
            "order_id",
            "description"
        );
        await stream.WriteAsync(Encoding.UTF8.GetBytes(csv.Take()), cancellationToken);
        var (below, left) = (top + 1, options.Value.ExportRowLimit);
        while (left > 0)
        {
            var rows = await ChunkAsync(id, below, filter, Math.Min(left, ChunkRows), cancellationToken);
            if (rows.Count == 0)
                return;
            foreach (var row in rows)
                Append(csv, row, language);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(csv.Take()), cancellationToken);
            below = rows[^1].Seq;
            left -= rows.Count;
        }
    }

    private async Task<List<LedgerEntry>> ChunkAsync(
        long id,
        long below,
        TransactionFilter filter,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = db.Ledger.AsNoTracking().Where(l => l.AccountId == id && l.Seq < below);
        return await filter.Apply(own).OrderByDescending(l => l.Seq).Take(limit).ToListAsync(cancellationToken);
    }

    private static void Append(CsvWriter csv, LedgerEntry entry, Language language)
    {
        var view = TransactionView.Of(entry, language);
        csv.Row(
            (long)view.TransactionId,
            WireTime.Of(view.CreatedAt),
            view.Source,
            view.SourceLabel,
            view.Direction,
            Credits(view.AmountMicros),
            Credits(view.BalanceAfterMicros),
            view.EventId,
            view.OrderId is { } order ? (long)order : (CsvCell)"",
            view.Description
        );
    }

    private static decimal Credits(long micros) => (decimal)micros / Pricing.MicrosPerCredit;

    private string FileName() => $"smartflow-transactions-{time.GetUtcNow():yyyyMMdd}.csv";
}
