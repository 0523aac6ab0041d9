using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.CourseByHand;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseCollection))]
public sealed class ListCoursesTests(StartedApp started)
{
    [Fact]
    public async Task Courses_are_listed_by_name_to_their_owner_a_page_at_a_time()
    {
        var mei = await started.NewUserAsync();
        foreach (var (name, day) in new[] { ("c", 1), ("a", 2), ("b", 3) })
            (await MakeAsync(mei, new { name, arrangements = new[] { Time(day, 1, 2, 1, 3) } })).ShouldBe(
                HttpStatusCode.Created
            );
        (await NamesAsync(mei, "")).ShouldBe(["a", "b", "c"]);
        (await NamesAsync(mei, "?page=2&page_size=2")).ShouldBe(["c"]);
        (await NamesAsync(await started.NewUserAsync(), "")).ShouldBeEmpty();
        (await mei.GetAsync("/api/v1/courses?page_size=0"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("page_size", out _)
            .ShouldBeTrue();
    }

    private static async Task<IEnumerable<string?>> NamesAsync(TestUser user, string query) =>
        (await user.GetAsync("/api/v1/courses" + query))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(c => c.GetProperty("name").GetString());
}
