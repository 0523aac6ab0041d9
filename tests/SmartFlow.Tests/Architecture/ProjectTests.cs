using System.Xml.Linq;

namespace SmartFlow.Tests.Architecture;

/// <summary>
/// Who may reference whom, read from the project files; every rule is shown to catch a planted violation.
/// </summary>
public sealed class ProjectTests
{
    [Fact]
    public void Every_project_references_only_what_it_may() => Violations(Read()).ShouldBeEmpty();

    [Fact]
    public void The_host_is_its_entry_and_the_module_table_and_nothing_else() =>
        HostFiles(
                Directory
                    .GetFiles(Path.Combine(Repository.Root, "src", "SmartFlow.Host"), "*.cs")
                    .Select(f => Path.GetFileName(f)!)
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData("SmartFlow.Agent", "SmartFlow.Planner")]
    [InlineData("SmartFlow.Gateway", "SmartFlow.Host")]
    [InlineData("SmartFlow.Platform", "SmartFlow.Contracts")]
    [InlineData("SmartFlow.Platform", "SmartFlow.UserAuth")]
    [InlineData("SmartFlow.Contracts", "SmartFlow.Platform")]
    public void A_planted_reference_is_caught(string from, string to) =>
        Violations(new Dictionary<string, string[]> { [from] = ["SmartFlow.Contracts", to] })
            .ShouldContain($"{from} → {to}");

    [Fact]
    public void A_planted_file_in_the_host_is_caught() =>
        HostFiles(["Program.cs", "Modules.cs", "Extra.cs"]).ShouldBe(["Extra.cs"]);

    [Fact]
    public void Nothing_is_shown_to_a_project_that_does_not_exist()
    {
        var projects = Directory
            .GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .ToHashSet();
        Projects().SelectMany(f => Names(f, "InternalsVisibleTo")).Where(n => !projects.Contains(n)).ShouldBeEmpty();
    }

    /// <summary>A pin of a package that only others bring is of use as long as they bring it.</summary>
    [Fact]
    public void Every_pinned_package_is_used()
    {
        var referenced = Directory
            .GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "Directory.Build.props"))
            .SelectMany(f => Names(f, "PackageReference"))
            .ToHashSet();
        var brought = File.ReadAllText(
            Path.Combine(Repository.Root, "tests", "SmartFlow.Tests", "obj", "project.assets.json")
        );
        Names(Path.Combine(Repository.Root, "Directory.Packages.props"), "PackageVersion")
            .Where(p => !referenced.Contains(p) && !brought.Contains($"\"{p}/", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_rules_see_all_projects()
    {
        var projects = Read();
        projects.Count.ShouldBe(13);
        projects["SmartFlow.Host"].Length.ShouldBe(12);
    }

    private static IEnumerable<string> HostFiles(IEnumerable<string> files) =>
        files.Except(["Program.cs", "Modules.cs"]);

    private static IReadOnlyList<string> Violations(IReadOnlyDictionary<string, string[]> projects) =>
        [.. projects.SelectMany(p => p.Value.Where(to => !May(p.Key, to)).Select(to => $"{p.Key} → {to}"))];

    private static bool May(string from, string to) =>
        from switch
        {
            "SmartFlow.Host" => true,
            "SmartFlow.Contracts" or "SmartFlow.Platform" => false,
            _ => to is "SmartFlow.Contracts" or "SmartFlow.Platform",
        };

    private static string[] Projects() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> Names(string file, string element) =>
        XDocument.Load(file).Descendants(element).Select(e => e.Attribute("Include")?.Value).OfType<string>();

    private static Dictionary<string, string[]> Read() =>
        Projects()
            .ToDictionary(
                f => Path.GetFileNameWithoutExtension(f),
                f =>
                    XDocument
                        .Load(f)
                        .Descendants("ProjectReference")
                        .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
                        .ToArray()
            );
}
