using System.Net;
using System.Text;
using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

public sealed class ImportTests(StartedApp started) : IClassFixture<StartedApp>
{
    private int keys;

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

    [Fact]
    public async Task A_preview_is_its_owners_and_expires_after_an_hour()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("liwei"));
        var preview = (await PreviewAsync(mei, "wakeup.csv")).Json;
        (await ImportAsync(li, preview, [1])).ShouldBeRefused(ErrorCodes.NotFound);
        app.Clock.Advance(TimeSpan.FromMinutes(60));
        (await ImportAsync(await app.SignInAsync("mei"), preview, [1])).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Who_has_no_term_is_asked_which_week_it_is()
    {
        var mei = await started.NewUserAsync();
        var file = File.ReadAllBytes(Path.Combine(Fixtures.Folder("calendars"), "two-rrules.ics"));
        async Task<Answer> ReadAsync(string? field, string value)
        {
            var form = Form("a.ics", file, "file", null);
            if (field is not null)
                form.Add(new StringContent(value), field);
            return await mei.PostAsync("/api/v1/courses/import/preview", form);
        }
        var unasked = (await ReadAsync(null, "")).ShouldBe(HttpStatusCode.OK).Json;
        unasked.GetProperty("asks_week").GetBoolean().ShouldBeTrue();
        (await ImportAsync(mei, unasked, [])).ShouldBeRefused(ErrorCodes.InvalidArgument);
        Rule((await ImportAsync(mei, unasked, [1])).ShouldBeRefused(ErrorCodes.Conflict)).ShouldBe("week_unknown");
        (await ReadAsync("current_week", "31"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .GetProperty("current_week")
            .GetArrayLength()
            .ShouldBe(1);
        (await ReadAsync("current_week", "x")).ShouldBeRefused(ErrorCodes.MalformedBody);
        (await ReadAsync("term_starts", "1900-01-01")).ShouldBeRefused(ErrorCodes.InvalidArgument);

        // It is the twelfth week after the first Monday of September.
        var asked = (await ReadAsync("current_week", "12")).ShouldBe(HttpStatusCode.OK).Json;
        asked.GetProperty("asks_week").GetBoolean().ShouldBeFalse();
        asked.GetProperty("zones")[0].GetString().ShouldBe("Asia/Shanghai");
        asked
            .GetProperty("rows")[0]
            .GetProperty("weeks")
            .EnumerateArray()
            .Select(w => w.GetInt32())
            .ShouldBe([1, 2, 3]);
        var later = (await ReadAsync("term_starts", "2026-09-02")).Json;
        later
            .GetProperty("rows")[0]
            .GetProperty("weeks")
            .EnumerateArray()
            .Select(w => w.GetInt32())
            .ShouldBe([2, 3, 4]);
        (await ImportAsync(mei, asked, [1, 2])).ShouldBe(HttpStatusCode.Created);
        var term = (await mei.GetAsync("/api/v1/terms/current")).Json;
        (term.GetProperty("first_monday").GetString(), term.GetProperty("name").GetString()).ShouldBe(
            ("2026-09-07", "2026-09")
        );
        // Whoever has a term is not asked.
        (await ReadAsync(null, "")).Json.GetProperty("asks_week").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_none_is_refused()
    {
        var mei = await started.NewUserAsync();
        // Refused by its length alone: who asks first need not send it.
        (
            await PreviewAsync(mei, "big.csv", new byte[50 * 1_024 * 1_024], "file", ("Expect", "100-continue"))
        ).ShouldBeRefused(ErrorCodes.PayloadTooLarge);
        (await PreviewAsync(mei, "big.csv", new byte[5 * 1_024 * 1_024 + 1])).ShouldBeRefused(
            ErrorCodes.PayloadTooLarge
        );
        (await PreviewAsync(mei, "a.png", Encoding.UTF8.GetBytes("no image"), field: "image"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .GetProperty("image")
            .GetArrayLength()
            .ShouldBe(1);
        Rule(await PreviewAsync(mei, "a.csv", Encoding.UTF8.GetBytes("甲,乙\n"))).ShouldBe("file_columns");
        var broken = await PreviewAsync(mei, "a.json", Encoding.UTF8.GetBytes("[\n{"));
        (Rule(broken), broken.Json.GetProperty("line").GetInt32()).ShouldBe(("file_json", 2));
        (await PreviewAsync(mei, "a.csv", [], field: "other")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await PreviewAsync(mei, "a.csv", [])).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.PostAsync("/api/v1/courses/import/preview", new { file = "x" })).Status.ShouldBe(
            HttpStatusCode.UnsupportedMediaType
        );
        (
            await started.App.Anonymous.SendAsync(
                HttpMethod.Post,
                "/api/v1/courses/import/preview",
                Form("wakeup.csv", [1], "file")
            )
        ).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_photo_without_a_vision_model_is_refused_with_what_is_needed()
    {
        var mei = await started.NewUserAsync();
        var answer = (await PreviewAsync(mei, "t.png", PhotoTests.Png, field: "image")).ShouldBeRefused(
            ErrorCodes.Unprocessable
        );
        answer.Json.GetProperty("errors").GetProperty("image")[0].GetString().ShouldBe("needs a vision model");
        Rule(answer).ShouldBe("image_no_vision");
    }

    private static string? Rule(Answer answer) => answer.Json.GetProperty("rule").GetString();

    internal static Task<Answer> PreviewAsync(TestUser user, string file) =>
        PreviewAsync(user, file, File.ReadAllBytes(Path.Combine(Fixtures.Folder("timetables"), file)));

    internal static Task<Answer> PreviewAsync(
        TestUser user,
        string name,
        byte[] bytes,
        string field = "file",
        params (string Name, string Value)[] headers
    ) => user.PostAsync("/api/v1/courses/import/preview", Form(name, bytes, field), headers);

    private static MultipartFormDataContent Form(string name, byte[] bytes, string field, int? week = 1)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), field, name } };
        if (week is { } said)
            form.Add(new StringContent($"{said}"), "current_week");
        return form;
    }

    private Task<Answer> ImportAsync(TestUser user, JsonElement preview, int[] rows, bool replace = false) =>
        PostImportAsync(
            user,
            new
            {
                preview_id = preview.GetProperty("preview_id").GetString(),
                rows,
                replace_conflicts = replace,
            }
        );

    private Task<Answer> PostImportAsync(TestUser user, object body) =>
        user.PostAsync("/api/v1/courses/import", body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    private static async Task<List<JsonElement>> CoursesAsync(TestUser user) =>
        [.. (await user.GetAsync("/api/v1/courses?page_size=200")).Json.GetProperty("items").EnumerateArray()];

    private static async Task<int> StudyAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/schedule/weeks/3"))
            .Json.GetProperty("blocks")
            .EnumerateArray()
            .Count(b => b.GetProperty("kind").GetString() == "task");

    private static async Task<long> VersionAsync(TestUser user) =>
        (await user.GetAsync("/api/v1/terms/current")).Json.GetProperty("version").GetInt64();
}
