using System.Net;
using System.Text;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class ApplyImportTests(StartedApp started)
{
    [Fact]
    public async Task A_repeated_import_creates_nothing_and_another_one_of_the_same_file_conflicts_or_replaces()
    {
        var mei = await started.NewUserAsync();
        var preview = (await PreviewAsync(mei, "wakeup.csv")).Json;
        var body = new { preview_id = preview.GetProperty("preview_id").GetString(), rows = new[] { 1, 2 } };
        var first = await mei.PostAsync("/api/v1/courses/import", body, ("Idempotency-Key", "once"));
        var again = await mei.PostAsync("/api/v1/courses/import", body, ("Idempotency-Key", "once"));
        again.Json.GetProperty("import_id").GetInt64().ShouldBe(first.Json.GetProperty("import_id").GetInt64());
        (await CoursesAsync(mei)).Count.ShouldBe(1);

        var second = (await PreviewAsync(mei, "wakeup.csv")).Json;
        var conflict = second.GetProperty("rows")[0].GetProperty("conflicts")[0];
        conflict.GetProperty("kind").GetString().ShouldBe("course");
        conflict.GetProperty("same").GetBoolean().ShouldBeTrue();
        var refused = (await ImportAsync(mei, second, [1, 2, 3])).ShouldBeRefused(ErrorCodes.Conflict);
        refused.Json.GetProperty("conflicts")[0].GetProperty("row").GetInt32().ShouldBe(1);
        (await CoursesAsync(mei)).Count.ShouldBe(1);

        var replaced = (await ImportAsync(mei, second, [1, 2, 3], replace: true)).ShouldBe(HttpStatusCode.Created).Json;
        replaced.GetProperty("replaced").GetInt32().ShouldBe(2);
        (await CoursesAsync(mei)).Count.ShouldBe(2);
        (await mei.DeleteAsync($"/api/v1/courses/imports/{replaced.GetProperty("import_id").GetInt64()}")).ShouldBe(
            HttpStatusCode.NoContent
        );
        var back = (await CoursesAsync(mei)).ShouldHaveSingleItem();
        back.GetProperty("arrangements").GetArrayLength().ShouldBe(2);
        back.GetProperty("arrangements")[0].GetProperty("weeks").GetArrayLength().ShouldBe(16);
    }

    [Fact]
    public async Task A_row_is_mended_in_place_and_what_is_still_wrong_is_named()
    {
        var mei = await started.NewUserAsync();
        var preview = (await PreviewAsync(mei, "wakeup-errors.csv")).Json;
        var id = preview.GetProperty("preview_id").GetString();
        var refused = await PostImportAsync(
            mei,
            new { preview_id = id, rows = new object[] { 1, new { row = 4, weeks = new[] { 40 } }, 6 } }
        );
        refused.ShouldBeRefused(ErrorCodes.InvalidArgument);
        var errors = refused.Json.GetProperty("errors");
        errors.GetProperty("rows.1.day").GetArrayLength().ShouldBe(1);
        errors.GetProperty("rows.4.weeks")[0].GetString().ShouldBe("must be between 1 and 20");
        (await CoursesAsync(mei)).ShouldBeEmpty();

        var mended = new object[]
        {
            new { row = 1, day = 7 },
            new
            {
                row = 3,
                section_to = 6,
                embeddable = true,
            },
            new { row = 4, weeks = new[] { 3, 4, 5 } },
            6,
        };
        (await PostImportAsync(mei, new { preview_id = id, rows = mended })).ShouldBe(HttpStatusCode.Created);
        var courses = await CoursesAsync(mei);
        courses.Count.ShouldBe(4);
        courses
            .Single(c => c.GetProperty("name").GetString() == "操作系统")
            .GetProperty("embeddable")
            .GetBoolean()
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Two_rows_at_one_time_conflict_and_cannot_both_be_imported()
    {
        var mei = await started.NewUserAsync();
        const string File =
            "课程名称,星期,开始节数,结束节数,老师,地点,周数\n甲,1,1,2,,,1-8\n乙,1,2,3,,,8-16\n丙,1,2,3,,,1-7单\n";
        var preview = (await PreviewAsync(mei, "a.csv", Encoding.UTF8.GetBytes(File))).Json;
        var conflicts = preview.GetProperty("rows")[1].GetProperty("conflicts");
        conflicts.GetArrayLength().ShouldBe(1);
        conflicts[0].GetProperty("row").GetInt32().ShouldBe(1);
        conflicts[0].GetProperty("weeks").EnumerateArray().Select(w => w.GetInt32()).ShouldBe([8]);
        (await ImportAsync(mei, preview, [1, 2], replace: true)).ShouldBeRefused(ErrorCodes.Conflict);
        (await ImportAsync(mei, preview, [2, 3])).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_study_block_in_the_way_is_named_loses_its_place_and_comes_back_with_undo()
    {
        var mei = await started.NewUserAsync();
        var task = (await mei.PostAsync("/api/v1/tasks", new { title = "背单词" }, ("Idempotency-Key", "t")))
            .Json.GetProperty("id")
            .GetInt64();
        await mei.PutAsync("/api/v1/terms/current", new { first_monday = "2026-11-23" });
        (
            await mei.PostAsync(
                "/api/v1/schedule/placements",
                new
                {
                    quick_task_id = task,
                    week = 3,
                    day = 1,
                    section_from = 2,
                },
                ("Idempotency-Key", "p")
            )
        ).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        var preview = (await PreviewAsync(mei, "wakeup.csv")).Json;
        var conflict = preview.GetProperty("rows")[0].GetProperty("conflicts")[0];
        (conflict.GetProperty("kind").GetString(), conflict.GetProperty("title").GetString()).ShouldBe(
            ("placement", "背单词")
        );
        preview.GetProperty("rows")[1].GetProperty("conflicts").GetArrayLength().ShouldBe(0);
        (await ImportAsync(mei, preview, [1, 2]))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("conflicts")[0]
            .GetProperty("kind")
            .GetString()
            .ShouldBe("placement");
        (await CoursesAsync(mei)).ShouldBeEmpty();

        var done = (await ImportAsync(mei, preview, [1, 2], replace: true)).ShouldBe(HttpStatusCode.Created).Json;
        (await StudyAsync(mei)).ShouldBe(0);
        (await mei.DeleteAsync($"/api/v1/courses/imports/{done.GetProperty("import_id").GetInt64()}")).ShouldBe(
            HttpStatusCode.NoContent
        );
        (await StudyAsync(mei)).ShouldBe(1);
        (await mei.GetAsync("/api/v1/schedule/export.ics")).Text.ShouldContain($"UID:task-{task}@smartflow\r\n");
        (await mei.GetAsync("/api/v1/schedule/export.csv")).Text.ShouldContain(
            "2026-12-07,3,1,2,2,08:55,09:40,task,背单词,,\r\n"
        );
        (await mei.PutAsync("/api/v1/terms/current", new { weeks = 2 })).ShouldBeRefused(ErrorCodes.Conflict);
    }

    private static async Task<int> StudyAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/schedule/weeks/3"))
            .Json.GetProperty("blocks")
            .EnumerateArray()
            .Count(b => b.GetProperty("kind").GetString() == "task");
}
