using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.TokenStore.Alerts;

/// <summary>Tells users when their balance is low or a day was expensive.</summary>
internal static class AlertRegistration
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddOptions<AlertOptions>().BindConfiguration("Alerts").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AlertSettings>();
        services.AddSingleton<WatchCredit>();
        services.AddHostedService(p => p.GetRequiredService<WatchCredit>());
    }

    public static void Configure(ModelBuilder model) =>
        model.Entity<CreditAlert>(e =>
        {
            e.ToTable("credit_alerts").HasKey(a => a.AccountId);
            e.Property(a => a.AccountId).ValueGeneratedNever();
        });
}
