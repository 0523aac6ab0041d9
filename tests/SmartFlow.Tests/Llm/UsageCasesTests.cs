using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Llm;

/// <summary>
/// Usage as providers send it, from the provider's bytes to the ledger: tests/fixtures/usage. Failures 10 and 11 of
/// docs/failures.md.
/// </summary>
public sealed class UsageCasesTests(UsageHost host) : IClassFixture<UsageHost>
{
    [Theory]
    [InlineData("cases.json")]
    [InlineData("vendors.json")]
    [InlineData("kinds.json")]
    public async Task Every_case_is_charged_exactly_in_every_form_of_its_upstream(string file)
    {
        var wrong = new List<string>();
        foreach (var c in UsageCase.Read(file))
        foreach (var upstream in FormsOf(c.Upstream))
        {
            var expected = c.Buckets.Select(Number).Concat(Enumerable.Repeat(0L, 5 - c.Buckets.Length)).ToArray();
            var charged = await host.AskAsync(upstream, c.Usage);
            var micros = c.Micros ?? UsageHost.MicrosOf(expected);
            if (
                !charged.Buckets.SequenceEqual(expected)
                || charged.Estimated != c.Estimated
                || charged.Micros != micros
                || charged.LedgerMicros != micros
            )
                wrong.Add(
                    $"{c.Name} ({upstream}): [{string.Join(", ", charged.Buckets)}] {charged.Estimated}, {charged.Micros}, ledger {charged.LedgerMicros}"
                        + $"; not [{string.Join(", ", expected)}] {c.Estimated}, {micros}"
                );
        }
        wrong.ShouldBeEmpty();
        await host.Calls.SettledAsync();
        (await host.Calls.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_of_the_documentation_is_these_vendors()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures.Folder("usage"), "vendors.json")))![
            "cases"
        ]!.AsArray();
        var rows = cases.Select(c =>
            $"| {c!["vendor"]} | {c["rule"]} | {string.Join(", ", c["buckets"]!.AsArray())} | {c["source"]} |"
        );
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "pricing.md"));
        var table = text.Split("| vendor | its rule | buckets | source |\n|---|---|---|---|\n")[1].Split("\n\n")[0];
        table.Split('\n').ShouldBe(rows);
    }

    /// <summary>What is told whole in a plain answer is told whole in a stream.</summary>
    private static string[] FormsOf(string upstream) =>
        upstream switch
        {
            "chat" => ["chat", "chat-stream"],
            "responses" => ["responses", "responses-stream"],
            _ => [upstream],
        };

    private long Number(string text) =>
        text switch
        {
            "I" => host.Estimate.Input,
            "O" => host.Estimate.Output,
            _ => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        };
}
