using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class UndoImportTests(StartedApp started)
{
    [Fact]
    public async Task An_undone_import_takes_its_courses_along_changed_or_not_and_no_other()
    {
        var (mei, li) = (await started.NewUserAsync(), await started.NewUserAsync());
        var first = await ImportedAsync(mei, 1);
        (await ImportedAsync(mei, 3)).ShouldNotBe(first);
        var changed = (await CoursesAsync(mei)).Single(c => c.GetProperty("import_id").GetInt64() == first);
        (
            await mei.PatchAsync($"/api/v1/courses/{changed.GetProperty("id").GetInt64()}", new { name = "改了名" })
        ).ShouldBe(HttpStatusCode.OK);

        (await li.DeleteAsync($"/api/v1/courses/imports/{first}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await CoursesAsync(mei)).Count.ShouldBe(2);
        (await mei.DeleteAsync($"/api/v1/courses/imports/{first}")).ShouldBe(HttpStatusCode.NoContent);
        (await CoursesAsync(mei)).ShouldHaveSingleItem().GetProperty("import_id").GetInt64().ShouldNotBe(first);
        Rule((await mei.DeleteAsync($"/api/v1/courses/imports/{first}")).ShouldBeRefused(ErrorCodes.Conflict))
            .ShouldBe("undone");
    }

    private static async Task<long> ImportedAsync(TestUser user, int row) =>
        (await ImportAsync(user, (await PreviewAsync(user, "wakeup.csv")).Json, [row]))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("import_id")
            .GetInt64();
}
