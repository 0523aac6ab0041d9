using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.TokenStore.Operations;

/// <summary>What a charge costs and what it should cost.</summary>
/// <param name="CostMicros">After the corrections so far.</param>
/// <param name="Corrections">How many there are.</param>
/// <param name="BookedMicros">What this very run has booked already, before a crash.</param>
/// <param name="Price">Null: to be left as it is.</param>
internal sealed record ReRatedCharge(
    long TransactionId,
    long AccountId,
    string EventId,
    ChargeNote Call,
    long CostMicros,
    long NewCostMicros,
    int Corrections,
    long BookedMicros,
    FrozenPrice? Price
)
{
    /// <summary>Positive: the user gets it back.</summary>
    public long DifferenceMicros => Price is null ? 0 : CostMicros - NewCostMicros;
}

/// <param name="Charges">Those of the period that the filter takes.</param>
/// <param name="Last">The last transaction that was looked at.</param>
/// <param name="More">There is more to look at.</param>
internal sealed record ReRatingPage(IReadOnlyList<ReRatedCharge> Charges, long Last, bool More);

/// <summary>Reads the charges of a run page by page and prices them again. Writes nothing.</summary>
internal sealed class ReRatingScan(ReadOnlyLedger ledger, IDbContextFactory<TokenStoreDb> databases)
{
    public const int PageSize = 500;

    /// <summary>Entries commit nearly in the order of their times; nearly is less than this.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private static readonly string Keys = string.Join(
        ", ",
        Enumerable.Range(1, ReRatingKey.Most).Select(n => $"'rerate:' || l.transaction_id || ':{n}'")
    );

    private static readonly string Page = $"""
        SELECT l.transaction_id, l.account_id, l.event_id, l.amount_micros, l.metadata_json, l.created_at,
            CASE WHEN EXISTS (SELECT 1 FROM credit_ledger x WHERE x.reverses = l.transaction_id) THEN 1 ELSE 0 END,
            (SELECT COUNT(*) FROM credit_ledger r WHERE r.account_id = l.account_id AND r.kind = 'refund' AND r.event_id IN ({Keys})),
            (SELECT CAST(COALESCE(SUM(r.amount_micros), 0) AS BIGINT)
                FROM credit_ledger r WHERE r.account_id = l.account_id AND r.kind = 'refund' AND r.event_id IN ({Keys})),
            (SELECT CAST(COALESCE(SUM(r.amount_micros), 0) AS BIGINT)
                FROM credit_ledger r WHERE r.account_id = l.account_id AND r.kind = 'refund' AND r.event_id IN ({Keys})
                AND r.metadata_json LIKE '%"re_rating":' || $2 || ',%')
        FROM credit_ledger l WHERE l.kind = 'call' AND l.transaction_id > $1 ORDER BY l.transaction_id LIMIT $3
        """;

    /// <summary>The rules as they stood when the run began, so that it goes on with the same after a restart.</summary>
    public async Task<Func<ChargeNote, FrozenPrice?>> PricesAsync(ReRating run, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (run.PriceRuleVersion is { } version)
        {
            var named = await db
                .PriceRules.AsNoTracking()
                .SingleOrDefaultAsync(r => r.RuleId == run.PriceRuleId && r.Version == version, cancellationToken)
                ?? throw RefusedException.NotFound("version of this price rule");
            var price = named.Freeze();
            return _ => price;
        }
        var list = new PriceList(
            await db.PriceRules.AsNoTracking().Where(r => r.CreatedAt <= run.CreatedAt).ToListAsync(cancellationToken)
        );
        return call => list.Resolve(call.Scene, call.ProviderName, call.ModelName, run.CreatedAt);
    }

    /// <summary>
    /// The transaction after which the period can begin: a search by halves, because times nearly grow with ids.
    /// </summary>
    public async Task<long> FirstAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        var earliest = UnixMicros.From(from - Slack);
        var (low, high) = (
            0L,
            await AskAsync(
                connection,
                "SELECT COALESCE(MAX(transaction_id), 0) FROM credit_ledger",
                [],
                cancellationToken
            ) ?? 0
        );
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var at = await AskAsync(
                connection,
                "SELECT created_at FROM credit_ledger WHERE transaction_id > $1 ORDER BY transaction_id LIMIT 1",
                [middle],
                cancellationToken
            );
            if (at >= earliest)
                high = middle;
            else
                low = middle + 1;
        }
        return Math.Max(0, low - 1);
    }

    public async Task<ReRatingPage> ReadAsync(
        ReRating run,
        long after,
        Func<ChargeNote, FrozenPrice?> prices,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        await using var command = ReadOnlyLedger.Command(connection, null, Page, after, run.Id, PageSize);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var (from, to, end) = (
            UnixMicros.From(run.FromAt),
            UnixMicros.From(run.ToAt),
            UnixMicros.From(run.ToAt + Slack)
        );
        var (charges, last, read, beyond) = (new List<ReRatedCharge>(), after, 0, true);
        while (await row.ReadAsync(cancellationToken))
        {
            read++;
            last = row.GetInt64(0);
            var at = row.GetInt64(5);
            beyond &= at >= end;
            if (at >= from && at < to && Charge(row, run, prices) is { } charge)
                charges.Add(charge);
        }
        return new ReRatingPage(charges, last, read == PageSize && !beyond);
    }

    private static ReRatedCharge? Charge(DbDataReader row, ReRating run, Func<ChargeNote, FrozenPrice?> prices)
    {
        var call = ChargeNote.Read(row.GetString(4));
        if (run.PriceRuleId is { } rule && call.PriceRuleId != (ulong)rule)
            return null;
        if (
            !Takes(run.Scene, call.Scene)
            || !Takes(run.ProviderName, call.ProviderName)
            || !Takes(run.ModelName, call.ModelName)
        )
            return null;
        var (refunded, corrections) = (Convert.ToInt64(row.GetValue(6)) != 0, (int)row.GetInt64(7));
        var cost = -(row.GetInt64(3) + row.GetInt64(8));
        var price = refunded || !call.IsPriced || corrections >= ReRatingKey.Most ? null : prices(call);
        var (fits, now) = price is null ? (false, cost) : Cost(call, price);
        return new ReRatedCharge(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetString(2),
            call,
            cost,
            now,
            corrections,
            row.GetInt64(9),
            fits ? price : null
        );
    }

    private static (bool Fits, long Micros) Cost(ChargeNote call, FrozenPrice price)
    {
        try
        {
            return (true, Pricing.CreditMicros(call.Usage, call.Images ?? 0, price));
        }
        catch (OverflowException)
        {
            return (false, 0);
        }
    }

    private static bool Takes(string filter, string value) => filter.Length == 0 || filter == value;

    private static async Task<long?> AskAsync(
        DbConnection connection,
        string sql,
        long[] values,
        CancellationToken cancellationToken
    )
    {
        await using var command = ReadOnlyLedger.Command(connection, null, sql, values);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
