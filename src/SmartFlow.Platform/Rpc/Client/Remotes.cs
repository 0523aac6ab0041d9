using Microsoft.Extensions.Configuration;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>A module that another process hosts.</summary>
internal sealed record Remote(Module Module, Uri Address);

/// <summary>The modules that other processes host, by name.</summary>
internal sealed record RemoteModules(IReadOnlyList<string> Names);

/// <summary>Section <c>Remotes</c>: addresses by module. What is hosted here is called directly, whatever it says.</summary>
internal static class Remotes
{
    /// <exception cref="SetupException">An unknown module, an address that is none, a module that cannot be called yet.</exception>
    public static IReadOnlyList<Remote> Of(IConfiguration configuration, IReadOnlyList<Module> table, IReadOnlyList<Module> hosted)
    {
        var remotes = new List<Remote>();
        foreach (var entry in configuration.GetSection("Remotes").GetChildren().Where(e => !string.IsNullOrEmpty(e.Value)))
        {
            var module = table.FirstOrDefault(m => m.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SetupException($"Remotes__{entry.Key}: there is no module {entry.Key}.");
            if (hosted.Contains(module)) continue;
            if (!Uri.TryCreate(entry.Value, UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https") || address.AbsolutePath != "/")
                throw new SetupException($"Remotes__{module.Name}: {entry.Value} is not an address like http://127.0.0.1:5090.");
            if (module.Contracts().Count == 0)
                throw new SetupException(
                    $"Remotes__{module.Name}: {module.Name} has no contract that can be called from another process; host it here.");
            remotes.Add(new Remote(module, address));
        }
        return remotes;
    }
}
