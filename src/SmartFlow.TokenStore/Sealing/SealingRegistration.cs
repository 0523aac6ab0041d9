using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>Makes the ledger tamper-evident.</summary>
internal static class SealingRegistration
{
    public static void AddSealing(this IServiceCollection services)
    {
        services.AddOptions<SealingOptions>().BindConfiguration("Sealing").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SealLedger>();
        services.AddHostedService(p => p.GetRequiredService<SealLedger>());
        services.AddSingleton<SealAudit>();
        services.AddSingleton<IReconciliation>(p => p.GetRequiredService<SealAudit>());
        services.AddSingleton<ICommand, LedgerVerifyCommand>();
    }

    public static void MapSealing(this IEndpointRouteBuilder admin) => GetLedgerHead.Map(admin);

    public static void Configure(ModelBuilder model)
    {
        model.Entity<LedgerSeal>(e =>
        {
            e.ToTable("ledger_seals").HasKey(s => s.Position);
            e.Property(s => s.Position).ValueGeneratedNever();
            e.HasIndex(s => s.BatchId).IsUnique().HasDatabaseName("ux_ledger_seals_batch");
        });
        model.Entity<LedgerEntry>().HasIndex(l => l.BatchId, "ix_credit_ledger_batch");
    }
}
