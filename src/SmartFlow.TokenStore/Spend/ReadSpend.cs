using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Spend;

/// <summary>What was spent, by one thing. What is not grouped by is empty or null.</summary>
/// <param name="CreditMicros">Charges without what was given back of them.</param>
internal sealed record SpendRow(
    DateOnly? Day,
    ulong? UserId,
    string Scene,
    string ProviderName,
    string ModelName,
    long CreditMicros,
    long Tokens,
    long Calls
);

/// <param name="Days">One for every day, also where nothing was spent.</param>
/// <param name="Rows">The dearest first; by day: in their order.</param>
/// <param name="More">There are more rows than these.</param>
internal sealed record SpendSums(IReadOnlyList<SpendRow> Days, IReadOnlyList<SpendRow> Rows, bool More);

/// <summary>
/// Spending of a range of days from the roll-ups by the hour, which are kept in the transaction of each charge and
/// compared with the ledger by every reconciliation: nothing is scanned call by call. Days and rows are of one
/// snapshot, so that they sum to the same.
/// </summary>
internal sealed class ReadSpend(IDbContextFactory<TokenStoreDb> databases)
{
    public const string Day = "day";
    public const string Model = "model";
    public const string Scene = "scene";
    public const string User = "user";
    public static readonly string[] By = [Day, Model, Scene, User];
    private const int HoursOfDay = 24;
    private static readonly DateOnly Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch);

    /// <param name="range">The days.</param>
    /// <param name="by">One of <see cref="By"/>.</param>
    /// <param name="userId">Null: everybody.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<SpendSums> ReadAsync(
        DayRange range,
        string by,
        ulong? userId,
        int limit,
        CancellationToken cancellationToken
    )
    {
        new FieldErrors().OneOf("by", by, By).Throw("Spending is not grouped by this.");
        var (first, last) = (range.FirstHour, range.LastHour);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        await using var snapshot = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.UseTransactionAsync(snapshot, cancellationToken);
        var hours = db.Rollups.AsNoTracking().Where(r => r.Hour >= first && r.Hour <= last);
        if (userId is { } one)
        {
            var account = AccountId.Of(one);
            hours = hours.Where(r => r.AccountId == account);
        }
        var days = await DaysAsync(hours, range, cancellationToken);
        if (by == Day)
            return new SpendSums(days, days, false);
        var rows = await RowsAsync(hours, by, limit + 1, cancellationToken);
        return new SpendSums(days, rows.Count > limit ? rows[..limit] : rows, rows.Count > limit);
    }

    private static async Task<List<SpendRow>> DaysAsync(
        IQueryable<CreditRollup> hours,
        DayRange range,
        CancellationToken cancellationToken
    )
    {
        var shift = (long)range.OffsetHours;
        var found = await hours
            .GroupBy(r => (r.Hour + shift) / HoursOfDay)
            .Select(g => new
            {
                Day = g.Key,
                Micros = g.Sum(r => r.CreditMicros),
                Tokens = g.Sum(r => r.Tokens),
                Calls = g.Sum(r => r.Calls),
            })
            .ToDictionaryAsync(g => g.Day, cancellationToken);
        return
        [
            .. Enumerable
                .Range(0, range.Days)
                .Select(i =>
                {
                    var day = range.From.AddDays(i);
                    var sum = found.GetValueOrDefault(day.DayNumber - Epoch.DayNumber);
                    return new SpendRow(day, null, "", "", "", sum?.Micros ?? 0, sum?.Tokens ?? 0, sum?.Calls ?? 0);
                }),
        ];
    }

    private static async Task<List<SpendRow>> RowsAsync(
        IQueryable<CreditRollup> hours,
        string by,
        int most,
        CancellationToken cancellationToken
    ) =>
        by switch
        {
            Model =>
            [
                .. (
                    await hours
                        .GroupBy(r => new { r.ProviderName, r.ModelName })
                        .Select(g => new
                        {
                            g.Key,
                            Micros = g.Sum(r => r.CreditMicros),
                            Tokens = g.Sum(r => r.Tokens),
                            Calls = g.Sum(r => r.Calls),
                        })
                        .OrderByDescending(g => g.Micros)
                        .ThenBy(g => g.Key.ProviderName)
                        .ThenBy(g => g.Key.ModelName)
                        .Take(most)
                        .ToListAsync(cancellationToken)
                ).Select(g => new SpendRow(
                    null,
                    null,
                    "",
                    g.Key.ProviderName,
                    g.Key.ModelName,
                    g.Micros,
                    g.Tokens,
                    g.Calls
                )),
            ],
            Scene =>
            [
                .. (
                    await hours
                        .GroupBy(r => r.Scene)
                        .Select(g => new
                        {
                            g.Key,
                            Micros = g.Sum(r => r.CreditMicros),
                            Tokens = g.Sum(r => r.Tokens),
                            Calls = g.Sum(r => r.Calls),
                        })
                        .OrderByDescending(g => g.Micros)
                        .ThenBy(g => g.Key)
                        .Take(most)
                        .ToListAsync(cancellationToken)
                ).Select(g => new SpendRow(null, null, g.Key, "", "", g.Micros, g.Tokens, g.Calls)),
            ],
            _ =>
            [
                .. (
                    await hours
                        .GroupBy(r => r.AccountId)
                        .Select(g => new
                        {
                            g.Key,
                            Micros = g.Sum(r => r.CreditMicros),
                            Tokens = g.Sum(r => r.Tokens),
                            Calls = g.Sum(r => r.Calls),
                        })
                        .OrderByDescending(g => g.Micros)
                        .ThenBy(g => g.Key)
                        .Take(most)
                        .ToListAsync(cancellationToken)
                ).Select(g => new SpendRow(null, (ulong)g.Key, "", "", "", g.Micros, g.Tokens, g.Calls)),
            ],
        };
}
