using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseCollection))]
public sealed class DeleteCourseTests(StartedApp started)
{
    [Fact]
    public async Task A_deleted_course_is_gone_and_a_study_block_inside_stays_where_it_is()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync());
        var (mei, path) = (study.User, $"/api/v1/courses/{study.FillerCourse}");
        var inside = new
        {
            quick_task_id = study.Tasks[0],
            arrangement_id = study.Filler,
            week = 3,
        };
        (await study.PostAsync("embed", inside)).ShouldBe(HttpStatusCode.OK);
        var block = (await study.BlocksAsync(3)).ShouldHaveSingleItem();
        block.ShouldEndWith("task 1 w3 d2 1-1 embedded");

        (await (await started.NewUserAsync()).DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.BlocksAsync(3)).ShouldBe([block]);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync("/api/v1/courses"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(c => c.GetProperty("name").GetString())
            .ShouldBe(["Analysis"]);
        (await study.BlocksAsync(3)).ShouldBe([block.Replace(" embedded", "")]);
    }
}
