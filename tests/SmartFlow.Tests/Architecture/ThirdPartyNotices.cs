using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SmartFlow.Tests.Architecture;

/// <summary>A package that is given away with the program.</summary>
/// <param name="Licence">Its SPDX expression.</param>
/// <param name="Holders">The copyright lines, or its authors.</param>
/// <param name="Texts">The licence's text without its copyright lines, and notices; empty where the expression says
/// all.</param>
internal sealed record ThirdParty(
    string Name,
    string Version,
    string Licence,
    string Holders,
    IReadOnlyList<string> Texts
);

/// <summary>
/// What is given away with the program is not ours: read from what was restored, NuGet's packages of the Host with
/// their nuspec and npm's below the web application's dependencies with their licence files.
/// </summary>
internal static partial class ThirdPartyNotices
{
    private const string PostgresLicence = """
        Permission to use, copy, modify, and distribute this software and its documentation for any purpose, without fee, and without a
        written agreement is hereby granted, provided that the above copyright notice and this paragraph and the following two
        paragraphs appear in all copies.

        IN NO EVENT SHALL THE COPYRIGHT HOLDER BE LIABLE TO ANY PARTY FOR DIRECT, INDIRECT, SPECIAL, INCIDENTAL, OR CONSEQUENTIAL DAMAGES,
        INCLUDING LOST PROFITS, ARISING OUT OF THE USE OF THIS SOFTWARE AND ITS DOCUMENTATION, EVEN IF THE COPYRIGHT HOLDER HAS BEEN
        ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

        THE COPYRIGHT HOLDER SPECIFICALLY DISCLAIMS ANY WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF
        MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE. THE SOFTWARE PROVIDED HEREUNDER IS ON AN "AS IS" BASIS, AND THE COPYRIGHT
        HOLDER HAS NO OBLIGATIONS TO PROVIDE MAINTENANCE, SUPPORT, UPDATES, ENHANCEMENTS, OR MODIFICATIONS.
        """;

    private static readonly string Web = Path.Combine(Repository.Root, "web");

    public static IReadOnlyList<ThirdParty> NuGet()
    {
        using var assets = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "src", "SmartFlow.Host", "obj", "project.assets.json"))
        );
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToArray();
        return
        [
            .. assets
                .RootElement.GetProperty("targets")
                .EnumerateObject()
                .First()
                .Value.EnumerateObject()
                .Where(p => p.Value.GetProperty("type").ValueEquals("package") && IsShipped(p.Value))
                .Select(p => p.Name.Split('/'))
                .Select(p => OfNuspec(p[0], p[1], folders))
                .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    public static IReadOnlyList<ThirdParty> Npm()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Web, "package-lock.json")));
        var packages = locked
            .RootElement.GetProperty("packages")
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.Clone());
        var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([""]));
        while (open.TryDequeue(out var at))
            if (packages[at].TryGetProperty("dependencies", out var needs))
                foreach (var need in needs.EnumerateObject())
                    if (Resolve(packages, at, need.Name) is { } found && seen.Add(found))
                        open.Enqueue(found);
        return
        [
            .. seen.Select(path => OfNpm(path, packages[path]))
                .DistinctBy(p => (p.Name, p.Version))
                .OrderBy(p => p.Name, StringComparer.Ordinal)
                .ThenBy(p => p.Version, StringComparer.Ordinal),
        ];
    }

    /// <summary>The packages that the projects name but that only build or test.</summary>
    public static IReadOnlyList<string> OnlyBuilding(IEnumerable<ThirdParty> shipped) =>
        [
            .. Directory
                .GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
                .Append(Path.Combine(Repository.Root, "Directory.Build.props"))
                .SelectMany(f => XDocument.Load(f).Descendants("PackageReference"))
                .Select(r => r.Attribute("Include")!.Value)
                .Distinct()
                .Except(shipped.Select(p => p.Name))
                .Order(StringComparer.OrdinalIgnoreCase),
        ];

    public static string Markdown()
    {
        var (nuget, npm) = (NuGet(), Npm());
        var text = new StringBuilder(
            """
            # Third-party notices

            SmartFlow is given away under the Apache License 2.0 ([LICENSE](LICENSE)). With it come the packages below under licences of their own.
            Made by the tests from the restored packages (`UPDATE=1 ./test.sh`); not written by hand.

            """
        );
        Table(text, "The program (NuGet)", nuget);
        Table(text, "The web application (npm)", npm);
        text.Append("\n## Only for building and testing\nNot given away: ")
            .AppendJoin(", ", OnlyBuilding(nuget))
            .Append(".\n");
        text.Append(
            "\n## Texts\nApache-2.0: [LICENSE](LICENSE). A package without a text of its own comes under the text of the same licence here, with its copyright above.\n"
        );
        var groups = nuget
            .Concat(npm)
            .SelectMany(p => p.Texts.Select(t => (Package: $"{p.Name} {p.Version}", Text: t)))
            .GroupBy(t => Blanks().Replace(t.Text, "").ToLowerInvariant());
        foreach (var group in groups)
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n### {string.Join(", ", group.Select(g => g.Package))}\n```\n{group.First().Text}\n```\n"
            );
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Table(StringBuilder text, string title, IReadOnlyList<ThirdParty> packages)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n## {title}\n\n| package | version | licence | copyright |\n|---|---|---|---|\n"
        );
        foreach (var p in packages)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {p.Name} | {p.Version} | {p.Licence} | {p.Holders.Replace("|", "\\|", StringComparison.Ordinal)} |\n"
            );
    }

    private static bool IsShipped(JsonElement package) =>
        new[] { "runtime", "runtimeTargets", "native" }.Any(kind =>
            package.TryGetProperty(kind, out var files)
            && files.EnumerateObject().Any(f => !f.Name.EndsWith("_._", StringComparison.Ordinal))
        );

    private static ThirdParty OfNuspec(string name, string version, string[] folders)
    {
        var folder = folders.Select(f => Path.Combine(f, name.ToLowerInvariant(), version)).First(Directory.Exists);
        var all = XDocument.Load(Directory.GetFiles(folder, "*.nuspec").Single()).Descendants().ToArray();
        string Text(string element) => all.FirstOrDefault(e => e.Name.LocalName == element)?.Value.Trim() ?? "";
        var licence = all.FirstOrDefault(e => e.Name.LocalName == "license");
        // An older package names an address, whose file it may have beside.
        var file =
            licence?.Attribute("type")?.Value == "file" ? licence.Value.Trim()
            : licence is null ? Path.GetFileName(Text("licenseUrl"))
            : "";
        var isFile = file.Length > 0 && File.Exists(Path.Combine(folder, file));
        var holders = Text("copyright") is { Length: > 0 } copyright ? copyright : Text("authors");
        string[] texts =
            isFile ? [Body(File.ReadAllText(Path.Combine(folder, file)))]
            : licence?.Value == "PostgreSQL" ? [PostgresLicence]
            : [];
        return new ThirdParty(
            name,
            version,
            isFile ? "its own, below" : licence?.Value ?? Text("licenseUrl"),
            holders,
            texts
        );
    }

    private static ThirdParty OfNpm(string path, JsonElement locked)
    {
        var folder = Path.Combine(Web, path);
        var name = path[(path.LastIndexOf("node_modules/", StringComparison.Ordinal) + "node_modules/".Length)..];
        var licence = locked.TryGetProperty("license", out var l) ? l.GetString()!.Trim('(', ')') : "";
        var files = Directory
            .GetFiles(folder)
            .Where(f => LicenceFile().IsMatch(Path.GetFileName(f)))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var holders = files
            .SelectMany(File.ReadLines)
            .Select(l => Holder().Match(l))
            .Where(m => m.Success)
            .Select(m => m.Value.Trim().TrimEnd('.'))
            .Distinct()
            .Take(4)
            .ToArray();
        // Of Apache's licence the text is ours, too; what goes with it is its notice.
        var texts = files
            .Where(f =>
                !licence.Contains("Apache-2.0", StringComparison.Ordinal)
                || Path.GetFileName(f).StartsWith("NOTICE", StringComparison.OrdinalIgnoreCase)
            )
            .Select(f => Body(File.ReadAllText(f)));
        return new ThirdParty(
            name,
            locked.GetProperty("version").GetString()!,
            licence,
            holders.Length > 0 ? string.Join("; ", holders) : AuthorOf(folder),
            [.. texts]
        );
    }

    private static string AuthorOf(string folder)
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "package.json")));
        if (!package.RootElement.TryGetProperty("author", out var author))
            return "its authors";
        return author.ValueKind == JsonValueKind.String ? author.GetString()! : author.GetProperty("name").GetString()!;
    }

    private static string? Resolve(Dictionary<string, JsonElement> packages, string from, string name)
    {
        for (
            var at = from;
            ;
            at = at.LastIndexOf("/node_modules/", StringComparison.Ordinal) is > 0 and var cut ? at[..cut] : ""
        )
        {
            var candidate = at.Length == 0 ? $"node_modules/{name}" : $"{at}/node_modules/{name}";
            if (packages.TryGetValue(candidate, out var found))
                return found.TryGetProperty("optional", out var optional) && optional.GetBoolean() ? null : candidate;
            if (at.Length == 0)
                return null;
        }
    }

    private static string Body(string text) =>
        string.Join(
                '\n',
                text.ReplaceLineEndings("\n")
                    .Split('\n')
                    .Where(l => !Holder().IsMatch(l))
                    .Select(l => l.TrimEnd().Replace("```", "'''", StringComparison.Ordinal))
            )
            .Trim('\n', '\uFEFF');

    [GeneratedRegex(@"^(licen[sc]e|notice|copying)([.-](md|txt|mit\.txt))?$", RegexOptions.IgnoreCase)]
    private static partial Regex LicenceFile();

    [GeneratedRegex(@"^[\s*#]*(?:Copyright|©)\s+(?:\([cC]\)|©|\d|[A-Z]).*$")]
    private static partial Regex Holder();

    [GeneratedRegex(@"[\s*#]+")]
    private static partial Regex Blanks();
}
