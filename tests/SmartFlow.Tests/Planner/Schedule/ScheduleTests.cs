using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed partial class ScheduleTests(StartedApp started) : IClassFixture<StartedApp>
{
    [Fact]
    public async Task A_week_shows_courses_and_blocks_with_their_times()
    {
        var study = await BeginAsync();
        await study.User.PutAsync(
            "/api/v1/terms/current",
            new
            {
                holidays = new[] { new { date = "2026-12-07", name = "Founders" } },
                swap_days = new[] { new { date = "2026-12-12", follows = "2026-12-08" } },
            }
        );
        (await study.PlaceItemAsync(0, 3, 6, 3)).ShouldBe(HttpStatusCode.Created);
        (await study.PlaceTaskAsync(0, 3, 3, 1)).ShouldBe(HttpStatusCode.Created);
        var week = await study.WeekAsync(3);
        var days = week.GetProperty("days");
        (days[0].GetProperty("off").GetBoolean(), days[0].GetProperty("off_name").GetString()).ShouldBe(
            (true, "Founders")
        );
        days[5].GetProperty("follows").GetString().ShouldBe("2026-12-08");
        var blocks = week.GetProperty("blocks").EnumerateArray().ToList();
        blocks
            .Select(b =>
                $"{b.GetProperty("kind").GetString()} {b.GetProperty("title").GetString()} {b.GetProperty("day")}"
            )
            .ShouldBe(["course Ideology 2", "task task 1 3", "course Ideology 6", "item item 1 6"]);
        blocks[1].GetProperty("starts_at").GetString().ShouldBe("2026-12-09T00:00:00Z");
        blocks[1].GetProperty("ends_at").GetString().ShouldBe("2026-12-09T00:45:00Z");
        blocks[3].GetProperty("embedded_in").GetInt64().ShouldBe(study.Filler);
        blocks[3].GetProperty("task_class_id").GetInt64().ShouldBe(study.ClassId);
        blocks[3].GetProperty("hue").GetInt32().ShouldBe(3);
        week.GetProperty("section_times").GetArrayLength().ShouldBe(12);
        (await study.User.GetAsync("/api/v1/schedule/weeks/5")).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.User.GetAsync("/api/v1/schedule/weeks/0")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Today_is_the_day_of_the_terms_time_zone_and_what_has_passed_counts_as_done()
    {
        var study = await BeginAsync();
        var morning = Study.IdOf(await study.PlaceItemAsync(0, 1, 3, 1));
        await study.PlaceItemAsync(1, 1, 3, 9);
        await study.PlaceItemAsync(2, 1, 4, 1);
        var today = (await study.User.GetAsync("/api/v1/schedule/today")).ShouldBe(HttpStatusCode.OK).Json;
        (today.GetProperty("week").GetInt32(), today.GetProperty("day").GetProperty("day").GetInt32()).ShouldBe((1, 3));
        Done(today).ShouldBe(["item 1 done", "item 2 open"]);

        (await study.PatchAsync(morning, new { missed = true })).ShouldBe(HttpStatusCode.OK);
        Done((await study.User.GetAsync("/api/v1/schedule/today")).Json).ShouldBe(["item 1 missed", "item 2 open"]);
        (await study.MoveAsync(morning, 1, 3, 7)).ShouldBe(HttpStatusCode.OK);
        Done((await study.User.GetAsync("/api/v1/schedule/today")).Json).ShouldBe(["item 1 open", "item 2 open"]);
        (await study.PatchAsync(morning, new { missed = true })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await (await started.NewUserAsync()).GetAsync("/api/v1/schedule/today"))
            .Json.GetProperty("blocks")
            .GetArrayLength()
            .ShouldBe(0);

        static IEnumerable<string> Done(JsonElement day) =>
            day.GetProperty("blocks")
                .EnumerateArray()
                .Select(b =>
                    b.GetProperty("title").GetString()
                    + (
                        b.GetProperty("missed").GetBoolean() ? " missed"
                        : b.GetProperty("done").GetBoolean() ? " done"
                        : " open"
                    )
                );
    }

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
    public async Task A_refusal_names_the_rule_and_what_stands_there_and_changes_nothing()
    {
        var study = await BeginAsync();
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var version = (await study.WeekAsync(1)).GetProperty("version").GetInt64();
        await RefusedAsync(study.PlaceItemAsync(1, 1, 4, 2), "overlap", "item 1");
        await RefusedAsync(study.PlaceItemAsync(1, 2, 1, 4), "overlap", "Analysis");
        await RefusedAsync(study.PlaceItemAsync(1, 2, 2, 4), "crosses_filler", "Ideology");
        await RefusedAsync(study.PlaceItemAsync(1, 1, 3, 11), "order", "item 1");
        await RefusedAsync(study.PlaceItemAsync(0, 1, 5, 1), "placed", "item 1");
        var filler = Study.IdOf(await study.PlaceTaskAsync(0, 2, 2, 1));
        await RefusedAsync(study.PlaceItemAsync(1, 2, 2, 3), "filler_taken", "task 1");
        await study.UnplaceAsync(filler);
        await RefusedAsync(
            study.PostAsync(
                "embed",
                new
                {
                    item_id = study.Items[1],
                    arrangement_id = study.Lecture,
                    week = 2,
                }
            ),
            "overlap",
            "Analysis"
        );
        (await study.PlaceItemAsync(1, 5, 1, 1)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PlaceItemAsync(1, 1, 1, 12)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await study.PostAsync(
                "placements",
                new
                {
                    week = 1,
                    day = 1,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await study.PostAsync(
                "placements",
                new
                {
                    item_id = study.Items[1],
                    week = 1,
                    day = 5,
                    section_from = 1,
                    sections = 5,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PostAsync("swap", new { a = one, b = one })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PostAsync("moves", new { moves = Array.Empty<object>() })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (
            await study.PostAsync(
                "embed",
                new
                {
                    item_id = study.Items[1],
                    arrangement_id = 999_999,
                    week = 2,
                }
            )
        ).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.WeekAsync(1)).GetProperty("version").GetInt64().ShouldBe(version + 2);

        static async Task RefusedAsync(Task<Answer> answer, string rule, string block)
        {
            var json = (await answer).ShouldBeRefused(ErrorCodes.Conflict).Json;
            json.GetProperty("rule").GetString().ShouldBe(rule);
            json.GetProperty("blocks")[0].GetProperty("title").GetString().ShouldBe(block);
        }
    }

    [Fact]
    public async Task A_hand_may_do_what_a_plan_would_not_and_is_told()
    {
        var study = await BeginAsync(c =>
            (c.ExcludedDays, c.ExcludedPairs, c.EndDate) = (0b1000000, 0b100000, new DateOnly(2026, 12, 3))
        );
        var warnings = (await study.PlaceItemAsync(0, 1, 2, 1))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("warnings");
        warnings.EnumerateArray().Select(w => w.GetProperty("rule").GetString()).ShouldBe(["past"]);
        warnings = (await study.PlaceItemAsync(1, 2, 7, 11)).Json.GetProperty("warnings");
        warnings
            .EnumerateArray()
            .Select(w => w.GetProperty("rule").GetString())
            .ShouldBe(["outside_dates", "excluded_day", "excluded_pair"]);
    }

    [Fact]
    public async Task An_order_is_turned_around_only_when_that_is_asked_for()
    {
        var study = await BeginAsync();
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        await study.PlaceItemAsync(1, 1, 5, 1);
        (await study.MoveAsync(one, 1, 6, 1)).ShouldBeRefused(ErrorCodes.Conflict);
        (await study.MoveAsync(one, 1, 6, 1, reorder: true)).ShouldBe(HttpStatusCode.OK);
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
    public async Task A_placement_is_made_once_per_key()
    {
        var study = await BeginAsync();
        object body = new
        {
            item_id = study.Items[0],
            week = 1,
            day = 4,
            section_from = 1,
        };
        (await study.User.PostAsync("/api/v1/schedule/placements", body)).ShouldBeRefused(
            ErrorCodes.IdempotencyKeyRequired
        );
        var first = await study.User.PostAsync("/api/v1/schedule/placements", body, ("Idempotency-Key", "p"));
        var again = await study.User.PostAsync("/api/v1/schedule/placements", body, ("Idempotency-Key", "p"));
        Study.IdOf(again).ShouldBe(Study.IdOf(first));
    }

    [Fact]
    public async Task A_course_that_came_to_stand_on_a_block_is_shown_as_a_conflict()
    {
        var study = await BeginAsync();
        await study.PlaceItemAsync(0, 1, 4, 1);
        await study.WriteAsync(async db =>
        {
            var lecture = await db.Arrangements.SingleAsync(a => a.Id == study.Lecture);
            (lecture.Day, lecture.SectionFrom, lecture.SectionTo) = (4, 2, 3);
        });
        (await study.WeekAsync(1))
            .GetProperty("blocks")
            .EnumerateArray()
            .Single(b => b.GetProperty("kind").GetString() == "item")
            .GetProperty("conflict")
            .GetBoolean()
            .ShouldBeTrue();
    }

    private async Task<Study> BeginAsync(Action<SmartFlow.Planner.TaskClasses.TaskClass>? configure = null) =>
        await Study.BeginAsync(await started.NewUserAsync(), configure: configure);
}
