namespace SmartFlow.Tests.Architecture;

/// <summary>Whoever gets the program gets the licences of what is in it.</summary>
public sealed class ThirdPartyNoticesTests
{
    private static readonly string Committed = Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md");

    [Fact]
    public void The_committed_notices_are_those_of_the_restored_packages()
    {
        var made = ThirdPartyNotices.Markdown();
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            File.WriteAllText(Committed, made);
        (File.ReadAllText(Committed) == made).ShouldBeTrue(
            "THIRD-PARTY-NOTICES.md is out of date. Run this test once with UPDATE=1. New lines:\n"
                + string.Join('\n', made.Split('\n').Except(File.ReadAllText(Committed).Split('\n')))
        );
    }

    [Fact]
    public void Every_package_has_a_licence_that_ours_allows_and_a_holder()
    {
        var shipped = ThirdPartyNotices.NuGet().Concat(ThirdPartyNotices.Npm()).ToArray();
        shipped.Length.ShouldBeGreaterThan(80);
        shipped.Where(p => p.Holders.Length == 0 || p.Licence.Length == 0).ShouldBeEmpty();
        string[] allowed =
        [
            "MIT",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "ISC",
            "0BSD",
            "PostgreSQL",
            "PSF-2.0",
            "MPL-2.0 OR Apache-2.0",
            "its own, below",
        ];
        shipped.Where(p => !allowed.Contains(p.Licence)).Select(p => $"{p.Name}: {p.Licence}").ShouldBeEmpty();
    }
}
