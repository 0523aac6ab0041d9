using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using SmartFlow.Platform.Data;
using SmartFlow.TokenStore.Alerts;
using SmartFlow.TokenStore.Operations;
using SmartFlow.TokenStore.Reconcile;
using SmartFlow.TokenStore.Sealing;

namespace SmartFlow.TokenStore;

/// <summary>The tables of the Credit ledger. Amounts are micro-credits; ids of users are account ids.</summary>
internal sealed class TokenStoreDb(DbContextOptions<TokenStoreDb> options) : ModuleDb(options)
{
    public DbSet<CreditAlert> Alerts => Set<CreditAlert>();

    public DbSet<CreditAccount> Accounts => Set<CreditAccount>();

    public DbSet<LedgerEntry> Ledger => Set<LedgerEntry>();

    public DbSet<CreditHold> Holds => Set<CreditHold>();

    public DbSet<CreditRejection> Rejections => Set<CreditRejection>();

    public DbSet<CreditRollup> Rollups => Set<CreditRollup>();

    public DbSet<RewardDay> RewardDays => Set<RewardDay>();

    public DbSet<WelcomeGrant> WelcomeGrants => Set<WelcomeGrant>();

    public DbSet<CreditProduct> Products => Set<CreditProduct>();

    public DbSet<CreditOrder> Orders => Set<CreditOrder>();

    public DbSet<PriceRule> PriceRules => Set<PriceRule>();

    public DbSet<RewardRule> RewardRules => Set<RewardRule>();

    public DbSet<OperatorAuditEntry> OperatorAudit => Set<OperatorAuditEntry>();

    public DbSet<LedgerSeal> Seals => Set<LedgerSeal>();

    public DbSet<ReRating> ReRatings => Set<ReRating>();

    /// <summary>One row.</summary>
    public DbSet<LedgerEpoch> Epochs => Set<LedgerEpoch>();

    public DbSet<ReconciliationRun> ReconciliationRuns => Set<ReconciliationRun>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<CreditAccount>(e =>
        {
            e.ToTable("credit_accounts").HasKey(a => a.AccountId);
            e.Property(a => a.AccountId).ValueGeneratedNever();
        });
        model.Entity<LedgerEntry>(e =>
        {
            e.ToTable("credit_ledger").HasKey(l => l.TransactionId);
            e.HasIndex(l => new { l.AccountId, l.Seq }).IsUnique().HasDatabaseName("ux_credit_ledger_seq");
            // Everything but the charges of calls: few rows, so that filters and totals of a long ledger stay quick.
            e.HasIndex(l => new { l.AccountId, l.Seq }, "ix_credit_ledger_other")
                .HasFilter("kind <> 'call' AND account_id > 0")
                .IncludeProperties(l => new
                {
                    l.Kind,
                    l.Source,
                    l.AmountMicros,
                });
            e.HasIndex(l => new
                {
                    l.AccountId,
                    l.Kind,
                    l.EventId,
                })
                .IsUnique()
                .HasDatabaseName("ux_credit_ledger_charge_key");
            e.HasIndex(l => l.Reverses)
                .IsUnique()
                .HasFilter("reverses IS NOT NULL")
                .HasDatabaseName("ux_credit_ledger_reverses");
        });
        model.Entity<CreditHold>(e =>
        {
            e.ToTable("credit_holds").HasKey(h => new { h.AccountId, h.EventId });
            e.HasIndex(h => h.ExpiresAt).HasDatabaseName("ix_credit_holds_expires_at");
        });
        model
            .Entity<CreditRejection>()
            .ToTable("credit_rejections")
            .HasKey(r => new
            {
                r.AccountId,
                r.Kind,
                r.EventId,
            });
        model.Entity<CreditRollup>(e =>
        {
            e.ToTable("credit_rollups")
                .HasKey(r => new
                {
                    r.AccountId,
                    r.Hour,
                    r.Scene,
                    r.ProviderName,
                    r.ModelName,
                });
            e.HasIndex(r => r.Hour).HasDatabaseName("ix_credit_rollups_hour");
        });
        model
            .Entity<RewardDay>()
            .ToTable("credit_reward_days")
            .HasKey(r => new
            {
                r.AccountId,
                r.Source,
                r.Day,
            });
        model.Entity<WelcomeGrant>(e =>
        {
            e.ToTable("credit_welcome_grants").HasKey(w => w.Subject);
            e.HasIndex(w => w.Day).HasDatabaseName("ix_credit_welcome_grants_day");
            e.HasIndex(w => w.Network).HasDatabaseName("ix_credit_welcome_grants_network");
        });
        model.Entity<LedgerEpoch>(e =>
        {
            e.ToTable("credit_epochs").HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedNever();
        });
        model.Entity<CreditProduct>(e =>
        {
            e.ToTable("credit_products").HasKey(p => p.ProductId);
            e.HasIndex(p => p.Code).IsUnique().HasDatabaseName("ux_credit_products_code");
        });
        model.Entity<CreditOrder>(e =>
        {
            e.ToTable("credit_orders").HasKey(o => o.OrderId);
            e.HasIndex(o => o.OrderNo).IsUnique().HasDatabaseName("ux_credit_orders_order_no");
            e.HasIndex(o => new { o.UserId, o.IdempotencyKey }).IsUnique().HasDatabaseName("ux_credit_orders_key");
            e.HasIndex(o => new { o.UserId, o.PayKey }).IsUnique().HasDatabaseName("ux_credit_orders_pay_key");
            e.HasIndex(o => new
                {
                    o.UserId,
                    o.ProductId,
                    o.FreeDay,
                })
                .IsUnique()
                .HasDatabaseName("ux_credit_orders_free_day");
            e.HasIndex(o => new { o.UserId, o.OrderId }).HasDatabaseName("ix_credit_orders_user");
            e.HasIndex(o => new
                {
                    o.UserId,
                    o.Status,
                    o.OrderId,
                })
                .HasDatabaseName("ix_credit_orders_user_status");
            e.HasIndex(o => o.CreatedAt).HasFilter("status = 'pending'").HasDatabaseName("ix_credit_orders_pending");
        });
        model.Entity<PriceRule>(e =>
        {
            e.ToTable("credit_price_rules").HasKey(p => new { p.RuleId, p.Version });
            e.Property(p => p.RuleId).ValueGeneratedNever();
            e.Property(p => p.Tiers)
                .HasConversion(
                    t => PriceRuleTier.Write(t),
                    s => PriceRuleTier.Read(s),
                    new ValueComparer<PriceRuleTier[]>((a, b) => a!.SequenceEqual(b!), t => t.Length, t => t.ToArray())
                );
        });
        model.Entity<RewardRule>(e =>
        {
            e.ToTable("credit_reward_rules").HasKey(r => r.RuleId);
            e.HasIndex(r => r.Source).IsUnique().HasDatabaseName("ux_credit_reward_rules_source");
        });
        OperationsRegistration.Configure(model);
        SealingRegistration.Configure(model);
        AlertRegistration.Configure(model);
    }
}
