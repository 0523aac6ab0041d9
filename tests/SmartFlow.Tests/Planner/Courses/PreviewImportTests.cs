using System.Net;
using System.Text;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class PreviewImportTests(StartedApp started)
{
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
}
