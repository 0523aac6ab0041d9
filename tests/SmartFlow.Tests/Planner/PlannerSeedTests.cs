using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Planner;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Planner;

public sealed class PlannerSeedTests
{
    private const string Password = "demo-password";

    [Theory]
    [InlineData("starter", "demo", 12)]
    [InlineData("week-before-exams", "exams", 17)]
    public async Task A_scenario_fills_a_week_once_and_by_the_rules(string scenario, string username, int week)
    {
        await using var app = await SmartFlowApp.StartAsync();
        app.Clock.SetTo(StartedApp.Now);
        await SeedCommand.SeedAsync(app.Services, scenario, default);
        var before = await CountsAsync(app);
        await SeedCommand.SeedAsync(app.Services, scenario, default);
        (await CountsAsync(app)).ShouldBe(before);
        before.ShouldBe("1 terms, 10 courses, 3 classes, 24 items, 15 placed, 8 tasks");

        var user = await app.SignInAsync(username, Password);
        (await user.GetAsync("/api/v1/terms/current")).Json.GetProperty("current_week").GetInt32().ShouldBe(week);
        foreach (var shown in (int[])[week, week + 1])
        {
            var blocks = (await user.GetAsync($"/api/v1/schedule/weeks/{shown}"))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("blocks")
                .EnumerateArray()
                .ToList();
            blocks.Count(b => b.GetProperty("kind").GetString() == "item").ShouldBe(shown == week ? 12 : 3);
            var owned = blocks
                .Where(b => b.GetProperty("embedded_in").ValueKind == JsonValueKind.Null)
                .SelectMany(Sections)
                .ToList();
            owned.Distinct().Count().ShouldBe(owned.Count, "no two blocks share a section");
        }
        var classes = (await user.GetAsync("/api/v1/task-classes")).Json.GetProperty("items").EnumerateArray().ToList();
        classes.Sum(c => c.GetProperty("progress").GetProperty("done").GetInt32()).ShouldBe(4);
        // The rules agree with where the blocks stand: one that is moved and brought back is taken.
        var item = (
            await user.GetAsync($"/api/v1/task-classes/{classes[0].GetProperty("id").GetInt64()}")
        ).Json.GetProperty("items")[5];
        var placement = item.GetProperty("placement");
        var path = $"/api/v1/schedule/placements/{placement.GetProperty("id").GetInt64()}";
        (
            await user.PatchAsync(path, new { section_from = placement.GetProperty("section_from").GetInt32() + 1 })
        ).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_scenario_runs_in_production()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Environment = "Production");
        foreach (var scenario in (string[])["starter", "week-before-exams"])
            await Should.ThrowAsync<SetupException>(() => SeedCommand.SeedAsync(app.Services, scenario, default));
        (await CountsAsync(app)).ShouldBe("0 terms, 0 courses, 0 classes, 0 items, 0 placed, 0 tasks");
    }

    private static IEnumerable<(int Day, int Section)> Sections(JsonElement block)
    {
        var (from, to) = (block.GetProperty("section_from").GetInt32(), block.GetProperty("section_to").GetInt32());
        return Enumerable.Range(from, to - from + 1).Select(section => (block.GetProperty("day").GetInt32(), section));
    }

    private static async Task<string> CountsAsync(SmartFlowApp app)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<PlannerDb>>()
            .CreateDbContextAsync();
        return $"{await db.Terms.CountAsync()} terms, {await db.Courses.CountAsync()} courses, {await db.TaskClasses.CountAsync()} classes, "
            + $"{await db.TaskItems.CountAsync()} items, {await db.Placements.CountAsync()} placed, {await db.QuickTasks.CountAsync()} tasks";
    }
}
