using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace SmartFlow.Platform.Web;

/// <summary>
/// The file that SMARTFLOW_CONFIG names: JSON with comments, or YAML, before which the environment and the command line
/// go. It is read again when it changes, which what may change while the program runs notices (Rpc:Callers).
/// </summary>
internal static class ConfigurationFile
{
    private const string Variable = "SMARTFLOW_CONFIG";

    /// <exception cref="SetupException">It is missing or unreadable.</exception>
    public static void Add(ConfigurationManager configuration)
    {
        if (configuration[Variable] is not { Length: > 0 } name)
            return;
        var path = Path.GetFullPath(name);
        if (!File.Exists(path))
            throw new SetupException($"{Variable}: there is no file {path}.");
        FileConfigurationSource source = Path.GetExtension(path) is ".yaml" or ".yml"
            ? new YamlConfigurationSource { Path = path, ReloadOnChange = true }
            : new JsonConfigurationSource { Path = path, ReloadOnChange = true };
        source.ResolveFileProvider();
        var sources = configuration.Sources;
        try
        {
            sources.Insert(
                sources
                    .Select((s, i) => (s, i))
                    .First(p => p.s is EnvironmentVariablesConfigurationSource { Prefix: null or "" })
                    .i,
                source
            );
        }
        catch (InvalidDataException e)
        {
            throw new SetupException($"{Variable}: {path} cannot be read: {e.InnerException?.Message ?? e.Message}", e);
        }
    }
}
