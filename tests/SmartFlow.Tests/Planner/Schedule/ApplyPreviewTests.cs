using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(PlanCollection))]
public sealed class ApplyPreviewTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_plan_is_a_preview_until_it_is_applied_once_and_can_be_taken_back()
    {
        var study = await BeginAsync();
        var plan = (await study.PlanAsync(new { seed = 7 })).ShouldBe(HttpStatusCode.OK).Json;
        var id = plan.GetProperty("preview_id").GetString()!;
        plan.GetProperty("placements").GetArrayLength().ShouldBe(3);
        plan.GetProperty("unplaced").GetArrayLength().ShouldBe(0);
        plan.GetProperty("quality").GetProperty("terms").GetArrayLength().ShouldBe(9);
        plan.GetProperty("quality").GetProperty("before").ValueKind.ShouldBe(JsonValueKind.Null);
        plan.GetProperty("diff")
            .EnumerateArray()
            .Select(d => d.GetProperty("change").GetString())
            .ShouldBe(["placed", "placed", "placed"]);
        plan.GetProperty("placements")
            .EnumerateArray()
            .ShouldAllBe(p => p.GetProperty("starts_at").GetDateTimeOffset() >= StartedApp.Now);
        (await study.AllBlocksAsync()).ShouldBeEmpty();
        study.PlacesOf((await study.PlanAsync(new { seed = 7 })).Json).ShouldBe(study.PlacesOf(plan));
        var read = (await study.User.GetAsync($"/api/v1/schedule/plan/{id}")).ShouldBe(HttpStatusCode.OK).Json;
        read.GetRawText().ShouldBe(plan.GetRawText());

        var applied = (await study.ApplyAsync(id, "once")).ShouldBe(HttpStatusCode.OK);
        applied.Json.GetProperty("applied").GetInt32().ShouldBe(3);
        applied.Json.GetProperty("version").GetInt64().ShouldBe(plan.GetProperty("base_version").GetInt64() + 1);
        (await study.ApplyAsync(id, "once")).Text.ShouldBe(applied.Text);
        (await study.ApplyAsync(id, "again"))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("applied");
        (await study.AllBlocksAsync())
            .Split('\n')
            .Select(l => l[(l.IndexOf(' ') + 1)..].Replace(" embedded", ""))
            .ShouldBe(study.PlacesOf(plan));
        (await study.User.GetAsync($"/api/v1/schedule/plan/{id}"))
            .Json.GetProperty("applied_at")
            .ValueKind.ShouldBe(JsonValueKind.String);

        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK).Json.GetProperty("kind").GetString().ShouldBe("plan");
        (await study.AllBlocksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_apply_that_was_answered_by_a_process_that_died_is_answered_the_same_again()
    {
        var study = await BeginAsync();
        var id = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        var applied = await study.ApplyAsync(id, "k");
        await study.WriteAsync(db =>
            db.IdempotentRequests.Where(r => r.UserId == study.User.Id && r.Key == "k").ExecuteDeleteAsync()
        );
        (await study.ApplyAsync(id, "k")).ShouldBe(HttpStatusCode.OK).Text.ShouldBe(applied.Text);
        (await study.AllBlocksAsync()).Split('\n').Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_preview_made_from_what_has_changed_since_is_not_applied()
    {
        var study = await BeginAsync();
        var id = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        await study.PlaceTaskAsync(0, 4, 7, 12);
        var refused = (await study.ApplyAsync(id)).ShouldBeRefused(ErrorCodes.Conflict).Json;
        (refused.GetProperty("rule").GetString(), refused.GetProperty("version").GetInt64()).ShouldBe(
            ("version", (await study.WeekAsync(1)).GetProperty("version").GetInt64())
        );
        (await study.User.GetAsync($"/api/v1/schedule/plan/{id}"))
            .Json.GetProperty("stale")
            .GetBoolean()
            .ShouldBeTrue();
        (await study.AdjustAsync(id, new { item_id = study.Items[0], unplace = true })).ShouldBeRefused(
            ErrorCodes.Conflict
        );

        id = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        await study.DeleteItemAsync(1);
        (await study.ApplyAsync(id)).ShouldBeRefused(ErrorCodes.Conflict);
        (await study.AllBlocksAsync()).Split('\n').Length.ShouldBe(1);

        (await study.User.DeleteAsync($"/api/v1/schedule/plan/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await study.User.GetAsync($"/api/v1/schedule/plan/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
    }
}
