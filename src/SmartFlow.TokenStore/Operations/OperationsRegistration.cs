using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Backup;
using SmartFlow.TokenStore.Reconcile;
using SmartFlow.TokenStore.Spend;

namespace SmartFlow.TokenStore.Operations;

/// <summary>What operators can do, under /api/v1/admin.</summary>
internal static class OperationsRegistration
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<OperatorAudit>();
        services.AddSingleton<IOperatorAudit>(p => p.GetRequiredService<OperatorAudit>());
        services.AddSingleton<IOperatorJournal, OperatorJournal>();
        services.AddSingleton<ListAudit>();
        services.AddSingleton<SaveProduct>();
        services.AddSingleton<SaveRewardRule>();
        services.AddSingleton<ListAccounts>();
        services.AddSingleton<ReadSpend>();
        services.AddSingleton<GetSpend>();
        services.AddSingleton<ReleaseHold>();
        services.AddSingleton<CorrectionGate>();
        services.AddSingleton<CorrectionBooks>();
        services.AddSingleton<AdjustBalance>();
        services.AddSingleton<RefundCall>();
        services.AddSingleton<ReRatingScan>();
        services.AddSingleton<ReRatingJob>();
        services.AddHostedService(p => p.GetRequiredService<ReRatingJob>());
        services.AddSingleton<StartReRating>();
        services.AddSingleton<RaiseEpoch>();
        services.AddSingleton<IRestoreStep>(p => p.GetRequiredService<RaiseEpoch>());
    }

    public static void MapOperations(this IEndpointRouteBuilder admin)
    {
        SaveProduct.Map(admin);
        SaveRewardRule.Map(admin);
        ListAccounts.Map(admin);
        GetSpend.Map(admin);
        ReleaseHold.Map(admin);
        AdjustBalance.Map(admin);
        RefundCall.Map(admin);
        StartReRating.Map(admin);
        ListAudit.Map(admin);
    }

    public static void Configure(ModelBuilder model)
    {
        model.Entity<OperatorAuditEntry>(e =>
        {
            e.ToTable("operator_audit").HasKey(a => a.Id);
            e.HasIndex(a => new { a.Subject, a.Id }).HasDatabaseName("ix_operator_audit_subject");
            e.HasIndex(a => new { a.OperatorId, a.Id }).HasDatabaseName("ix_operator_audit_operator");
            e.HasIndex(a => new { a.Action, a.Id }).HasDatabaseName("ix_operator_audit_action");
        });
        model.Entity<ReRating>().ToTable("credit_reratings").HasKey(r => r.Id);
        model.Entity<ReconciliationRun>().ToTable("reconciliation_runs").HasKey(r => r.Id);
        model.Entity<LedgerEntry>(e =>
        {
            e.HasIndex(l => l.TransactionId, "ix_credit_ledger_adjust").HasFilter("kind = 'adjust'");
            e.HasIndex(l => l.TransactionId, "ix_credit_ledger_refund").HasFilter("kind = 'refund'");
        });
    }
}
