using Microsoft.Extensions.Configuration;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>A module that other processes host.</summary>
internal sealed record Remote(Module Module, IReadOnlyList<Uri> Addresses);

/// <summary>The modules that other processes host, by name.</summary>
internal sealed record RemoteModules(IReadOnlyList<string> Names);

/// <summary>
/// Section <c>Remotes</c>: addresses by module, separated by commas. What is hosted here is called directly, whatever
/// it says.
/// </summary>
internal static class Remotes
{
    private const int MaxAddresses = 64;

    /// <exception cref="SetupException">An unknown module, an address that is none, a module that cannot be called
    /// yet.</exception>
    public static IReadOnlyList<Remote> Of(
        IConfiguration configuration,
        IReadOnlyList<Module> table,
        IReadOnlyList<Module> hosted
    )
    {
        var remotes = new List<Remote>();
        foreach (
            var entry in configuration.GetSection("Remotes").GetChildren().Where(e => !string.IsNullOrEmpty(e.Value))
        )
        {
            var module = table.FirstOrDefault(m => m.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SetupException($"Remotes__{entry.Key}: there is no module {entry.Key}.");
            if (hosted.Contains(module))
                continue;
            var addresses = entry
                .Value!.Split(',', StringSplitOptions.TrimEntries)
                .Select(a => Address(module, a))
                .Distinct()
                .ToList();
            if (addresses.Count > MaxAddresses || addresses.Select(a => a.Scheme).Distinct().Count() > 1)
                throw new SetupException(
                    $"Remotes__{module.Name}: at most {MaxAddresses} addresses, all of them http:// or all of them https://."
                );
            if (module.Contracts().Count == 0)
                throw new SetupException(
                    $"Remotes__{module.Name}: {module.Name} has no contract that can be called from another process; host it here."
                );
            remotes.Add(new Remote(module, addresses));
        }
        return remotes;
    }

    private static Uri Address(Module module, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address.AbsolutePath == "/"
            ? address
            : throw new SetupException(
                $"Remotes__{module.Name}: {text} is not an address like http://127.0.0.1:5090, or several of them separated by commas."
            );
}
