using System.Globalization;
using Microsoft.Extensions.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SmartFlow.Platform.Web;

/// <summary>
/// A settings file in YAML, as Kubernetes and people write them: read like one in JSON, again whenever it changes.
/// </summary>
internal sealed class YamlConfigurationSource : FileConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new YamlConfiguration(this);
    }
}

/// <summary>Its one document as settings: maps are sections, lists are numbered from 0, every scalar is text.</summary>
internal sealed class YamlConfiguration(YamlConfigurationSource source) : FileConfigurationProvider(source)
{
    /// <summary>
    /// An alias stands for as much as it names: without a bound a short file could mean endless settings.
    /// </summary>
    private const int MaxSettings = 10_000;

    /// <summary>No setting lies deeper; an alias may stand within what it names.</summary>
    private const int MaxDepth = 32;

    public override void Load(Stream stream)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var yaml = new YamlStream();
            using var reader = new StreamReader(stream);
            yaml.Load(reader);
            if (yaml.Documents.Count > 1)
                throw new FormatException("it has more than one document");
            if (yaml.Documents.Count == 1)
                Add(settings, [], yaml.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {e.Message}", e);
        }
        Data = settings;
    }

    private static void Add(Dictionary<string, string?> settings, IReadOnlyList<string> path, YamlNode node)
    {
        if (settings.Count > MaxSettings)
            throw new FormatException($"it has more than {MaxSettings} settings");
        if (path.Count > MaxDepth)
            throw At(node, $"it is nested deeper than {MaxDepth} levels");
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children)
                    Add(
                        settings,
                        [
                            .. path,
                            key is YamlScalarNode { Value: { } name } ? name : throw At(key, "a name is expected"),
                        ],
                        value
                    );
                break;
            case YamlSequenceNode list:
                for (var i = 0; i < list.Children.Count; i++)
                    Add(settings, [.. path, i.ToString(CultureInfo.InvariantCulture)], list.Children[i]);
                break;
            case YamlScalarNode scalar when path.Count > 0:
                if (!settings.TryAdd(ConfigurationPath.Combine(path), IsNull(scalar) ? null : scalar.Value))
                    throw At(scalar, $"{ConfigurationPath.Combine(path)} is there twice");
                break;
            case YamlScalarNode empty when IsNull(empty):
                break;
            default:
                throw At(node, "settings are expected");
        }
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";

    private static FormatException At(YamlNode node, string problem) => new($"line {node.Start.Line}: {problem}");
}
