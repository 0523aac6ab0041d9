using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Seed;

/// <summary>
/// What the ledger cannot work without: our own accounts, the packs, the price and the reward rules. It adds what is
/// missing and leaves alone what an operator has changed.
/// </summary>
internal sealed class StarterData(IWriter<TokenStoreDb> writer, PriceTable prices, TimeProvider time)
    : IStarterData<TokenStoreDb>
{
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await writer.SaveAsync(AddMissingAsync, cancellationToken);
        await prices.RefreshAsync(cancellationToken);
    }

    private async Task AddMissingAsync(TokenStoreDb db, CancellationToken cancellationToken)
    {
        // Processes that start together must not add the same rows.
        if (db.Database.IsNpgsql())
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock({AdvisoryLocks.StarterData})",
                cancellationToken
            );
        var now = time.GetUtcNow();
        var accounts = await db
            .Accounts.Where(a => a.AccountId < 0)
            .Select(a => a.AccountId)
            .ToListAsync(cancellationToken);
        db.Accounts.AddRange(
            SystemAccounts
                .All.Except(accounts)
                .Select(id => new CreditAccount
                {
                    AccountId = id,
                    CreatedAt = now,
                    UpdatedAt = now,
                })
        );
        var codes = await db.Products.Select(p => p.Code).ToListAsync(cancellationToken);
        db.Products.AddRange(SeedProducts.All().Where(p => !codes.Contains(p.Code)));
        var rules = await db.PriceRules.Select(r => r.RuleId).Distinct().ToListAsync(cancellationToken);
        db.PriceRules.AddRange(SeedRules.Prices(now).Where(r => !rules.Contains(r.RuleId)));
        var sources = await db.RewardRules.Select(r => r.Source).ToListAsync(cancellationToken);
        db.RewardRules.AddRange(SeedRules.Rewards().Where(r => !sources.Contains(r.Source)));
    }
}
