using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>A model of a provider that may answer a call.</summary>
internal sealed record Candidate(IProvider Provider, string Model, UpstreamDialect Dialect);

/// <summary>Which models there are: the configured ones, aliases, <c>demo</c> and, outside production, <c>scripted/*</c>.</summary>
internal sealed class ModelCatalog
{
    private readonly FrozenDictionary<string, Candidate[]> known;
    private readonly DiscoveredModels? discovered;
    private readonly IProvider? scripted;
    private readonly string defaultAlias;

    public ModelCatalog(
        DemoProvider demo, IEnumerable<ConfiguredProvider> providers, IOptions<LlmOptions> options, DiscoveredModels? discovered,
        ScriptedProvider? scripted)
    {
        this.discovered = discovered;
        this.scripted = scripted;
        var models = new Dictionary<string, Candidate[]>(StringComparer.Ordinal)
        {
            [demo.Name] = [new Candidate(demo, demo.Name, UpstreamDialect.Default)],
        };
        foreach (var provider in providers)
            foreach (var model in provider.Models)
            {
                Candidate[] one = [new Candidate(provider.Provider, model, provider.Dialect)];
                models.TryAdd(model, one);
                models[$"{provider.Provider.Name}/{model}"] = one;
            }
        foreach (var (alias, names) in options.Value.Aliases)
            models[alias] = [.. names.SelectMany(n => models.GetValueOrDefault(n)
                ?? throw new InvalidOperationException($"Llm:Aliases:{alias} names {n}, which is not a configured model."))];
        known = models.ToFrozenDictionary(StringComparer.Ordinal);
        defaultAlias = providers.SelectMany(p => p.Models).FirstOrDefault() ?? (discovered is null ? demo.Name : "");
    }

    /// <summary>The candidates of a model or alias, in the order of preference; empty: the default.</summary>
    /// <exception cref="RefusedException">unknown_model.</exception>
    public async ValueTask<Candidate[]> ResolveAsync(string alias, CancellationToken cancellationToken)
    {
        if (alias.Length == 0) alias = defaultAlias;
        if (known.TryGetValue(alias, out var candidates)) return candidates;
        if (scripted is not null && alias.StartsWith("scripted/", StringComparison.Ordinal) && ScriptedProvider.Knows(alias))
            return [new Candidate(scripted, alias, UpstreamDialect.Default)];
        if (discovered is not null && await discovered.FindAsync(alias, cancellationToken) is { } found) return [found];
        throw new RefusedException(ErrorCodes.UnknownModel, $"There is no model \"{alias}\" here. GET /v1/models lists those there are.");
    }

    public async Task<ListModelsResponse> ListAsync(CancellationToken cancellationToken)
    {
        var response = new ListModelsResponse();
        foreach (var (name, candidates) in known.OrderBy(k => k.Key == defaultAlias ? 0 : 1).ThenBy(k => k.Key, StringComparer.Ordinal))
            response.Items.Add(View(name, candidates));
        if (discovered is null) return response;
        foreach (var model in await discovered.ListAsync(cancellationToken))
            if (!known.ContainsKey(model.Model))
                response.Items.Add(View(model.Model, [model]));
        return response;
    }

    private static ModelView View(string name, Candidate[] candidates) => new()
    {
        Id = name,
        OwnedBy = candidates[0].Provider.Name,
        Candidates = { candidates.Select(c => new PriceCandidate { ProviderName = c.Provider.Name, ModelName = c.Model }) },
    };
}

/// <summary>A provider from the configuration with the models that it is known to have.</summary>
internal sealed record ConfiguredProvider(IProvider Provider, string[] Models, UpstreamDialect Dialect);
