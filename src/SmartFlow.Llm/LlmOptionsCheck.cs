using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Llm;

/// <summary>
/// What annotations cannot say of the settings: checked before anything is served, every mistake named.
/// </summary>
internal sealed class LlmOptionsCheck : IValidateOptions<LlmOptions>
{
    public ValidateOptionsResult Validate(string? name, LlmOptions options)
    {
        var problems = options
            .Providers.SelectMany((p, i) => OfProvider(p, $"Llm:Providers:{i}"))
            .Concat(options.BaseUrl.Length > 0 ? OfAddress(options.BaseUrl, "Llm") : [])
            .Concat(Repeated(options))
            .Concat(OfAliases(options))
            .Concat(options.Limits.Problems())
            .ToList();
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> OfProvider(ProviderOptions provider, string path) =>
        Annotations(provider, path).Concat(OfAddress(provider.BaseUrl, path));

    private static string[] OfAddress(string baseUrl, string path)
    {
        try
        {
            ProviderHttp.AddressOf(baseUrl, "");
            return [];
        }
        catch (ArgumentException e)
        {
            return [$"{path}:BaseUrl: {e.Message}"];
        }
    }

    private static IEnumerable<string> Repeated(LlmOptions options) =>
        options
            .Providers.GroupBy(p => p.Name)
            .Where(g => g.Count() > 1)
            .Select(g => $"Llm:Providers: {g.Key} is the name of several; price rules tell providers by their names.");

    private static IEnumerable<string> OfAliases(LlmOptions options)
    {
        var models = ModelNames(options).ToHashSet(StringComparer.Ordinal);
        foreach (var (alias, names) in options.Aliases)
        {
            if (names.Length == 0)
                yield return $"Llm:Aliases:{alias} names no model.";
            foreach (var name in names.Where(n => !models.Contains(n)))
                yield return $"Llm:Aliases:{alias} names {name}, which is not a configured model.";
        }
        foreach (var (alias, entries) in options.WeightedAliases)
        {
            if (options.Aliases.ContainsKey(alias))
                yield return $"Llm:WeightedAliases:{alias} stands under Llm:Aliases too.";
            if (entries.Sum(e => (long)e.Weight) is <= 0 or > int.MaxValue)
                yield return $"Llm:WeightedAliases:{alias} needs at least one weight above 0.";
            for (var i = 0; i < entries.Count; i++)
            {
                foreach (var problem in Annotations(entries[i], $"Llm:WeightedAliases:{alias}:{i}"))
                    yield return problem;
                if (!models.Contains(entries[i].Model))
                    yield return $"Llm:WeightedAliases:{alias}:{i}:Model is {entries[i].Model}, which is not a configured model.";
            }
        }
    }

    /// <summary>What an alias may name.</summary>
    private static IEnumerable<string> ModelNames(LlmOptions options)
    {
        var server = new OpenAiCompatibleOptions().Name;
        return options
            .Providers.SelectMany(p => p.Models.SelectMany(m => new[] { m, $"{p.Name}/{m}" }))
            .Concat(options.ServerModels.SelectMany(m => new[] { m, $"{server}/{m}" }))
            .Append(DemoProvider.ModelName);
    }

    private static IEnumerable<string> Annotations(object settings, string path)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        return results.Select(r => $"{path}: {r.ErrorMessage}");
    }
}
