namespace SmartFlow.Tests.Architecture;

/// <summary>What is to be read can be found.</summary>
public sealed class IndexTests
{
    [Fact]
    public void Every_document_is_in_the_index()
    {
        var index = Read("docs", "README.md");
        foreach (var name in Names("docs", "*.md").Where(n => n != "README.md"))
            index.ShouldContain($"]({name})");
    }

    [Fact]
    public void Every_finding_is_in_its_index_with_its_own_first_words()
    {
        var index = Read("findings", "README.md");
        foreach (var name in Names("findings", "*.sh"))
            index.ShouldContain(
                $"| [{name}]({name}) | {Read("findings", name).Split('\n')[1].TrimStart('#', ' ').Trim()} |"
            );
    }

    [Fact]
    public void The_readme_is_there_in_Chinese_with_the_same_commands()
    {
        var (english, chinese) = (Read("README.md"), Read("README.zh-CN.md"));
        var commands = english
            .Split('\n')
            .Where(l =>
                l.StartsWith("dotnet run", StringComparison.Ordinal)
                || l.StartsWith("./test.sh", StringComparison.Ordinal)
            )
            .ToArray();
        commands.ShouldNotBeEmpty();
        foreach (var command in commands)
            chinese.ShouldContain(command.Split(" #")[0].Trim());
    }

    private static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), pattern).Select(f => Path.GetFileName(f));

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Repository.Root, .. path]));
}
