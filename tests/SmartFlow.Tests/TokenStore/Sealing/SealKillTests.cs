using System.Net;

namespace SmartFlow.Tests.TokenStore.Sealing;

public sealed class SealKillTests
{
    /// <summary>The first pass seals what the program starts with, the second the grant of a new user.</summary>
    [Theory]
    [InlineData("seal.computed")]
    [InlineData("seal.written")]
    public async Task A_sealer_that_dies_before_or_after_its_commit_leaves_one_chain_without_a_gap(string step)
    {
        var folder = await MigratedFolder.NewAsync();
        await using (
            var host = await SmartFlowProcess.StartAsync(
                folder,
                ("SMARTFLOW_FAULT", step + ":2"),
                ("Sealing__IntervalSeconds", "1")
            )
        )
        {
            try
            {
                await host.Http.PostAsync(
                    "/api/v1/auth/register",
                    new { username = "mei", password = TestUser.DefaultPassword }
                );
            }
            catch (HttpRequestException)
            {
                // The sealer may see the welcome grant, and die, before the registration is answered.
            }
            await host.DiedAsync(step);
        }
        await using (var again = await SmartFlowProcess.StartAsync(folder, ("Sealing__IntervalSeconds", "1")))
        {
            (
                await again.Http.PostAsync(
                    "/api/v1/auth/register",
                    new { username = "lihua", password = TestUser.DefaultPassword }
                )
            ).ShouldBe(HttpStatusCode.Created);
            // A grant each: the demo user, the plaza's seeded author, mei and lihua.
            await Eventually.GetAsync(
                () => SmartFlowProcess.RunAsync(folder, "ledger", "verify"),
                r => r is { ExitCode: 0 } && r.Output.Contains("to position 4", StringComparison.Ordinal)
            );
        }
        TestFolders.Delete(folder);
    }
}
