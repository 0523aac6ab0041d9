using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SmartFlow.Tests.Platform.Settings;

/// <summary>A section with its options class.</summary>
internal sealed record SettingsSection(string Name, string Effect, IReadOnlyList<Setting> Settings);

/// <summary>
/// Every setting of the program, read from the options classes that it registers and from their documentation, and how
/// the reference and the example file say it.
/// </summary>
internal static class SettingsReference
{
    /// <summary>What is read without an options class.</summary>
    private static readonly Setting[] Plain =
    [
        new(
            "Urls",
            typeof(string),
            "http://127.0.0.1:5080",
            null,
            "Where the program listens, addresses separated by `;` (SMARTFLOW_URLS)."
        ),
        new(
            "modules",
            typeof(string),
            "",
            null,
            "The modules that this process hosts, separated by commas; empty: all (`--modules`)."
        ),
        new(
            "Remotes:<name>",
            typeof(string),
            null,
            null,
            "Where another process hosts this module, e.g. `http://127.0.0.1:5090`; several addresses, separated by commas, take turns."
        ),
        new(
            "Logging:LogLevel:<name>",
            typeof(string),
            null,
            null,
            "The least level that a category logs: Trace, Debug, Information, Warning, Error, Critical, None."
        ),
    ];

    /// <summary>By the name of the section; the first holds what has no class.</summary>
    public static IReadOnlyList<SettingsSection> Read()
    {
        Type[] types = [];
        var asked = new List<string>();
        var (app, _, folder, _) = SmartFlowApp.Build(s =>
            s.Services = services =>
            {
                types =
                [
                    .. services
                        .Where(d =>
                            d.ServiceType.IsGenericType
                            && d.ServiceType.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)
                        )
                        .Select(d => d.ServiceType.GetGenericArguments()[0])
                        .Where(t => t.Assembly.GetName().Name!.StartsWith("SmartFlow", StringComparison.Ordinal))
                        .Distinct(),
                ];
                services.AddSingleton<IConfiguration>(p => new Listening(new ConfigurationBuilder().Build(), asked));
            }
        );
        using (app)
        {
            var sections = types
                .SelectMany(type =>
                {
                    asked.Clear();
                    _ = Activator.CreateInstance(typeof(Made<>).MakeGenericType(type), app.Services);
                    var section = asked.Distinct().Single();
                    return new[]
                    {
                        new SettingsSection(
                            section,
                            EffectOf(type, section),
                            [.. Setting.Of(type, Activator.CreateInstance(type)!, section)]
                        ),
                    };
                })
                .OrderBy(s => s.Name, StringComparer.Ordinal)
                .ToList();
            TestFolders.Delete(folder);
            return [new SettingsSection("", "", Plain), .. sections];
        }
    }

    public static string Markdown(IEnumerable<SettingsSection> sections)
    {
        var text = new StringBuilder(
            """
            # Settings

            Made by the tests from the options classes (`UPDATE=1`, see [operating.md](operating.md)); not written by hand. `N` is a number from 0,
            `<name>` a name of yours. In the environment `:` is `__`: `Web__MaxBodyBytes`. A value that is not taken stops the start and is named.
            [config.example.json](../config.example.json) holds all of them with their defaults of a Release build; `SMARTFLOW_CONFIG` names such a file,
            which the environment and the command line go before.

            """
        );
        foreach (var section in sections)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n## {(section.Name.Length == 0 ? "Without a section" : section.Name)}\n"
            );
            if (section.Effect.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"{Cell(section.Effect)}\n");
            text.Append("\n| setting | default | unit | taken | effect |\n|---|---|---|---|---|\n");
            foreach (var s in section.Settings)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{s.Path}` | {Cell(s.DefaultText)} | {s.Unit} | {(s.Range is { } r ? $"{r.Minimum} to {r.Maximum}" : "")} | {Cell(s.Effect)} |\n"
                );
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>JSON with comments, which the program's configuration reads. Lists and names are empty in it.</summary>
    public static string Example(IEnumerable<SettingsSection> sections)
    {
        var root = new Node();
        foreach (var setting in sections.SelectMany(s => s.Settings))
            root.Add(setting.Path.Split(':'), setting);
        var text = new StringBuilder(
            "// Every setting with its default; leave out what you do not change. Use: SMARTFLOW_CONFIG=/path/to/file.json.\n"
        );
        root.Write(text, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Without the section's own name, which is the heading.</summary>
    private static string EffectOf(Type type, string section)
    {
        var effect = Documentation
            .Of(type)
            .Replace($"Section `{section}`", "", StringComparison.Ordinal)
            .TrimStart('.', ',', ':', ' ');
        return effect.Length == 0 ? "" : char.ToUpperInvariant(effect[0]) + effect[1..];
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>Makes an instance as the program does.</summary>
    private sealed class Made<T>
        where T : class
    {
        public Made(IServiceProvider services) =>
            _ = services.GetRequiredService<IOptionsFactory<T>>().Create(Options.DefaultName);
    }

    /// <summary>A configuration that notes which sections are asked for.</summary>
    private sealed class Listening(IConfiguration inner, List<string> asked) : IConfiguration
    {
        public string? this[string key]
        {
            get => inner[key];
            set => inner[key] = value;
        }

        public IConfigurationSection GetSection(string key)
        {
            asked.Add(key);
            return inner.GetSection(key);
        }

        public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren();

        public IChangeToken GetReloadToken() => inner.GetReloadToken();
    }

    private sealed class Node
    {
        private readonly List<(string Name, Node Child, Setting? Leaf)> children = [];
        private readonly List<Setting> open = [];

        public void Add(ReadOnlySpan<string> path, Setting setting)
        {
            var name = path[0];
            if (path.Length > 1 && path[1] is "N" or "<name>")
            {
                Child(name).open.Add(setting);
                return;
            }
            if (path.Length == 1)
                children.Add((name, new Node(), setting));
            else
                Child(name).Add(path[1..], setting);
        }

        public void Write(StringBuilder text, int depth)
        {
            var indent = new string(' ', 2 * depth + 2);
            text.Append("{\n");
            for (var i = 0; i < children.Count; i++)
            {
                var (name, child, leaf) = children[i];
                foreach (var setting in leaf is null ? child.open : [leaf])
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{indent}// {(leaf is null ? setting.Path + ": " : "")}{setting.Effect} [{setting.Unit}]\n"
                    );
                text.Append(CultureInfo.InvariantCulture, $"{indent}{JsonSerializer.Serialize(name)}: ");
                if (leaf is not null)
                    text.Append(Value(leaf));
                else if (child.children.Count == 0)
                    text.Append(child.open[0].Path.Split(':').Contains("<name>") ? "{}" : "[]");
                else
                    child.Write(text, depth + 1);
                text.Append(i < children.Count - 1 ? ",\n" : "\n");
            }
            text.Append(indent[2..]).Append('}');
        }

        private static string Value(Setting leaf) =>
            leaf.Type.IsEnum && leaf.Default is not null
                ? JsonSerializer.Serialize(leaf.Default.ToString())
                : JsonSerializer.Serialize(leaf.Default);

        private Node Child(string name)
        {
            if (children.FirstOrDefault(c => c.Name == name && c.Leaf is null).Child is { } known)
                return known;
            var made = new Node();
            children.Add((name, made, null));
            return made;
        }
    }
}
