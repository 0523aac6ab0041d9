using System.Net;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(PlanCollection))]
public sealed partial class MakePlanTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task What_has_no_room_is_left_out_with_its_reason_and_what_would_help()
    {
        // Two days of which one is excluded; the other one has ten free sections and twelve are wanted.
        var study = await BeginAsync(items: 6, configure: c =>
            (c.StartDate, c.EndDate, c.ExcludedDays, c.AllowFillerCourses) = (
                new(2026, 11, 30),
                new(2026, 12, 1),
                0b10,
                false
            )
        );
        var plan = (await study.PlanAsync()).ShouldBe(HttpStatusCode.OK).Json;
        plan.GetProperty("unplaced").GetArrayLength().ShouldBe(1);
        var reason = plan.GetProperty("reasons")[0];
        (reason.GetProperty("rule").GetString(), reason.GetProperty("missing_sections").GetInt32()).ShouldBe(
            ("full", 2)
        );
        reason.GetProperty("text").GetString().ShouldEndWith("2 sections missing.");
        var help = plan.GetProperty("relaxations").EnumerateArray().ToList();
        help.ShouldContain(r =>
            r.GetProperty("kind").GetString() == "allow_day"
            && r.GetProperty("day").GetInt32() == 2
            && r.GetProperty("sections_gained").GetInt32() == 2
            && r.GetProperty("text").GetString()!.StartsWith("Allow Tuesday")
        );
        (await study.ApplyAsync(plan.GetProperty("preview_id").GetString()!))
            .Json.GetProperty("applied")
            .GetInt32()
            .ShouldBe(5);
    }

    [Fact]
    public async Task A_re_plan_moves_what_was_missed_and_little_else()
    {
        var study = await BeginAsync(items: 5);
        await study.PlaceItemAsync(0, 1, 1, 1);
        await study.PlaceItemAsync(1, 1, 2, 5);
        var locked = Study.IdOf(await study.PlaceItemAsync(2, 1, 5, 1));
        await study.PatchAsync(locked, new { locked = true });
        await study.PlaceItemAsync(3, 2, 1, 1);

        // What has passed counts as done, what stands stays, and the one without a place comes last.
        var calm = (await study.PlanAsync(new { replan = true })).ShouldBe(HttpStatusCode.OK).Json;
        study.PlacesOf(calm).First().ShouldBe("item 4 w2 d1 1-2");
        calm.GetProperty("diff")
            .EnumerateArray()
            .ShouldHaveSingleItem()
            .GetProperty("item_id")
            .GetInt64()
            .ShouldBe(study.Items[4]);
        calm.GetProperty("summary").GetProperty("kept").GetInt32().ShouldBe(1);
        calm.GetProperty("quality").GetProperty("before").GetProperty("missing_sections").GetInt32().ShouldBe(2);

        var missed = (await study.PlanAsync(new { replan = true, missed_item_ids = new[] { study.Items[1] } }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        var first = missed.GetProperty("placements")[0];
        first.GetProperty("item_id").GetInt64().ShouldBe(study.Items[1]);
        first.GetProperty("moved_from").GetProperty("day").GetInt32().ShouldBe(2);
        first.GetProperty("starts_at").GetDateTimeOffset().ShouldBeInRange(StartedApp.Now, StartedApp.Now.AddDays(2));
        study.PlacesOf(missed).Skip(1).First().ShouldBe("item 4 w2 d1 1-2");
        (await study.ApplyAsync(missed.GetProperty("preview_id").GetString()!))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("moved")
            .GetInt32()
            .ShouldBe(1);
        (await study.BlocksAsync(1)).ShouldContain(b =>
            b.Contains("item 3 w1 d5 1-2 locked", StringComparison.Ordinal)
        );

        (await study.PlanAsync(new { missed_item_ids = new[] { study.Items[3] } }))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("missed_item_ids", out _)
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_block_that_was_marked_as_missed_is_planned_again_even_where_it_is_locked()
    {
        var study = await BeginAsync();
        var block = Study.IdOf(await study.PlaceItemAsync(0, 1, 1, 1));
        await study.PatchAsync(block, new { locked = true, missed = true });
        var plan = (await study.PlanAsync(new { replan = true })).Json;
        plan.GetProperty("placements").GetArrayLength().ShouldBe(3);
        (await study.ApplyAsync(plan.GetProperty("preview_id").GetString()!)).ShouldBe(HttpStatusCode.OK);
        (await study.BlocksAsync(1)).ShouldNotContain(b => b.Contains("d1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Done_items_deadlines_holidays_and_other_blocks_are_minded()
    {
        var study = await BeginAsync(items: 3, configure: c => c.Strategy = ClassStrategy.Rapid);
        await study.User.PutAsync(
            "/api/v1/terms/current",
            new { holidays = new[] { new { date = "2026-11-26" }, new { date = "2026-11-27" } } }
        );
        await study.WriteAsync(db =>
            db.TaskItems.Where(i => i.Id == study.Items[0])
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.DoneAt, StartedApp.Now))
        );
        await study.WriteAsync(db =>
            db.TaskItems.Where(i => i.Id == study.Items[1])
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.DeadlineAt, StartedApp.Now.AddHours(2)))
        );
        await study.PlaceTaskAsync(0, 1, 6, 1);
        var plan = (await study.PlanAsync()).Json;
        // Item 2 would need 15:00 to 17:00, which has begun its break: sections 7 and 8 end at 17:55.
        plan.GetProperty("unplaced").EnumerateArray().ShouldHaveSingleItem().GetInt64().ShouldBe(study.Items[1]);
        plan.GetProperty("reasons")[0].GetProperty("rule").GetString().ShouldBe("deadline");
        study.PlacesOf(plan).ShouldBe(["item 3 w1 d3 7-8"]);
        await study.WriteAsync(db =>
            db.TaskItems.Where(i => i.Id == study.Items[1])
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.DeadlineAt, StartedApp.Now.AddMinutes(175)))
        );
        study.PlacesOf((await study.PlanAsync()).Json).First().ShouldBe("item 2 w1 d3 7-8");
        await study.WriteAsync(db =>
            db.TaskItems.Where(i => i.Id == study.Items[1])
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.DeadlineAt, StartedApp.Now.AddMinutes(174)))
        );
        (await study.PlanAsync()).Json.GetProperty("unplaced").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_request_that_is_wrong_is_refused_by_field()
    {
        var study = await BeginAsync(configure: c => c.Mode = ClassMode.Manual);
        (object Body, string Field)[] cases =
        [
            (new { task_class_ids = Array.Empty<long>() }, "task_class_ids"),
            (new { task_class_ids = Enumerable.Range(1, 7) }, "task_class_ids"),
            (new { task_class_ids = new[] { 1, 1 } }, "task_class_ids"),
            (new { }, "task_class_ids"),
            (new { budget_ms = 2_001 }, "budget_ms"),
            (new { budget_ms = 0 }, "budget_ms"),
            (new { weights = new { spacing = -1 } }, "weights"),
        ];
        foreach (var (body, field) in cases)
            (await study.PlanAsync(body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
    }
}
