using System.Net;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class GetWeekTests(StartedApp app) : Studies(app)
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
}
