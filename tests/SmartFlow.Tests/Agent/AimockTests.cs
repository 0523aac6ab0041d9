using System.Diagnostics;
using System.Net;
using System.Text.Json;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.Agent;

/// <summary>
/// A provider that nobody here wrote drives a planning dialogue with native tool calls; its own record is the truth of
/// what was asked.
/// </summary>
public sealed class AimockTests : IAsyncLifetime
{
    private Process provider = null!;
    private string url = "";
    private SmartFlowApp app = null!;

    public async ValueTask InitializeAsync()
    {
        (provider, url) = await new Node("aimock", "@copilotkit/aimock").StartAsync("provider.mjs");
        app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Llm:BaseUrl"] = url + "/v1";
            s.Settings["Llm:Model"] = "fake";
        });
        app.Clock.SetTo(StartedApp.Now);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        provider.Kill();
        provider.Dispose();
    }

    [Fact]
    public async Task A_plan_is_made_scheduled_and_moved_and_every_request_is_a_call_and_a_charge()
    {
        var mei = await app.SignUpAsync();
        var world = await DialogueWorld.MakeAsync(mei, "empty", "en", 0);

        var create = await mei.SayAsync("make a plan for algebra");
        create.One("confirm").Text("tool").ShouldBe("create_plan");
        var schedule = await mei.DecideAsync(create, "accept");
        schedule.One("confirm").Text("tool").ShouldBe("run_scheduler");
        var placed = await mei.DecideAsync(schedule, "accept");
        placed.Text.ShouldBe("Both chapters have their places.");
        var move = await mei.SayAsync("move chapter 2 to Wednesday", create.ConversationId);
        move.One("confirm").Text("tool").ShouldBe("move_block");
        var moved = await mei.DecideAsync(move, "accept");
        moved.Text.ShouldBe("Chapter 2 is on Wednesday now.");

        var end = await world.EndAsync();
        end.ShouldContain("chapter 2 12-09 5-6");
        end.ShouldContain("plans Algebra(2)");
        ChatAnswer[] turns = [create, schedule, placed, move, moved];
        var asked = await JournalAsync();
        asked.ShouldBe(8);
        (await mei.GetAsync("/api/v1/calls"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(asked);
        var cost = turns.Sum(t => t.One("usage").Number("credit_micros"));
        cost.ShouldBe(asked * 400_000);
        await Eventually.IsTrueAsync(async () => await ChargesAsync(mei) == (asked, cost), "each call is charged once");
    }

    /// <summary>Requests that it received, answered and matched.</summary>
    private async Task<int> JournalAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var text = await http.GetStringAsync("/__aimock/journal?path=/v1/chat/completions");
        var entries = JsonSerializer.Deserialize<JsonElement>(text);
        if (entries.ValueKind == JsonValueKind.Object)
            entries = entries.GetProperty("entries");
        entries.EnumerateArray().ShouldAllBe(e => e.GetProperty("response").GetProperty("status").GetInt32() == 200);
        return entries.GetArrayLength();
    }

    private static async Task<(int Rows, long Micros)> ChargesAsync(TestUser user)
    {
        var found = (await user.GetAsync("/api/v1/credit-store/transactions?source=charge")).Json;
        return (
            found.GetProperty("page").GetProperty("total").GetInt32(),
            -found.GetProperty("items").EnumerateArray().Sum(r => r.GetProperty("amount_micros").GetInt64())
        );
    }
}
