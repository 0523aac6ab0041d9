using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow seed NAME</c>: runs every module's part of a scenario, in order. Twice changes nothing more.
/// </summary>
internal sealed class SeedCommand(IServiceProvider services) : ICommand
{
    public string Name => "seed";

    public string Usage => "<scenario>: fills the databases with a named scenario, e.g. starter";

    public bool Writes => true;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var known = services
            .GetServices<ISeedScenario>()
            .Select(s => s.Name)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (arguments is not [var name] || !known.Contains(name))
        {
            await output.WriteLineAsync($"smartflow seed <scenario>; there are: {string.Join(", ", known)}");
            return 2;
        }
        var parts = await SeedAsync(services, name, cancellationToken);
        await output.WriteLineAsync($"{name}: {parts} parts seeded");
        return 0;
    }

    /// <returns>How many parts the scenario has.</returns>
    public static async Task<int> SeedAsync(IServiceProvider services, string name, CancellationToken cancellationToken)
    {
        var parts = services.GetServices<ISeedScenario>().Where(s => s.Name == name).OrderBy(s => s.Order).ToArray();
        foreach (var part in parts)
            await part.SeedAsync(cancellationToken);
        return parts.Length;
    }
}
