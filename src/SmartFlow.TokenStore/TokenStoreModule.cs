using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Data;
using SmartFlow.TokenStore.Seed;

namespace SmartFlow.TokenStore;

/// <summary>The door of the module.</summary>
public static class TokenStoreModule
{
    public static void AddTokenStore(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<TokenStoreDb>();
        AddStore(builder);
    }

    public static void MapTokenStore(this IEndpointRouteBuilder routes)
    {
    }

    private static void AddStore(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<StoreOptions>()
            .Configure(o => o.MockPayment = builder.Environment.IsDevelopment())
            .BindConfiguration("Store").ValidateDataAnnotations()
            .Validate(o => TimeZoneInfo.TryFindSystemTimeZoneById(o.TimeZone, out _), "Store:TimeZone names no time zone.")
            .ValidateOnStart();
        services.AddSingleton<PriceTable>();
        services.AddHostedService(p => p.GetRequiredService<PriceTable>());
        services.AddSingleton<IStarterData<TokenStoreDb>, StarterData>();
    }
}
