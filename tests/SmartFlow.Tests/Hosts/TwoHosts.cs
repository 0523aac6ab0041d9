using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Hosts;

/// <summary>
/// Two whole programs on one PostgreSQL database, with one provider and one signing key, and a clock each.
/// </summary>
public class TwoHosts(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string signingKey = Convert.ToBase64String(
        System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)
    );
    private readonly List<IAsyncDisposable> all = [];

    internal FakeProvider Provider { get; private set; } = null!;

    internal SmartFlowApp One { get; private set; } = null!;

    internal SmartFlowApp Other { get; private set; } = null!;

    internal string Database { get; private set; } = "";

    /// <summary>What both have beside what every pair has.</summary>
    internal virtual void Configure(AppSetup setup) { }

    public virtual async ValueTask InitializeAsync()
    {
        Database = await postgres.NewDatabaseAsync();
        Provider = await FakeProvider.StartAsync();
        all.Add(Provider);
        One = await StartAsync();
        Other = await StartAsync();
    }

    /// <summary>A host more on the same database.</summary>
    internal async Task<SmartFlowApp> StartAsync(Action<AppSetup>? configure = null)
    {
        var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Data:ConnectionString"] = Database;
            s.Settings["Auth:SigningKey"] = signingKey;
            s.Settings["Llm:BaseUrl"] = Provider.BaseUrl;
            s.Settings["Llm:Model"] = CallFixture.Model;
            s.Settings["Llm:AttemptsPerCandidate"] = "1";
            s.Settings["Store:PriceRefreshSeconds"] = "1";
            // What a test runs itself does not run beside it.
            s.Settings["Alerts:IntervalSeconds"] = "0";
            s.Settings["Store:OrderSweepSeconds"] = "3600";
            s.Settings["TokenStore:HoldSweepSeconds"] = "3600";
            s.Settings["Llm:RecoveryIntervalSeconds"] = "3600";
            Configure(s);
            configure?.Invoke(s);
        });
        all.Add(app);
        return app;
    }

    /// <summary>The same user at either host.</summary>
    internal CallFixture At(SmartFlowApp host, TestUser user) => new(host, Provider, user);

    internal static Task<string> CallAsync(SmartFlowApp host, CallFixture of, string eventId) =>
        OutcomeAsync(() =>
            host.Services.GetRequiredService<ILlm>().GenerateTextAsync(of.Billing(eventId), CallFixture.Body(), default)
        );

    internal static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "ok";
        }
        catch (RefusedException e)
        {
            return e.Code.Code;
        }
    }

    internal static async Task<GetBalanceResponse> OwnRowAsync(SmartFlowApp host, TestUser user) =>
        await host
            .Services.GetRequiredService<ICreditLedger>()
            .GetBalanceAsync(new GetBalanceRequest { UserId = user.Id, OwnRow = true }, default);

    /// <summary>Waits until nothing of the user is held any more: every charge is booked.</summary>
    internal Task SettledAsync(TestUser user) =>
        Eventually.IsTrueAsync(async () => (await OwnRowAsync(One, user)).HeldMicros == 0, "the charges");

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        all.Reverse();
        foreach (var one in all)
            await one.DisposeAsync();
    }
}
