using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>A model of a provider that may answer a call.</summary>
internal sealed record Candidate(IProvider Provider, string Model, UpstreamDialect Dialect, ProviderLane Lane);

/// <summary>
/// Which models there are: the configured ones, aliases, <c>demo</c> and, outside production, <c>scripted/*</c>.
/// </summary>
internal sealed class ModelCatalog
{
    private readonly FrozenDictionary<string, ModelRoute> known;
    private readonly DiscoveredModels? discovered;
    private readonly ConfiguredProvider? scripted;
    private readonly string defaultAlias;

    /// <param name="demo">The offline model.</param>
    /// <param name="providers">The configured servers, the default first.</param>
    /// <param name="options">Aliases that <see cref="LlmOptionsCheck"/> has found right.</param>
    /// <param name="discovered">The default server's own list, where its models are not configured.</param>
    /// <param name="scripted">The scripts, where they are on.</param>
    /// <param name="local">The lane of what needs no network.</param>
    public ModelCatalog(
        DemoProvider demo,
        IEnumerable<ConfiguredProvider> providers,
        IOptions<LlmOptions> options,
        DiscoveredModels? discovered,
        ScriptedProvider? scripted,
        ProviderLane local
    )
    {
        this.discovered = discovered;
        this.scripted = scripted is null ? null : new ConfiguredProvider(scripted, [], UpstreamDialect.Default, local);
        var models = new Dictionary<string, Candidate>(StringComparer.Ordinal)
        {
            [demo.Name] = new Candidate(demo, demo.Name, UpstreamDialect.Default, local),
        };
        foreach (var provider in providers)
        foreach (var model in provider.Models)
        {
            var candidate = provider.Candidate(model);
            models.TryAdd(model, candidate);
            models[$"{provider.Provider.Name}/{model}"] = candidate;
        }
        var routes = models.ToDictionary(m => m.Key, m => new ModelRoute([m.Value]), StringComparer.Ordinal);
        foreach (var (alias, names) in options.Value.Aliases)
            routes[alias] = new ModelRoute([.. names.Select(n => models[n])]);
        foreach (var (alias, entries) in options.Value.WeightedAliases)
            routes[alias] = new ModelRoute(
                [.. entries.Select(e => models[e.Model])],
                [.. entries.Select(e => e.Weight)]
            );
        known = routes.ToFrozenDictionary(StringComparer.Ordinal);
        defaultAlias = providers.SelectMany(p => p.Models).FirstOrDefault() ?? (discovered is null ? demo.Name : "");
    }

    /// <summary>What a request without a model gets; empty: what the default server lists first.</summary>
    public string Default => defaultAlias;

    /// <summary>
    /// The candidates of a model or alias, in the order in which they are to be asked; empty: the default.
    /// </summary>
    /// <exception cref="RefusedException">unknown_model.</exception>
    public async ValueTask<Candidate[]> ResolveAsync(string alias, CancellationToken cancellationToken)
    {
        if (alias.Length == 0)
            alias = defaultAlias;
        if (known.TryGetValue(alias, out var route))
            return route.Pick(Random.Shared);
        if (
            scripted is not null
            && alias.StartsWith("scripted/", StringComparison.Ordinal)
            && ScriptedProvider.Knows(alias)
        )
            return [scripted.Candidate(alias)];
        if (discovered is not null && await discovered.FindAsync(alias, cancellationToken) is { } found)
            return [found];
        throw new RefusedException(
            ErrorCodes.UnknownModel,
            $"There is no model \"{alias}\" here. GET /v1/models lists those there are."
        );
    }

    public async Task<ListModelsResponse> ListAsync(CancellationToken cancellationToken)
    {
        var response = new ListModelsResponse();
        foreach (
            var (name, route) in known
                .OrderBy(k => k.Key == defaultAlias ? 0 : 1)
                .ThenBy(k => k.Key, StringComparer.Ordinal)
        )
            response.Items.Add(View(name, route.Candidates));
        if (discovered is null)
            return response;
        foreach (var model in await discovered.ListAsync(cancellationToken))
            if (!known.ContainsKey(model.Model))
                response.Items.Add(View(model.Model, [model]));
        return response;
    }

    private static ModelView View(string name, Candidate[] candidates) =>
        new()
        {
            Id = name,
            OwnedBy = candidates[0].Provider.Name,
            Candidates =
            {
                candidates.Select(c => new PriceCandidate { ProviderName = c.Provider.Name, ModelName = c.Model }),
            },
        };
}

/// <summary>A provider from the configuration with the models that it is known to have.</summary>
internal sealed record ConfiguredProvider(
    IProvider Provider,
    string[] Models,
    UpstreamDialect Dialect,
    ProviderLane Lane
)
{
    public Candidate Candidate(string model) => new(Provider, model, Dialect, Lane);
}
