using System.Net;

namespace SmartFlow.Tests.ActiveScheduler;

public sealed partial class SuggestionTests
{
    [Fact]
    public async Task Courses_that_move_are_told_of_whatever_moved_them()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var course = await CourseAsync(mei, "操作系统", 4, 1, 2);
        await mei.RaisedAsync("courses", 1);
        (await mei.User.DeleteAsync($"/api/v1/courses/{course}")).ShouldBe(HttpStatusCode.NoContent);
        await mei.RaisedAsync("courses", 2);
        course = await CourseAsync(mei, "lab", 4, 1, 2);
        (
            await mei.User.PatchAsync(
                $"/api/v1/courses/{course}",
                new
                {
                    arrangements = new[]
                    {
                        new
                        {
                            day = 4,
                            section_from = 1,
                            section_to = 2,
                            weeks = new[] { 2, 3 },
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        await mei.RaisedAsync("courses", 4);
        await CourseAsync(mei, "seminar", 4, 3, 4);
        (
            await mei.User.PutAsync(
                "/api/v1/terms/current",
                new
                {
                    name = "term",
                    first_monday = "2026-11-23",
                    weeks = 4,
                    holidays = new[] { new { date = "2026-11-26", name = "holiday" } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        await mei.RaisedAsync("courses", 6);
        (
            await mei.PostAsync(
                "/api/v1/terms",
                new
                {
                    name = "next",
                    first_monday = "2027-03-01",
                    weeks = 4,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        (await mei.TriggersAsync()).Count(t => t.Kind == "courses").ShouldBe(6);
    }

    [Fact]
    public async Task Time_that_a_course_leaves_free_is_offered_to_what_waits()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var course = await CourseAsync(mei, "lab", 3, 7, 12);
        await CourseAsync(mei, "all day", 4, 1, 12);
        await mei.RaisedAsync("courses", 2);
        await mei.RoundAsync();
        (await mei.ListAsync()).ShouldBeEmpty();
        (await mei.User.DeleteAsync($"/api/v1/courses/{course}")).ShouldBe(HttpStatusCode.NoContent);
        await mei.RaisedAsync("courses", 3);
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        (suggestion.GetProperty("kind").GetString(), suggestion.GetProperty("title").GetString()).ShouldBe(
            ("courses", "item 1")
        );
        Troubled.Candidates(suggestion).First().GetProperty("reason").GetString().ShouldBe("freed_place");
    }

    [Theory]
    [InlineData("第一章", "空着")]
    [InlineData("chapter 1", "free")]
    public async Task What_an_import_puts_out_of_its_place_is_offered_another(string title, string says)
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.NameAsync(title);
        (await mei.Study.PlaceItemAsync(0, 1, 4, 1)).ShouldBe(HttpStatusCode.Created);
        using var file = new MultipartFormDataContent
        {
            {
                new StringContent("课程名称,星期,开始节数,结束节数,老师,地点,周数\n编译原理,4,1,2,李,A101,1-4\n"),
                "file",
                "x.csv"
            },
        };
        var preview = (await mei.User.PostAsync("/api/v1/courses/import/preview", file))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        (
            await mei.PostAsync(
                "/api/v1/courses/import",
                new
                {
                    preview_id = preview.GetProperty("preview_id").GetString(),
                    rows = new[] { 1 },
                    replace_conflicts = true,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        await mei.RoundOnAsync("courses");
        var suggestion = await mei.OnlyAsync();
        Troubled.ShouldSay(suggestion, "courses", title, says);
        Troubled.Candidates(suggestion).First().GetProperty("kind").GetString().ShouldBe("make_up");
        (await mei.ConfirmAsync(suggestion, "c1")).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldContain("w1 d3 7-8");
    }

    private static async Task<long> CourseAsync(Troubled mei, string name, int day, int from, int to) => (
            await mei.PostAsync(
                "/api/v1/courses",
                new
                {
                    name,
                    arrangements = new[]
                    {
                        new
                        {
                            day,
                            section_from = from,
                            section_to = to,
                            weeks = new[] { 1 },
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json.GetProperty("id").GetInt64();
}
