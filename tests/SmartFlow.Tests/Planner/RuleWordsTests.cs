using System.Text.RegularExpressions;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

/// <summary>A rule that refuses something is a word; the pages have a sentence for it in both languages.</summary>
public sealed partial class RuleWordsTests
{
    [Fact]
    public void Every_rule_of_the_planner_has_words_in_both_languages()
    {
        var words = File.ReadAllText(Path.Combine(Repository.Root, "web/src/planner/ruleMessages.ts"));
        var spoken = Key().Matches(words).CountBy(m => m.Groups[1].Value).ToDictionary();
        var rules = OfTheServer();
        rules.Count.ShouldBeGreaterThan(30);
        rules.Where(r => spoken.GetValueOrDefault(r) != 2).ShouldBeEmpty();
        spoken.Keys.Except(rules).ShouldBe(["quoted", "comma"], ignoreOrder: true);
    }

    private static HashSet<string> OfTheServer()
    {
        HashSet<string> rules = [];
        foreach (
            var file in Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "src/SmartFlow.Planner"),
                "*.cs",
                SearchOption.AllDirectories
            )
        )
            rules.UnionWith(Literal().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value));
        // What another process told has the words of one of the others.
        foreach (
            var refusal in typeof(Unreadable)
                .GetMethods()
                .Where(m => m.ReturnType == typeof(RefusedException) && m.Name != nameof(Unreadable.Told))
        )
        {
            object[] values =
            [
                .. refusal
                    .GetParameters()
                    .Select(p =>
                        p.ParameterType == typeof(string) ? (object)"x" : Convert.ChangeType(1, p.ParameterType, null)
                    ),
            ];
            rules.Add((string)((RefusedException)refusal.Invoke(null, values)!).Extensions!["rule"]!);
        }
        // Outside the term is said of a field.
        rules.UnionWith(
            typeof(Rules).GetFields().Select(f => (string)f.GetRawConstantValue()!).Where(r => r != Rules.OutsideTerm)
        );
        return rules;
    }

    [GeneratedRegex("""(?:\["rule"\] = |Closed\()"(\w+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^    (\w+):\s+'", RegexOptions.Multiline)]
    private static partial Regex Key();
}
