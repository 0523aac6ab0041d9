using System.Net;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed class ScheduleStoryTests(StartedApp started) : IClassFixture<StartedApp>
{
    [Fact]
    public async Task No_sequence_of_requests_leaves_an_overlap_or_an_inverted_order_and_undoing_all_of_it_gives_the_first_state_back()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var study = await Study.BeginAsync(await started.NewUserAsync(), items: 4, tasks: 3);
            var (random, states, granted) = (new Random(seed), new Stack<string>(), 0);
            for (var step = 0; step < 40; step++)
            {
                var before = await study.AllBlocksAsync();
                if (states.Count > 0 && random.Next(8) == 0)
                {
                    (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
                    (await study.AllBlocksAsync()).ShouldBe(states.Pop());
                    continue;
                }
                var answer = await StepAsync(study, random);
                var after = await study.AllBlocksAsync();
                if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created)
                    granted++;
                else
                    after.ShouldBe(before);
                if (after != before)
                    states.Push(before);
                await study.CheckAsync();
            }
            granted.ShouldBeGreaterThan(8);
            while (states.Count > 0)
            {
                (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
                (await study.AllBlocksAsync()).ShouldBe(states.Pop());
            }
            (await study.AllBlocksAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Every_plan_of_a_random_term_can_be_applied_and_taken_back()
    {
        var (moved, placed) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var study = await Study.BeginAsync(await started.NewUserAsync(), items: 6, tasks: 3, c => Vary(c, random));
            var other = await study.AddClassAsync(5, c => Vary(c, random));
            for (var step = 0; step < 25; step++)
                await StepAsync(study, random, firstWeek: 1);
            await SpoilAsync(study, random);
            await study.CheckAsync();
            var before = await study.AllBlocksAsync();
            var plan = (
                await study.PlanAsync(
                    new
                    {
                        task_class_ids = new[] { study.ClassId, other },
                        replan = random.Next(2) == 0,
                        seed,
                        budget_ms = 20,
                    }
                )
            ).ShouldBe(HttpStatusCode.OK).Json;
            var applied = (await study.ApplyAsync(plan.GetProperty("preview_id").GetString()!))
                .ShouldBe(HttpStatusCode.OK)
                .Json;
            (moved, placed) = (
                moved + applied.GetProperty("moved").GetInt32(),
                placed + applied.GetProperty("placed").GetInt32()
            );
            await study.CheckAsync();
            if (await study.AllBlocksAsync() == before)
                continue;
            (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
            (await study.AllBlocksAsync()).ShouldBe(before);
        }
        (moved > 0 && placed > 0).ShouldBeTrue();
    }

    private static void Vary(TaskClass c, Random random)
    {
        c.StartDate = c.StartDate.AddDays(random.Next(-5, 10));
        c.EndDate = c.EndDate.AddDays(random.Next(-10, 30));
        (c.Strategy, c.Subject) = ((ClassStrategy)random.Next(2), (ClassSubject)random.Next(4));
        (c.Difficulty, c.Intensity) = ((Level)random.Next(3), (Level)random.Next(3));
        (c.AllowFillerCourses, c.ExcludedDays, c.ExcludedPairs) = (
            random.Next(3) > 0,
            random.Next(64),
            random.Next(32)
        );
    }

    /// <summary>
    /// Some blocks are locked, some that have passed were missed, an item is done, a course comes to stand on what it
    /// meets.
    /// </summary>
    private static Task SpoilAsync(Study study, Random random) =>
        study.WriteAsync(async db =>
        {
            foreach (var block in await db.Placements.Where(p => p.UserId == study.User.Id).ToListAsync())
                (block.Locked, block.Missed) = (
                    random.Next(4) == 0,
                    block.Week == 1 && block.Day < 3 && random.Next(2) == 0
                );
            var ids = await db
                .TaskItems.Where(i => i.UserId == study.User.Id)
                .OrderBy(i => i.Id)
                .Select(i => i.Id)
                .ToListAsync();
            var done = ids[random.Next(ids.Count)];
            (await db.TaskItems.SingleAsync(i => i.Id == done)).DoneAt = StartedApp.Now;
        });

    private static async Task<Answer> StepAsync(Study study, Random random, int firstWeek = 2)
    {
        var placed = new List<long>();
        for (var week = firstWeek; week < firstWeek + 2; week++)
            placed.AddRange((await study.BlocksAsync(week)).Select(l => long.Parse(l.Split(' ')[0])));
        var (week_, day, from) = (random.Next(firstWeek, firstWeek + 2), random.Next(1, 8), random.Next(1, 7));
        long Any() => placed[random.Next(placed.Count)];
        switch (random.Next(7))
        {
            case 0 when placed.Count > 0:
                return await study.UnplaceAsync(Any());
            case 1 when placed.Count > 1:
                return await study.PostAsync("swap", new { a = placed[0], b = placed[random.Next(1, placed.Count)] });
            case 2 when placed.Count > 0:
                return await study.MoveAsync(Any(), week_, day, from);
            case 3:
                return await study.PostAsync(
                    "embed",
                    new
                    {
                        item_id = study.Items[random.Next(4)],
                        arrangement_id = study.Filler,
                        week = week_,
                    }
                );
            case 4:
                return await study.PlaceTaskAsync(random.Next(3), week_, day, from);
            default:
                return await study.PlaceItemAsync(random.Next(4), week_, day, from);
        }
    }
}
