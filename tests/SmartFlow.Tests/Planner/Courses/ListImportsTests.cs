using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class ListImportsTests(StartedApp started)
{
    [Fact]
    public async Task Imports_are_listed_newest_first_to_their_owner_and_an_undone_one_says_so()
    {
        var mei = await started.NewUserAsync();
        var first = await ImportAsync(mei, (await PreviewAsync(mei, "wakeup.csv")).Json, [1, 2]);
        var second = await ImportAsync(mei, (await PreviewAsync(mei, "wakeup-gbk.csv")).Json, [3]);
        var undone = first.ShouldBe(HttpStatusCode.Created).Json.GetProperty("import_id").GetInt64();
        second.ShouldBe(HttpStatusCode.Created);
        (await mei.DeleteAsync($"/api/v1/courses/imports/{undone}")).ShouldBe(HttpStatusCode.NoContent);

        (await ListAsync(mei)).ShouldBe([
            "wakeup-gbk.csv: wakeup_csv, 1 courses, 1 arrangements, kept",
            "wakeup.csv: wakeup_csv, 1 courses, 2 arrangements, undone",
        ]);
        (await ListAsync(await started.NewUserAsync())).ShouldBeEmpty();
        (await mei.GetAsync("/api/v1/courses/imports?page=0"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("page", out _)
            .ShouldBeTrue();
    }

    private static async Task<IEnumerable<string>> ListAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/courses/imports"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(i =>
                $"{i.GetProperty("file_name")}: {i.GetProperty("format")}, {i.GetProperty("courses")} courses, "
                + $"{i.GetProperty("arrangements")} arrangements, "
                + (i.GetProperty("undone_at").ValueKind == JsonValueKind.Null ? "kept" : "undone")
            );
}
