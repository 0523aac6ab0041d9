using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SmartFlow.Tests.Platform.Settings;

/// <summary>What the XML documentation beside the assemblies says, as one line of Markdown.</summary>
internal static partial class Documentation
{
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Files = new();

    public static string Of(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    public static string Of(PropertyInfo property) =>
        Find(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private static string Find(Assembly assembly, string member) =>
        Files.GetOrAdd(assembly.GetName().Name!, Read).GetValueOrDefault(member, "");

    private static IReadOnlyDictionary<string, string> Read(string assembly) =>
        XDocument
            .Load(Path.Combine(AppContext.BaseDirectory, assembly + ".xml"))
            .Descendants("member")
            .ToDictionary(
                m => m.Attribute("name")!.Value,
                m => m.Element("summary") is { } summary ? Line(summary) : ""
            );

    private static string Line(XElement summary) =>
        Blanks().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement reference when reference.Attribute("cref") is { } cref => cref.Value.Split('.')[^1],
            XElement other => other.Value,
            _ => "",
        };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
