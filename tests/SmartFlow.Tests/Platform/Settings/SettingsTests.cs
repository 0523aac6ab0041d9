using Microsoft.Extensions.Configuration;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Settings;

/// <summary>
/// The reference of settings is the one that the program has: nothing is missing in it and nothing is out of date.
/// </summary>
public sealed class SettingsTests
{
    private static readonly string Reference = Path.Combine(Repository.Root, "docs", "settings.md");
    private static readonly string Example = Path.Combine(Repository.Root, "config.example.json");
    private static readonly IReadOnlyList<SettingsSection> Sections = SettingsReference.Read();

    [Fact]
    public void Every_setting_says_what_it_does() =>
        Sections
            .SelectMany(s => s.Settings)
            .Where(s => s.Effect.Length == 0)
            .Select(s => s.Path)
            .ShouldBeEmpty("Write a summary above the property: it is the reference's text.");

    [Fact]
    public void The_reference_and_the_example_are_those_of_the_program()
    {
        IsUpToDate(Reference, SettingsReference.Markdown(Sections));
        IsUpToDate(Example, SettingsReference.Example(Sections));
        Sections.Sum(s => s.Settings.Count).ShouldBeGreaterThan(150);
    }

    [Fact]
    public async Task The_example_is_a_configuration_that_starts_and_changes_nothing()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Example).Build();
        foreach (
            var setting in Sections
                .SelectMany(s => s.Settings)
                .Where(s => !s.Path.Contains('<') && !s.Path.EndsWith(":N") && !s.Path.Contains(":N:"))
        )
            string.Equals(
                    file[setting.Path] ?? "",
                    setting.Default?.ToString() ?? "",
                    StringComparison.OrdinalIgnoreCase
                )
                .ShouldBeTrue(setting.Path);
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["SMARTFLOW_CONFIG"] = Example);
        await app.SignUpAsync();
    }

    [Theory]
    [InlineData(null, "there is no file")]
    [InlineData("{ \"Web\": ", "cannot be read")]
    public async Task A_configuration_file_that_is_missing_or_broken_stops_the_start_and_is_named(
        string? text,
        string named
    )
    {
        var file = Path.Combine(TestFolders.New(), "smartflow.json");
        if (text is not null)
            await File.WriteAllTextAsync(file, text);
        var failure = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["SMARTFLOW_CONFIG"] = file)
        );
        SetupProblems
            .Explain(failure)
            .ShouldNotBeNull(failure.ToString())
            .ShouldSatisfyAllConditions(m => m.ShouldContain(named), m => m.ShouldContain(file));
        TestFolders.Delete(Path.GetDirectoryName(file)!);
    }

    private static void IsUpToDate(string file, string made)
    {
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            File.WriteAllText(file, made);
        var differences = made.Split('\n')
            .Except(File.Exists(file) ? File.ReadAllText(file).Split('\n') : [])
            .ToArray();
        (File.Exists(file) && File.ReadAllText(file) == made).ShouldBeTrue(
            $"{Path.GetFileName(file)} is out of date. Run this test once with UPDATE=1. New lines:\n"
                + string.Join('\n', differences)
        );
    }
}
