using System.Net;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>What goes through several changes of a week, and what holds for all of them.</summary>
[Collection(nameof(ScheduleCollection))]
public sealed class ScheduleTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task Blocks_are_placed_moved_swapped_embedded_locked_and_taken_away_and_every_step_is_taken_back()
    {
        var study = await BeginAsync();
        var states = new Stack<string>();
        var one = Study.IdOf(await StepAsync(() => study.PlaceItemAsync(0, 1, 4, 1)));
        var two = Study.IdOf(await StepAsync(() => study.PlaceItemAsync(1, 1, 5, 1)));
        var task = Study.IdOf(await StepAsync(() => study.PlaceTaskAsync(0, 1, 5, 5)));
        await StepAsync(() => study.MoveAsync(two, 2, 1, 5));
        await StepAsync(() => study.PostAsync("swap", new { a = two, b = task }));
        await StepAsync(() =>
            study.PostAsync(
                "moves",
                new
                {
                    moves = new[]
                    {
                        new
                        {
                            placement_id = one,
                            week = 1,
                            day = 5,
                            section_from = 5,
                        },
                        new
                        {
                            placement_id = two,
                            week = 2,
                            day = 2,
                            section_from = 1,
                        },
                    },
                }
            )
        );
        await StepAsync(() =>
            study.PostAsync(
                "embed",
                new
                {
                    quick_task_id = study.Tasks[0],
                    arrangement_id = study.Filler,
                    week = 3,
                }
            )
        );
        await StepAsync(() => study.PatchAsync(task, new { locked = true }));
        await StepAsync(() => study.UnplaceAsync(two));
        (await study.BlocksAsync(2)).ShouldBeEmpty();
        (await study.BlocksAsync(3)).ShouldHaveSingleItem().ShouldBe($"{task} task 1 w3 d2 1-1 locked embedded");
        (await study.UnplaceAsync(task))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("locked");

        var kinds = new List<string>();
        while (states.Count > 0)
        {
            var undone = (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK).Json;
            kinds.Add(undone.GetProperty("kind").GetString()!);
            undone.GetProperty("skipped").GetArrayLength().ShouldBe(0);
            (await study.AllBlocksAsync()).ShouldBe(states.Pop());
        }
        kinds.ShouldBe(["unplace", "lock", "embed", "batch", "swap", "move", "place", "place", "place"]);
        (await study.UndoAsync())
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("nothing_to_undo");
        await study.WriteAsync(async db =>
            (
                await db.TaskItems.CountAsync(i =>
                    i.UserId == study.User.Id && i.Status == SmartFlow.Planner.TaskClasses.ItemStatus.Applied
                )
            ).ShouldBe(0)
        );

        async Task<Answer> StepAsync(Func<Task<Answer>> step)
        {
            states.Push(await study.AllBlocksAsync());
            var answer = await step();
            ((int)answer.Status).ShouldBeInRange(200, 201, answer.Text);
            return answer;
        }
    }

    [Fact]
    public async Task A_change_of_an_older_version_is_refused_with_the_current_one()
    {
        var study = await BeginAsync();
        var seen = (await study.WeekAsync(1)).GetProperty("version").GetInt64();
        var placed = (await study.PlaceItemAsync(0, 1, 4, 1, seen)).ShouldBe(HttpStatusCode.Created).Json;
        placed.GetProperty("version").GetInt64().ShouldBe(seen + 1);
        var stale = (await study.PlaceTaskAsync(0, 1, 5, 1, seen)).ShouldBeRefused(ErrorCodes.Conflict).Json;
        (stale.GetProperty("rule").GetString(), stale.GetProperty("version").GetInt64()).ShouldBe(
            ("version", seen + 1)
        );
        (await study.User.PostAsync("/api/v1/schedule/undo", new { version = seen })).ShouldBeRefused(
            ErrorCodes.Conflict
        );
    }

    [Fact]
    public async Task Somebody_elses_block_item_or_task_does_not_exist()
    {
        var study = await BeginAsync();
        var block = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var tom = await BeginAsync();
        (await tom.MoveAsync(block, 1, 4, 3)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.UnplaceAsync(block)).ShouldBeRefused(ErrorCodes.NotFound);
        (
            await tom.PostAsync(
                "placements",
                new
                {
                    item_id = study.Items[1],
                    week = 1,
                    day = 5,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.NotFound);
        (
            await tom.PostAsync(
                "placements",
                new
                {
                    quick_task_id = study.Tasks[0],
                    week = 1,
                    day = 5,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.NotFound);
        var own = Study.IdOf(await tom.PlaceItemAsync(0, 1, 4, 1));
        (await tom.PostAsync("swap", new { a = own, b = block })).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.BlocksAsync(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_deleted_takes_its_block_along_and_a_deleted_filler_course_leaves_a_plain_one()
    {
        var study = await BeginAsync();
        await study.PlaceItemAsync(0, 2, 2, 1);
        await study.PlaceItemAsync(1, 2, 3, 1);
        await study.PlaceTaskAsync(0, 2, 4, 1);
        await study.WriteAsync(db => db.Arrangements.Where(a => a.Id == study.Filler).ExecuteDeleteAsync());
        var version = (await study.WeekAsync(2)).GetProperty("version").GetInt64();
        await study.DeleteItemAsync(1);
        (await study.User.DeleteAsync($"/api/v1/tasks/{study.Tasks[0]}")).ShouldBe(HttpStatusCode.NoContent);
        (await study.User.DeleteAsync($"/api/v1/tasks/{study.Tasks[1]}")).ShouldBe(HttpStatusCode.NoContent);
        (await study.WeekAsync(2)).GetProperty("version").GetInt64().ShouldBe(version + 2);
        (await study.BlocksAsync(2)).ShouldHaveSingleItem().ShouldEndWith("item 1 w2 d2 1-2");

        var skipped = new List<string>();
        for (var i = 0; i < 2; i++)
            skipped.AddRange(
                (await study.UndoAsync())
                    .ShouldBe(HttpStatusCode.OK)
                    .Json.GetProperty("skipped")
                    .EnumerateArray()
                    .Select(s => s.GetProperty("reason").GetString()!)
            );
        skipped.ShouldBe(["gone", "gone"]);
        (await study.BlocksAsync(2)).Count.ShouldBe(1);
        (await study.User.DeleteAsync($"/api/v1/task-classes/{study.ClassId}")).ShouldBe(HttpStatusCode.NoContent);
        (await study.BlocksAsync(2)).ShouldBeEmpty();
        (await study.WeekAsync(2)).GetProperty("version").GetInt64().ShouldBe(version + 5);
    }
}
