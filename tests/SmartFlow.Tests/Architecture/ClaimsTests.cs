using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Tests.Platform.Settings;

namespace SmartFlow.Tests.Architecture;

/// <summary>
/// What README and the documents say of settings, commands, routes, files, numbers and tests is looked up in the
/// program.
/// </summary>
public sealed partial class ClaimsTests
{
    private static readonly Document[] Documents =
    [
        .. Directory
            .GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Where(f => Path.GetFileName(f) != "settings.md")
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(f => new Document(f, File.ReadAllText(f))),
    ];

    private static readonly Lazy<IReadOnlyList<Setting>> Settings = new(() =>
        [.. SettingsReference.Read().SelectMany(s => s.Settings)]
    );

    private static readonly Lazy<string> Sources = new(() =>
        string.Join(
            '\n',
            new[] { "src", "tests", "bench", "proto", "web/src" }
                .SelectMany(f => Directory.GetFiles(Path.Combine(Repository.Root, f), "*", SearchOption.AllDirectories))
                .Where(f =>
                    Path.GetExtension(f) is ".cs" or ".proto" or ".ts" or ".vue" or ".sh" or ".csproj" or ".targets"
                )
                .Where(f =>
                    !f.Contains("/obj/", StringComparison.Ordinal)
                    && !f.Contains("/node_modules/", StringComparison.Ordinal)
                )
                .Append(Path.Combine(Repository.Root, "test.sh"))
                .Select(File.ReadAllText)
        )
    );

    [Fact]
    public void Settings_that_are_named_exist() =>
        Wrong(d => d.Code.SelectMany(SettingsIn).Where(s => !Exists(s))).ShouldBeEmpty();

    [Fact]
    public void Defaults_that_are_named_beside_their_setting_are_the_programs() =>
        Wrong(d =>
                Default()
                    .Matches(d.Text)
                    .Select(m =>
                        (
                            Text: m.Value,
                            Setting: Settings.Value.SingleOrDefault(s => s.Path == m.Groups["setting"].Value),
                            Told: decimal.Parse(
                                m.Groups["number"].Value.Replace(",", "", StringComparison.Ordinal),
                                CultureInfo.InvariantCulture
                            )
                                * (
                                    m.Groups["unit"].Value == "MiB" ? 1 << 20
                                    : m.Groups["unit"].Value == "KiB" ? 1 << 10
                                    : 1
                                )
                        )
                    )
                    .Where(c =>
                        c.Setting is not null
                        && Convert.ToDecimal(c.Setting.Default, CultureInfo.InvariantCulture) != c.Told
                    )
                    .Select(c => c.Text)
            )
            .ShouldBeEmpty();

    [Fact]
    public void Variables_and_numbers_that_are_named_exist() =>
        Wrong(d =>
                d.Code.SelectMany(c =>
                        Variable().Matches(c).Select(m => m.Value).Concat(Number().Matches(c).Select(m => m.Value))
                    )
                    .Where(v => !v.EndsWith('_') && !Sources.Value.Contains(v, StringComparison.Ordinal))
            )
            .ShouldBeEmpty();

    [Fact]
    public void Commands_that_are_named_exist_and_all_are_named()
    {
        var (app, _, folder, _) = SmartFlowApp.Build(_ => { });
        using (app)
        {
            var commands = app.Services.GetServices<ICommand>().ToArray();
            Wrong(d =>
                    d.Code.Select(c => Program().Match(c))
                        .Where(m => m.Success)
                        .Select(m => m.Groups[1].Value)
                        .Where(words =>
                            !commands.Any(c =>
                                words == c.Name || words.StartsWith(c.Name + " ", StringComparison.Ordinal)
                            )
                        )
                )
                .ShouldBeEmpty();
            var section = Documents.Last(d => d.Name == "README.md").Text.Split("\n## Commands")[1].Split("\n## ")[0];
            foreach (var command in commands)
            foreach (var word in command.Name.Split(' '))
                section.ShouldContain(word, customMessage: command.Name);
            // "need the data folder for themselves": those that write, and no other.
            var alone = section
                .Split('.')
                .Single(s => s.Contains("for themselves", StringComparison.Ordinal))
                .Split(" need the data folder")[0];
            commands
                .Where(c =>
                    c.Writes
                    != new[] { c.Name, c.Name.Split(' ')[0] }.Any(n =>
                        alone.Contains($"`{n}`", StringComparison.Ordinal)
                    )
                )
                .Select(c => c.Name)
                .ShouldBeEmpty();
        }
        TestFolders.Delete(folder);
    }

    [Fact]
    public void Routes_that_are_named_exist()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.v1.json"))
        );
        var routes = document
            .RootElement.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p =>
                p.Value.EnumerateObject().Select(m => (Verb: m.Name.ToUpperInvariant(), Pattern: PatternOf(p.Name)))
            )
            .ToArray();
        Wrong(d =>
                d.Code.Select(c => Route().Match(c))
                    .Where(m => m.Success)
                    .Where(m =>
                        !new[] { "", "/api/v1/", "/api/v1/admin/" }.Any(prefix =>
                            routes.Any(r =>
                                (m.Groups["verb"].Value.Length == 0 || m.Groups["verb"].Value == r.Verb)
                                && Regex.IsMatch(prefix + Part().Replace(m.Groups["path"].Value, "1"), r.Pattern)
                            )
                        )
                        && !routes.Any(r =>
                            r.Pattern.StartsWith($"^{m.Groups["path"].Value}/", StringComparison.Ordinal)
                        )
                    )
                    .Select(m => m.Value)
            )
            .ShouldBeEmpty();
    }

    [Fact]
    public void Files_decisions_and_tests_that_are_named_exist()
    {
        Wrong(d =>
                d.Code.Concat(Link().Matches(d.Text).Select(m => m.Groups[1].Value))
                    .SelectMany(c => FileName().Matches(c).Select(m => m.Value.TrimEnd('/')))
                    .Where(f => f.Contains('/', StringComparison.Ordinal) && !IsFile(d, f))
            )
            .ShouldBeEmpty();
        Wrong(d =>
                Decision()
                    .Matches(d.Text)
                    .Select(m => m.Groups[1].Value)
                    .Where(n =>
                        Directory.GetFiles(Path.Combine(Repository.Root, "docs", "decisions"), n + "-*.md").Length != 1
                    )
            )
            .ShouldBeEmpty();
        var tests = typeof(ClaimsTests)
            .Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("Tests", StringComparison.Ordinal))
            .ToLookup(t => t.Name);
        Wrong(d =>
                d.Code.SelectMany(c => Test().Matches(c))
                    .Where(m =>
                        !tests[m.Groups["class"].Value]
                            .Any(t =>
                                !m.Groups["method"].Success
                                || t.GetMethods().Any(x => x.Name == m.Groups["method"].Value)
                            )
                    )
                    .Select(m => m.Value)
            )
            .ShouldBeEmpty();
    }

    [Fact]
    public void A_planted_claim_is_caught()
    {
        SettingsIn("Llm:ResultHour")
            .Single()
            .ShouldSatisfyAllConditions(s => Exists(s).ShouldBeFalse(), s => Exists(s + "s").ShouldBeTrue());
        SettingsIn("Llm:Providers:N:{Name,Models:M}").ShouldBe(["Llm:Providers:N:Name", "Llm:Providers:N:Models:M"]);
        Exists("Llm:Providers:3:Models:0").ShouldBeTrue();
        SettingsIn("Data__Folders=x")
            .Single()
            .ShouldSatisfyAllConditions(s => s.ShouldBe("Data:Folders"), s => Exists(s).ShouldBeFalse());
        Route().IsMatch("GET /api/v1/nothing").ShouldBeTrue();
        Regex.IsMatch("/api/v1/calls/a/b", PatternOf("/api/v1/calls/{eventId}")).ShouldBeTrue();
        Documents.Sum(d => d.Code.Count).ShouldBeGreaterThan(300);
    }

    private static IEnumerable<string> Wrong(Func<Document, IEnumerable<string>> claims) =>
        Documents.SelectMany(d => claims(d).Select(c => $"{d.Name}: {c}"));

    private static bool Exists(string setting) => Settings.Value.Any(s => s.Fits(setting));

    /// <summary>Names that begin with a section of ours; {A,B} is several.</summary>
    private static IEnumerable<string> SettingsIn(string code)
    {
        var sections = Settings.Value.Select(s => s.Path.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (Match match in SettingName().Matches(code))
        {
            var written = match.Value.Replace("__", ":", StringComparison.Ordinal);
            if (!sections.Contains(written.Split(':')[0]))
                continue;
            var open = written.IndexOf('{', StringComparison.Ordinal);
            if (open < 0 || !written.Contains(',', StringComparison.Ordinal))
                yield return written;
            else
                foreach (var one in written[(open + 1)..].TrimEnd('}').Split(','))
                    yield return written[..open] + one;
        }
    }

    /// <summary>A part in braces may hold slashes where the route says so, which its description does not.</summary>
    private static string PatternOf(string path) => "^" + Part().Replace(path, "[^?]+") + "$";

    private static bool IsFile(Document document, string name) =>
        new[] { Repository.Root, Path.GetDirectoryName(document.File)! }
            .Select(f => Path.Combine(f, name))
            .Any(f => File.Exists(f) || Directory.Exists(f) || File.Exists(f + ".cs"))
        || Directory.Exists(Path.Combine(Repository.Root, "src", "SmartFlow." + name))
        || File.Exists(Path.Combine(Repository.Root, "src", "SmartFlow." + name));

    private sealed record Document(string File, string Text)
    {
        public string Name { get; } = Path.GetFileName(File);

        /// <summary>What stands in backticks, and the lines of code blocks.</summary>
        public IReadOnlyList<string> Code { get; } =
        [
            .. Blocks().Matches(Text).SelectMany(m => m.Value.Split('\n')),
            .. Spans().Matches(Blocks().Replace(Text, "")).Select(m => m.Groups[1].Value),
        ];
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Spans();

    [GeneratedRegex(@"(?<![\w./:-])[A-Z][A-Za-z]+(?:(?::|__)(?:[A-Za-z0-9]+|<\w+>|\{[\w,:]+\}))+")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"`(?<setting>[A-Z]\w+(?::\w+)+)` \((?<number>\d[\d,]*)(?: (?<unit>MiB|KiB))?(?=[;:)])")]
    private static partial Regex Default();

    [GeneratedRegex("SMARTFLOW_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<![\w.])smartflow\.(?!event_id)[a-z_.]+[a-z]")]
    private static partial Regex Number();

    [GeneratedRegex("^smartflow ([a-z][a-z -]*[a-z])")]
    private static partial Regex Program();

    [GeneratedRegex(
        @"^(?:(?<verb>GET|POST|PUT|PATCH|DELETE) (?<path>[/a-z][^ ?…\[]*)|(?<path>/(?:v1|api/v1)/[^ ?…\[]+))(?=[?\[]|$)"
    )]
    private static partial Regex Route();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Part();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(
        @"(?<![\w/.<>:])(?:\.\./)?(?:docs|src|tests|bench|web|proto|[A-Z][A-Za-z]+)/(?>[\w./-]+)(?<=\w)(?!<)"
    )]
    private static partial Regex FileName();

    [GeneratedRegex(@"decisions?/? ?\(?(0\d{3})")]
    private static partial Regex Decision();

    [GeneratedRegex(@"(?<![\w.])(?<class>[A-Z]\w+Tests)(?:\.(?<method>[A-Z]\w+_\w+))?")]
    private static partial Regex Test();
}
