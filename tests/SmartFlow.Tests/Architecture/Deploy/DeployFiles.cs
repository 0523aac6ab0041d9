using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>The files under deploy/ by their path in it, as texts that a test may change.</summary>
internal sealed class DeployFiles(IReadOnlyDictionary<string, string> texts)
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy");

    public IEnumerable<string> Paths => texts.Keys;

    public string this[string path] => texts[path];

    public static DeployFiles Read() =>
        new(
            Directory
                .GetFiles(Folder, "*", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(f) != ".env")
                .ToDictionary(f => Path.GetRelativePath(Folder, f).Replace('\\', '/'), File.ReadAllText)
        );

    /// <summary>With one place of one file changed, which must be there.</summary>
    public DeployFiles With(string path, string old, string changed)
    {
        texts[path].ShouldContain(old);
        return new DeployFiles(
            texts.ToDictionary(
                t => t.Key,
                t => t.Key == path ? t.Value.Replace(old, changed, StringComparison.Ordinal) : t.Value
            )
        );
    }

    /// <summary>The documents of a file, anchors and merges resolved.</summary>
    public IReadOnlyList<JsonNode> Yaml(string path) =>
        [
            .. texts[path]
                .Split("\n---\n")
                .Select(t =>
                    Node(
                        new DeserializerBuilder()
                            .Build()
                            .Deserialize<object?>(new MergingParser(new Parser(new StringReader(t))))
                    )!
                ),
        ];

    private static JsonNode? Node(object? value) =>
        value switch
        {
            null => null,
            IDictionary<object, object> map => new JsonObject(
                map.Select(p => KeyValuePair.Create(p.Key.ToString()!, Node(p.Value)))
            ),
            IEnumerable<object> list => new JsonArray([.. list.Select(Node)]),
            _ => JsonValue.Create(value.ToString()),
        };
}
