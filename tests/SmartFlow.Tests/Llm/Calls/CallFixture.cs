using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>The real program beside a fake provider, and what a test says of calls.</summary>
internal sealed class CallFixture(SmartFlowApp app, FakeProvider provider, TestUser user) : IAsyncDisposable
{
    public const string Model = "fake-1";

    /// <summary>
    /// What one call of the fake's usual answer costs: 10 input and 2 output tokens at the seeded price.
    /// </summary>
    public const long UsualCostMicros = (10 * 3_200_000L + 2 * 16_000_000L) / 1_000_000 * 100;

    public SmartFlowApp App => app;

    public FakeProvider Provider => provider;

    public TestUser User => user;

    public ILlm Llm => app.Services.GetRequiredService<ILlm>();

    public static async Task<CallFixture> StartAsync(Action<AppSetup>? configure = null)
    {
        var provider = await FakeProvider.StartAsync();
        var app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Llm:BaseUrl"] = provider.BaseUrl;
            setup.Settings["Llm:Model"] = Model;
            setup.Settings["Llm:AttemptsPerCandidate"] = "1";
            configure?.Invoke(setup);
        });
        return new CallFixture(app, provider, await app.SignUpAsync());
    }

    public static byte[] Body(
        string prompt = "Hi",
        int maxTokens = 100,
        bool includeUsage = false,
        string model = Model
    ) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model,
                messages = new[] { new { role = "user", content = prompt } },
                max_tokens = maxTokens,
                stream_options = new { include_usage = includeUsage },
            }
        );

    public BillingContext Billing(string eventId) =>
        new(user.Id, eventId, Scenes.GatewayOpenAi, "request", "", "", false);

    public Task<GenerateTextResponse> CallAsync(
        string eventId,
        byte[]? body = null,
        CancellationToken cancellationToken = default
    ) => Llm.GenerateTextAsync(Billing(eventId), body ?? Body(), cancellationToken);

    /// <summary>The refusal's code, or "ok".</summary>
    public async Task<string> OutcomeAsync(string eventId, byte[]? body = null)
    {
        try
        {
            await CallAsync(eventId, body);
            return "ok";
        }
        catch (RefusedException e)
        {
            return e.Code.Code;
        }
    }

    public async Task<(List<string> Chunks, CallReceipt? Receipt, RefusedException? Failure)> StreamAsync(
        string eventId,
        byte[]? body = null
    )
    {
        var chunks = new List<string>();
        CallReceipt? receipt = null;
        try
        {
            await foreach (var part in Llm.StreamTextAsync(Billing(eventId), body ?? Body(), default))
                if (part.PartCase == StreamTextResponse.PartOneofCase.Chunk)
                    chunks.Add(part.Chunk.ToStringUtf8());
                else
                    receipt = part.Receipt;
        }
        catch (RefusedException e)
        {
            return (chunks, receipt, e);
        }
        return (chunks, receipt, null);
    }

    public static string TextOf(IEnumerable<string> chunks)
    {
        var text = new StringBuilder();
        foreach (var chunk in chunks)
        foreach (var choice in JsonDocument.Parse(chunk).RootElement.GetProperty("choices").EnumerateArray())
            if (choice.GetProperty("delta").TryGetProperty("content", out var content))
                text.Append(content.GetString());
        return text.ToString();
    }

    public async Task<GetBalanceResponse> BalanceAsync() =>
        await app
            .Services.GetRequiredService<ICreditLedger>()
            .GetBalanceAsync(new GetBalanceRequest { UserId = user.Id, OwnRow = true }, default);

    /// <summary>Sets the balance through the ledger, as an operator's adjustment would.</summary>
    public async Task SetBalanceAsync(long micros)
    {
        var balance = (await BalanceAsync()).BalanceMicros;
        await app
            .Services.GetRequiredService<LedgerWorker>()
            .SubmitAsync(
                new Post(
                    (long)user.Id,
                    Kinds.Adjust,
                    $"test:{Guid.CreateVersion7()}",
                    micros - balance,
                    "adjust",
                    SystemAccounts.Adjustments,
                    "test",
                    "{}"
                )
            );
    }

    /// <summary>Switches every price rule off.</summary>
    public async Task WithoutPricesAsync()
    {
        await app
            .Services.GetRequiredService<IWriter<TokenStoreDb>>()
            .WriteAsync(
                async (db, token) =>
                {
                    var rules = await db.PriceRules.Where(r => r.Current).ToListAsync(token);
                    await db.PriceRules.ExecuteUpdateAsync(s => s.SetProperty(r => r.Current, false), token);
                    foreach (var rule in rules)
                        (rule.Version, rule.Status) = (rule.Version + 1, "inactive");
                    db.ChangeTracker.Clear();
                    db.PriceRules.AddRange(rules);
                    return await db.SaveChangesAsync(token);
                },
                default
            );
        await app.Services.GetRequiredService<PriceTable>().RefreshAsync(default);
    }

    /// <summary>Writes a price rule, or a further version of one, however odd its prices are.</summary>
    public Task<SavedPriceRule> PriceAsync(SavePriceRuleRequest rule, long? id = null) =>
        app
            .Services.GetRequiredService<SavePriceRule>()
            .HandleAsync(id, rule with { Confirm = true }, new Operator(user.Id, user.Name, "test"), default);

    public async Task<CallView> CallViewAsync(string eventId) =>
        (await Llm.GetCallAsync(new GetCallRequest { UserId = user.Id, EventId = eventId }, default)).Call;

    /// <summary>Waits until every charge is settled and no hold is open.</summary>
    public Task SettledAsync() =>
        Eventually.IsTrueAsync(
            async () => (await FindingsAsync()).Count == 0 && (await BalanceAsync()).HeldMicros == 0,
            "all charges settled"
        );

    /// <summary>What reconcile finds, pending included.</summary>
    public async Task<List<Finding>> FindingsAsync()
    {
        var findings = new List<Finding>();
        foreach (var check in app.Services.GetServices<IReconciliation>())
        await foreach (var finding in check.CheckAsync(default))
            findings.Add(finding);
        return findings;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
    }
}
