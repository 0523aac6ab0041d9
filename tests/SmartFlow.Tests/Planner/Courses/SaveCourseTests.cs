using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.CourseByHand;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseCollection))]
public sealed class SaveCourseTests(StartedApp started)
{
    private const string Courses = "/api/v1/courses";

    [Fact]
    public async Task A_course_is_made_changed_and_deleted_and_the_term_notices()
    {
        var mei = await started.NewUserAsync();
        var made = (
            await MakeAsync(
                mei,
                new
                {
                    name = " 数学 ",
                    teacher = "张",
                    place = "A1",
                    arrangements = new[] { Time(1, 1, 2, 1, 3) },
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        made.GetProperty("name").GetString().ShouldBe("数学");
        var (path, version) = ($"{Courses}/{made.GetProperty("id").GetInt64()}", await VersionAsync(mei));

        var arrangement = made.GetProperty("arrangements")[0].GetProperty("id").GetInt64();
        var changed = (
            await mei.PatchAsync(
                path,
                new
                {
                    embeddable = true,
                    hue = 3,
                    note = "带书",
                    arrangements = new object[]
                    {
                        new
                        {
                            id = arrangement,
                            day = 2,
                            section_from = 3,
                            section_to = 4,
                            weeks = new[] { 5 },
                        },
                        Time(3, 1, 1, 2),
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        changed.GetProperty("arrangements").GetArrayLength().ShouldBe(2);
        changed.GetProperty("arrangements")[0].GetProperty("id").GetInt64().ShouldBe(arrangement);
        changed.GetProperty("teacher").GetString().ShouldBe("张");
        (await VersionAsync(mei)).ShouldBe(version + 1);
        (await mei.PatchAsync(path, new { hue = (int?)null }))
            .Json.GetProperty("hue")
            .ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.GetAsync(Courses)).Json.GetProperty("items")[0].GetProperty("note").GetString().ShouldBe("带书");

        var li = await started.NewUserAsync();
        (await li.PatchAsync(path, new { name = "x" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_course_in_the_way_is_named_or_gives_way_in_the_weeks_that_overlap()
    {
        var mei = await started.NewUserAsync();
        await MakeAsync(mei, new { name = "旧", arrangements = new[] { Time(1, 1, 2, 1, 2, 3) } });
        var body = new
        {
            name = "新",
            arrangements = new[] { Time(1, 2, 3, 3, 4) },
            replace_conflicts = false,
        };
        var refused = (await MakeAsync(mei, body)).ShouldBeRefused(ErrorCodes.Conflict);
        var conflict = refused.Json.GetProperty("conflicts")[0];
        conflict.GetProperty("title").GetString().ShouldBe("旧");
        conflict.GetProperty("weeks")[0].GetInt32().ShouldBe(3);

        (await MakeAsync(mei, body with { replace_conflicts = true })).ShouldBe(HttpStatusCode.Created);
        var items = (await mei.GetAsync(Courses)).Json.GetProperty("items").EnumerateArray().ToArray();
        items
            .Single(c => c.GetProperty("name").GetString() == "旧")
            .GetProperty("arrangements")[0]
            .GetProperty("weeks")
            .EnumerateArray()
            .Select(w => w.GetInt32())
            .ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_field_that_is_wrong_is_refused_by_name()
    {
        var mei = await started.NewUserAsync();
        (object Body, string Field)[] cases =
        [
            (new { name = "", arrangements = new[] { Time(1, 1, 1, 1) } }, "name"),
            (new { name = new string('x', 101), arrangements = new[] { Time(1, 1, 1, 1) } }, "name"),
            (new { name = "a" }, "arrangements"),
            (
                new
                {
                    name = "a",
                    hue = 8,
                    arrangements = new[] { Time(1, 1, 1, 1) },
                },
                "hue"
            ),
            (new { name = "a", arrangements = new[] { Time(8, 1, 1, 1) } }, "arrangements[0].day"),
            (new { name = "a", arrangements = new[] { Time(1, 0, 1, 1) } }, "arrangements[0].section_from"),
            (new { name = "a", arrangements = new[] { Time(1, 2, 1, 1) } }, "arrangements[0].section_to"),
            (new { name = "a", arrangements = new[] { Time(1, 12, 13, 1) } }, "arrangements[0].section_to"),
            (new { name = "a", arrangements = new[] { Time(1, 1, 1) } }, "arrangements[0].weeks"),
            (new { name = "a", arrangements = new[] { Time(1, 1, 1, 21) } }, "arrangements[0].weeks"),
            (
                new { name = "a", arrangements = new[] { Time(1, 1, 2, 1), Time(1, 2, 2, 1) } },
                "arrangements[1].section_from"
            ),
        ];
        foreach (var (body, field) in cases)
            (await MakeAsync(mei, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (await mei.GetAsync(Courses)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
    }

    private static async Task<long> VersionAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/terms/current")).Json.GetProperty("version").GetInt64();
}
