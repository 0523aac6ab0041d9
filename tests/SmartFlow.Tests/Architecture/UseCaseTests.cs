using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture;

/// <summary>A use case is one file that maps its endpoint; its test is one file under its name.</summary>
public sealed partial class UseCaseTests
{
    [Fact]
    public void A_use_case_has_its_test_under_its_name()
    {
        var cases = UseCases();
        var tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetFileName(f).Split('.')[0])
            .ToHashSet(StringComparer.Ordinal);
        cases.Count.ShouldBeGreaterThan(100);
        cases.Where(c => !tests.Contains(c + "Tests")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("users.MapGet(\"/\", HandleAsync)", true)]
    [InlineData("users\n            .MapDelete(\"/\")", true)]
    [InlineData("group.MapGroup(\"/users\")", false)]
    public void What_maps_an_endpoint_is_a_use_case(string text, bool isOne) => Maps().IsMatch(text).ShouldBe(isOne);

    private static List<string> UseCases() =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(Repository.Root, "src"), "SmartFlow.*")
                .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
                .Where(f =>
                    !f.Contains(
                        $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                        StringComparison.Ordinal
                    )
                )
                .Where(f => !Doors().IsMatch(f) && Maps().IsMatch(File.ReadAllText(f)))
                .Select(f => Path.GetFileName(f).Split('.')[0])
                .Distinct(),
        ];

    [GeneratedRegex(@"\.Map(Get|Post|Put|Patch|Delete|Methods)\(")]
    private static partial Regex Maps();

    /// <summary>They map what others handle.</summary>
    [GeneratedRegex(@"(Module|Registration)\.cs$")]
    private static partial Regex Doors();
}
