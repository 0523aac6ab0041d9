using Microsoft.Extensions.Configuration;

namespace SmartFlow.Platform.Web;

/// <summary>Which rows of the module table this process hosts: all, or those that <c>--modules a,b</c> names.</summary>
internal static class ModuleSelection
{
    /// <exception cref="SetupException">An unknown name, or a need that is neither hosted here nor
    /// configured.</exception>
    public static IReadOnlyList<Module> Of(IReadOnlyList<Module> table, IConfiguration configuration)
    {
        var names = (configuration["modules"] ?? "").Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        var hosted = names.Length == 0 ? table : names.Select(n => Find(table, n)).Distinct().ToArray();
        foreach (var module in hosted)
        foreach (var need in module.Needs)
            if (hosted.All(m => m.Name != need) && string.IsNullOrEmpty(configuration[$"Remotes:{need}"]))
                throw new SetupException(
                    $"{module.Name} needs {need}: host it here (--modules …,{need.ToLowerInvariant()}) or set "
                        + $"Remotes__{need} to the address of the process that does."
                );
        return hosted;
    }

    private static Module Find(IReadOnlyList<Module> table, string name) =>
        table.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new SetupException(
            $"--modules: there is no module {name}; there are {string.Join(", ", table.Select(m => m.Name.ToLowerInvariant()))}."
        );
}
