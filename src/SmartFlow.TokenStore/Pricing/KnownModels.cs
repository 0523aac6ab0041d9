using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore;

/// <summary>A combination that a price rule may cover.</summary>
/// <param name="Used">Called in the last 30 days.</param>
internal sealed record KnownCall(string Scene, string ProviderName, string ModelName, bool Used);

/// <summary>
/// Every scene with every model that is configured, was called in the last 30 days, or is named by the rule in hand.
/// Where the model service is neither here nor configured as a remote, its models are known by their calls alone.
/// </summary>
internal sealed class KnownModels(IServiceProvider services)
{
    private const int Limit = 1_000;
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public async Task<IReadOnlyList<KnownCall>> ListAsync(
        TokenStoreDb db,
        PriceRule rule,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var from = DashboardWindow.HourOf(now - Window);
        var used = await db
            .Rollups.AsNoTracking()
            .Where(r => r.Hour >= from)
            .Select(r => new
            {
                r.Scene,
                r.ProviderName,
                r.ModelName,
            })
            .Distinct()
            .Take(Limit)
            .ToListAsync(cancellationToken);
        var calls = used.Select(u => (u.Scene, u.ProviderName, u.ModelName)).ToHashSet();
        var models = calls.Select(c => (c.ProviderName, c.ModelName)).ToHashSet();
        if (!PriceList.IsAny(rule.ProviderName) && !PriceList.IsAny(rule.ModelName))
            models.Add((rule.ProviderName, rule.ModelName));
        if (services.GetService<ILlm>() is { } llm)
            foreach (
                var candidate in (
                    await llm.ListModelsAsync(new ListModelsRequest(), cancellationToken)
                ).Items.SelectMany(m => m.Candidates)
            )
                models.Add((candidate.ProviderName, candidate.ModelName));
        var scenes = Scenes.All.Concat(calls.Select(c => c.Scene)).Distinct().Order(StringComparer.Ordinal);
        return
        [
            .. from model in models
                .OrderBy(m => m.ProviderName, StringComparer.Ordinal)
                .ThenBy(m => m.ModelName, StringComparer.Ordinal)
            from scene in scenes
            select new KnownCall(
                scene,
                model.ProviderName,
                model.ModelName,
                calls.Contains((scene, model.ProviderName, model.ModelName))
            ),
        ];
    }
}
