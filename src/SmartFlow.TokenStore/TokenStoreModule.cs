using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Doctor;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;
using SmartFlow.Platform.Web.Auth;
using Smartflow.Tokenstore;
using SmartFlow.TokenStore.Alerts;
using SmartFlow.TokenStore.Charging;
using SmartFlow.TokenStore.Operations;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Queries;
using SmartFlow.TokenStore.Reconcile;
using SmartFlow.TokenStore.Rewards;
using SmartFlow.TokenStore.Sealing;
using SmartFlow.TokenStore.Seed;

namespace SmartFlow.TokenStore;

/// <summary>The door of the module: the authority on Credit.</summary>
public static class TokenStoreModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<ITokenStore>(TokenstoreReflection.Descriptor.Services[0]),
            RpcContract.Of<ICreditLedger>(LedgerReflection.Descriptor.Services[0]),
            RpcContract.Of<IOperatorJournal>(LedgerReflection.Descriptor.Services[1]),
            RpcContract.Of<IUserData<UserDataOf.TokenStore>>(UserdataReflection.Descriptor.Services[7]),
        ];

    /// <summary>
    /// What operators do elsewhere stands in the one journal; calls ask the ledger as little as they can.
    /// </summary>
    public static void AddRemoteTokenStore(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IOperatorAudit, RemoteOperatorAudit>();
        var proxy = services.Last(s => s.ServiceType == typeof(ICreditLedger)).ImplementationFactory!;
        services.AddSingleton<ICreditLedger>(p => new RemoteLedger(
            (ICreditLedger)proxy(p),
            p.GetRequiredService<TimeProvider>()
        ));
    }

    public static void AddTokenStore(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<TokenStoreDb>();
        builder.AddOutbox<TokenStoreDb>(Topics.TokenStore);
        builder.Services.AddSingleton<IUserData<UserDataOf.TokenStore>, ExportUser>();
        builder.ForgetUsers<TokenStoreDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        AddLedger(builder.Services);
        AddStore(builder);
        builder.Services.AddOperations();
        builder.Services.AddSealing();
        builder.Services.AddAlerts();
    }

    public static void MapTokenStore(this IEndpointRouteBuilder routes)
    {
        var store = routes.MapGroup("/api/v1/credit-store").WithTags("Credit store");
        GetSummary.Map(store);
        GetDashboard.Map(store);
        ListProducts.Map(store);
        CreateOrder.Map(store);
        ListOrders.Map(store);
        GetOrder.Map(store);
        PayOrder.Map(store);
        GetStoreCapabilities.Map(store);
        ListTransactions.Map(store);
        ExportTransactions.Map(store);
        ListPriceRules.Map(store);
        QuotePrice.Map(store);
        ListRewardRules.Map(store);
        var admin = routes.MapGroup("/api/v1/admin").WithTags("Administration").RequireAuthorization(Policies.Operator);
        GetReconciliation.Map(admin);
        ListPriceRuleVersions.Map(admin);
        SavePriceRule.Map(admin);
        PreviewPriceRule.Map(admin);
        admin.MapOperations();
        admin.MapSealing();
    }

    private static void AddLedger(IServiceCollection services)
    {
        services
            .AddOptions<TokenStoreOptions>()
            .BindConfiguration("TokenStore")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddKeyedSingleton(typeof(ILedgerStore), (p, _) =>
            LedgerConnections.Open(
                p.GetRequiredService<IOptions<DataOptions>>().Value.ConnectionString,
                p.GetRequiredService<IOptions<TokenStoreOptions>>().Value
            )
        );
        services.AddSingleton<ILedgerStore>(p =>
            p.GetRequiredService<IOptions<DataOptions>>().Value.UsesPostgres
                ? new PostgresLedgerStore(
                    p.GetRequiredKeyedService<NpgsqlDataSource>(typeof(ILedgerStore)),
                    silence: p.GetRequiredService<ServerSilence>()
                )
                : new SqliteLedgerStore(
                    p.GetRequiredKeyedService<SqliteWriter>(typeof(TokenStoreDb)),
                    p.GetRequiredService<TimeProvider>()
                )
        );
        services.AddSingleton<LedgerWorker>();
        services.AddSingleton<KnownRefusals>();
        services.AddSingleton<ICommand, RaiseEpochCommand>();
        services.AddSingleton<ICreditLedger, CreditLedger>();
        services.AddSingleton<IConsumer, SettleCharges>();
        services.AddSingleton<IConsumer, OpenAccounts>();
        services.AddSingleton<IConsumer, RewardForumEvents>();
        services.AddHostedService<ExpireHolds>();
    }

    private static void AddStore(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<StoreOptions>()
            .Configure(o => o.MockPayment = builder.Environment.IsDevelopment())
            .BindConfiguration("Store")
            .ValidateDataAnnotations()
            .Validate(
                o => TimeZoneInfo.TryFindSystemTimeZoneById(o.TimeZone, out _),
                "Store:TimeZone names no time zone."
            )
            .ValidateOnStart();
        services.AddSingleton<PriceTable>();
        services.AddHostedService(p => p.GetRequiredService<PriceTable>());
        services.AddSingleton<IDoctorCheck, PriceRulesLook>();
        services.AddSingleton<IStarterData<TokenStoreDb>, StarterData>();
        services.AddSingleton<CreateOrder>();
        services.AddSingleton<ListOrders>();
        services.AddSingleton<GetOrder>();
        services.AddSingleton<PayOrder>();
        services.AddSingleton<CloseStaleOrders>();
        services.AddHostedService(p => p.GetRequiredService<CloseStaleOrders>());
        services.AddSingleton<GetSummary>();
        services.AddSingleton<GetDashboard>();
        services.AddSingleton<ListProducts>();
        services.AddSingleton<ListTransactions>();
        services.AddSingleton<ExportTransactions>();
        services.AddSingleton<ListPriceRules>();
        services.AddSingleton<ListRewardRules>();
        services.AddSingleton<ListGrants>();
        services.AddSingleton<GrantReward>();
        services.AddSingleton<RecordForumReward>();
        services.AddSingleton<ListPriceRuleVersions>();
        services.AddSingleton<SavePriceRule>();
        services.AddSingleton<PreviewPriceRule>();
        services.AddSingleton<KnownModels>();
        services.AddSingleton<ITokenStore, TokenStoreService>();
        services.AddSingleton<ReadOnlyLedger>();
        services.AddSingleton<IReconciliation, LedgerAudit>();
        services.AddSingleton<IReconciliation, SnapshotAudit>();
        services.AddSingleton<IDoctorCheck, ReconciliationLook>();
        services.AddBackgroundReconciliation();
    }
}
