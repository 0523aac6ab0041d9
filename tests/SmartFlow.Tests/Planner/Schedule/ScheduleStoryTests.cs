using System.Net;
using System.Text.Json;

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
                if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created) granted++;
                else after.ShouldBe(before);
                if (after != before) states.Push(before);
                await CheckAsync(study);
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

    private static async Task<Answer> StepAsync(Study study, Random random)
    {
        var placed = new List<long>();
        for (var week = 1; week <= 2; week++) placed.AddRange((await study.BlocksAsync(week)).Select(l => long.Parse(l.Split(' ')[0])));
        var (week_, day, from) = (random.Next(1, 3), random.Next(1, 8), random.Next(1, 7));
        long Any() => placed[random.Next(placed.Count)];
        switch (random.Next(7))
        {
            case 0 when placed.Count > 0: return await study.UnplaceAsync(Any());
            case 1 when placed.Count > 1: return await study.PostAsync("swap", new { a = placed[0], b = placed[random.Next(1, placed.Count)] });
            case 2 when placed.Count > 0: return await study.MoveAsync(Any(), week_, day, from);
            case 3: return await study.PostAsync("embed", new { item_id = study.Items[random.Next(4)], arrangement_id = study.Filler, week = week_ });
            case 4: return await study.PlaceTaskAsync(random.Next(3), week_, day, from);
            default: return await study.PlaceItemAsync(random.Next(4), week_, day, from);
        }
    }

    private static async Task CheckAsync(Study study)
    {
        var (owners, starts) = (new HashSet<(int, int, int)>(), new List<(long Item, int Start)>());
        for (var week = 1; week <= 2; week++)
        {
            var blocks = (await study.WeekAsync(week)).GetProperty("blocks").EnumerateArray().ToList();
            foreach (var block in blocks.Where(b => b.GetProperty("kind").GetString() != "course"))
            {
                var (day, from, to) = (Of(block, "day"), Of(block, "section_from"), Of(block, "section_to"));
                for (var section = from; section <= to; section++) owners.Add((week, day, section)).ShouldBeTrue();
                var courses = blocks.Where(b => b.GetProperty("kind").GetString() == "course" && Of(b, "day") == day
                    && Of(b, "section_from") <= to && from <= Of(b, "section_to")).ToList();
                courses.ShouldAllBe(c => c.GetProperty("embeddable").GetBoolean() && Of(c, "section_from") <= from && to <= Of(c, "section_to"));
                (block.GetProperty("embedded_in").ValueKind != JsonValueKind.Null).ShouldBe(courses.Count == 1);
                block.GetProperty("conflict").GetBoolean().ShouldBeFalse();
                if (block.GetProperty("kind").GetString() == "item") starts.Add((Of(block, "item_id"), week * 1000 + day * 100 + from));
            }
        }
        starts.OrderBy(s => s.Item).Select(s => s.Start).ShouldBe(starts.Select(s => s.Start).Order());
    }

    private static int Of(JsonElement block, string name) => block.GetProperty(name).GetInt32();
}
