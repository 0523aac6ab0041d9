using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture;

/// <summary>The rules of style that a program can check; every rule is shown to catch a planted violation.</summary>
public sealed partial class StyleTests
{
    private const int MaxLines = 400;

    /// <summary>
    /// What format.sh breaks lines at; only text within quotes and names that are sentences may be longer.
    /// </summary>
    private const int MaxColumns = 120;

    /// <summary>Longer files from before the rule, with their length: it may only shrink.</summary>
    private static readonly Dictionary<string, int> LongFiles = [];

    /// <summary>Files of several types of equal rank, named after what they are together.</summary>
    private static readonly HashSet<string> NamedAfterTheirTopic =
    [
        "src/SmartFlow.Contracts/Events/EventTypes.cs",
        "src/SmartFlow.TokenStore/Ledger/LedgerBatch.cs",
        "src/SmartFlow.TokenStore/Ledger/Tables.cs",
        "src/SmartFlow.TokenStore/Orders/Tables.cs",
        "src/SmartFlow.TokenStore/Pricing/Tables.cs",
    ];

    [Fact]
    public void Every_source_file_follows_the_rules() =>
        Sources().SelectMany(f => Problems(f.Path, f.Text)).ShouldBeEmpty();

    [Fact]
    public void The_list_of_long_files_only_shrinks()
    {
        foreach (var (path, lines) in LongFiles)
            Lines(File.ReadAllText(Path.Combine(Repository.Root, path)))
                .ShouldBe(lines, $"{path}: lower the number in the list, or remove it at {MaxLines}");
    }

    [Theory]
    [InlineData("TooLong.cs", "class TooLong", 401, "has 401 lines")]
    [InlineData("UserManagers.cs", "class UserManagers", 1, "is named after nothing")]
    [InlineData("Right.cs", "class Right { } class StringUtils { }", 1, "is named after nothing")]
    [InlineData("Right.cs", "class Right { void A() => throw new NotImplementedException(); }", 1, "is unfinished")]
    [InlineData("Right.cs", "class Right { } // TODO: more", 1, "is unfinished")]
    [InlineData("Wrong.cs", "class Right { }", 1, "holds no type Wrong")]
    [InlineData("Right.cs", "class Right { }\n#region Things\n#endregion", 1, "has a region")]
    [InlineData(
        "Right.cs",
        "class Right { }\n// A line of 121 columns ................................................................................................",
        1,
        "line 2 has 121 columns"
    )]
    public void A_planted_violation_is_caught(string path, string text, int lines, string problem) =>
        Problems("src/" + path, text + string.Concat(Enumerable.Repeat("\n//", lines - 1)))
            .ShouldContain(p => p.Contains(problem));

    [Fact]
    public void The_rules_see_the_sources() => Sources().Count().ShouldBeGreaterThan(100);

    [Theory]
    [InlineData("Right.cs", "public sealed partial class Right<T>(int a)")]
    [InlineData("Right.Part.cs", "partial class Right")]
    [InlineData("IRight.cs", "internal interface IRight")]
    [InlineData("Right.cs", "readonly record struct Right(int A);")]
    public void A_file_that_follows_them_passes(string path, string text) =>
        Problems("src/" + path, text).ShouldBeEmpty();

    private static IEnumerable<string> Problems(string path, string text)
    {
        var limit = LongFiles.GetValueOrDefault(path, MaxLines);
        if (Lines(text) > limit)
            yield return $"{path} has {Lines(text)} lines, {limit} are the limit";
        var name = Path.GetFileName(path).Split('.')[0];
        if (Nothing().IsMatch(name) || Types().Matches(text).Any(t => Nothing().IsMatch(t.Groups[1].Value)))
            yield return $"{path} is named after nothing in particular";
        foreach (var (line, columns) in path.Contains("/Migrations/", StringComparison.Ordinal) ? [] : LongLines(text))
            yield return $"{path} line {line} has {columns} columns, {MaxColumns} are the limit";
        if (Unfinished().IsMatch(text))
            yield return $"{path} is unfinished";
        if (text.Contains("#region", StringComparison.Ordinal))
            yield return $"{path} has a region";
        if (
            name != "Program"
            && !NamedAfterTheirTopic.Contains(path)
            && Types().Matches(text).All(t => t.Groups[1].Value != name)
        )
            yield return $"{path} holds no type {name}";
    }

    /// <summary>Counted outside of raw strings, whose lines are what they are.</summary>
    private static IEnumerable<(int Number, int Columns)> LongLines(string text)
    {
        var raw = false;
        foreach (var (line, i) in text.Split('\n').Select((line, i) => (line, i)))
        {
            var within = raw;
            if (RawQuotes().Count(line) % 2 == 1)
                raw = !raw;
            if (line.Length > MaxColumns && !within && !line.Contains('"') && !Sentence().IsMatch(line))
                yield return (i + 1, line.Length);
        }
    }

    private static int Lines(string text) =>
        text.TrimEnd('\n').Length == text.Length ? text.Split('\n').Length : text.Split('\n').Length - 1;

    private static IEnumerable<(string Path, string Text)> Sources() =>
        new[] { "src", "tests", "bench" }
            .Select(f => Path.Combine(Repository.Root, f))
            .Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*.cs", SearchOption.AllDirectories))
            .Select(f => (Path: Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'), File: f))
            .Where(f =>
                !f.Path.Contains("/obj/", StringComparison.Ordinal)
                && !f.Path.Contains("/bin/", StringComparison.Ordinal)
                && !f.Path.Contains("/node_modules/", StringComparison.Ordinal)
                && !f.Path.EndsWith("/Architecture/StyleTests.cs", StringComparison.Ordinal)
            )
            .Select(f => (f.Path, File.ReadAllText(f.File)));

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    /// <summary>The name of a test.</summary>
    [GeneratedRegex(@"^    public (async Task|void) \w+\(")]
    private static partial Regex Sentence();

    [GeneratedRegex("(Managers?|Helpers?|Utils?|Common)$")]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+(?:class\s+|struct\s+)?([A-Za-z_]\w*)")]
    private static partial Regex Types();

    [GeneratedRegex(@"\bNotImplementedException\b|\bTODO\b|\bFIXME\b")]
    private static partial Regex Unfinished();
}
