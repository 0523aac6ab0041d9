using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Tests.TokenStore;

/// <summary>
/// The server's texts and the pages write an amount alike: web/src/format/credit.test.ts reads the same cases.
/// </summary>
public sealed class CreditTextTests
{
    [Fact]
    public void Amounts_read_as_the_pages_write_them()
    {
        using var cases = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "tests/fixtures/credit.json"))
        );
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var micros = one.GetProperty("micros").GetInt64();
            CreditText.Have(micros).ShouldBe(one.GetProperty("have").GetString());
            CreditText.Cost(micros).ShouldBe(one.GetProperty("cost").GetString());
            CreditText.Exact(micros).ShouldBe(one.GetProperty("exact").GetString());
        }
    }
}
