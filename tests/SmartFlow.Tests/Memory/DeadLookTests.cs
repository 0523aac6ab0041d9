using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Tests.Memory;

/// <summary>kill -9 between the model's answer and what is kept of it: kept once, charged once.</summary>
public sealed class DeadLookTests
{
    [Fact]
    public async Task A_look_whose_process_is_killed_is_finished_by_the_next_one_and_paid_for_once()
    {
        var folder = await MigratedFolder.NewAsync();
        string token;
        await using (
            var first = await SmartFlowProcess.StartAsync(
                folder,
                ("Memory__Extraction", "true"),
                ("SMARTFLOW_FAULT", "memory.asked")
            )
        )
        {
            var answer = await first.Http.PostAsync(
                "/api/v1/auth/register",
                new { username = "mei", password = TestUser.DefaultPassword }
            );
            token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
            first.SignIn(token);
            using var asking = await first.Http.PostAsJsonAsync(
                "/api/v1/agent/chat",
                new { message = "以后晚上十点后别给我排" }
            );
            await first.DiedAsync("memory.asked");
        }
        await using var second = await SmartFlowProcess.StartAsync(folder, ("Memory__Extraction", "true"));
        second.SignIn(token);
        var items = await Eventually.GetAsync(
            () => ItemsAsync(second, "/api/v1/memory/items"),
            found => found.Count > 0
        );
        items.ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("22:00 后不学习");
        // A second call would have a row of its own in the log, and one more in the ledger.
        var looks = (await ItemsAsync(second, "/api/v1/calls?page_size=100"))
            .Where(c => c.GetProperty("scene").GetString() == "memory.extract")
            .ToList();
        var look = looks.ShouldHaveSingleItem();
        var rows = await Eventually.GetAsync(
            () => ItemsAsync(second, "/api/v1/credit-store/transactions?source=charge"),
            found => found.Count >= 3
        );
        rows.Count.ShouldBe(3);
        rows.Count(r => -r.GetProperty("amount_micros").GetInt64() == look.GetProperty("credit_micros").GetInt64())
            .ShouldBeGreaterThan(0);
        TestFolders.Delete(folder);
    }

    private static async Task<List<JsonElement>> ItemsAsync(SmartFlowProcess program, string path) =>
        [.. (await program.Http.GetFromJsonAsync<JsonElement>(path)).GetProperty("items").EnumerateArray()];
}
