using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Spend;

/// <summary>What the ledger charged, and what an answer says of it.</summary>
internal static class LedgerCharges
{
    public static long Micros(JsonElement row) => row.GetProperty("credit_micros").GetInt64();

    public static (long Micros, long Calls) Sum(JsonElement rows) =>
        (rows.EnumerateArray().Sum(Micros), rows.EnumerateArray().Sum(r => r.GetProperty("calls").GetInt64()));

    /// <summary>From the ledger itself, row by row.</summary>
    public static async Task<(long Micros, long Calls)> LedgerAsync(
        SmartFlowApp app,
        DateTimeOffset begin,
        DateTimeOffset end,
        ulong? userId
    )
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        var rows = (
            await db
                .Ledger.AsNoTracking()
                .Where(l => l.AccountId > 0 && (l.Kind == Kinds.Call || l.Kind == Kinds.Refund))
                .ToListAsync()
        )
            .Where(l => l.CreatedAt >= begin && l.CreatedAt < end && (userId is null || l.AccountId == (long)userId))
            .ToArray();
        return (-rows.Sum(l => l.AmountMicros), rows.Count(l => l.Kind == Kinds.Call));
    }
}
