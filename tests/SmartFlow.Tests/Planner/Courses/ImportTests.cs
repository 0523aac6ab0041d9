using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class ImportTests(StartedApp started)
{
    [Fact]
    public async Task A_file_is_previewed_imported_shown_and_undone()
    {
        var mei = await started.NewUserAsync();
        var preview = (await PreviewAsync(mei, "wakeup.csv")).ShouldBe(HttpStatusCode.OK).Json;
        preview.GetProperty("format").GetString().ShouldBe("wakeup_csv");
        preview.GetProperty("rows").GetArrayLength().ShouldBe(5);
        (await CoursesAsync(mei)).ShouldBeEmpty();

        var done = (await ImportAsync(mei, preview, [1, 2, 3, 4, 5])).ShouldBe(HttpStatusCode.Created).Json;
        done.GetProperty("courses").GetInt32().ShouldBe(4);
        done.GetProperty("arrangements").GetInt32().ShouldBe(5);
        var courses = await CoursesAsync(mei);
        courses.Count.ShouldBe(4);
        var maths = courses.Single(c =>
            c.GetProperty("name").GetString()!.StartsWith("高等", StringComparison.Ordinal)
        );
        maths
            .GetProperty("arrangements")[1]
            .GetProperty("weeks")
            .EnumerateArray()
            .Select(w => w.GetInt32())
            .ShouldBe([1, 3, 5, 7, 9, 11, 13, 15]);
        maths.GetProperty("arrangements")[1].GetProperty("teacher").ValueKind.ShouldBe(JsonValueKind.Null);

        var version = await VersionAsync(mei);
        var path = $"/api/v1/courses/imports/{done.GetProperty("import_id").GetInt64()}";
        (await (await started.NewUserAsync()).DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await CoursesAsync(mei)).ShouldBeEmpty();
        (await VersionAsync(mei)).ShouldBe(version + 1);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.Conflict);
        (await mei.GetAsync("/api/v1/courses/imports"))
            .Json.GetProperty("items")[0]
            .GetProperty("undone_at")
            .GetString()
            .ShouldNotBeNull();
    }

    private static async Task<long> VersionAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/terms/current")).Json.GetProperty("version").GetInt64();
}
