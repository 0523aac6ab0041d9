using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Terms;

[Collection(nameof(TermCollection))]
public sealed class StartTermTests(StartedApp host, PostgresServer postgres) : OwnTerms(host)
{
    private const string NextMonday = "2026-12-21";

    [Fact]
    public async Task The_next_term_begins_empty_and_the_one_before_keeps_what_stands_in_it()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync());
        var mei = study.User;
        await mei.PutAsync(
            $"{Path}/current",
            new
            {
                section_times = Enumerable.Range(8, 12).Select(h => new { starts = $"{h:00}:00", ends = $"{h:00}:40" }),
                holidays = new[] { new { date = "2026-12-01" } },
                study_on_holidays = true,
                time_zone = "Asia/Tokyo",
            }
        );
        await study.PlaceItemAsync(0, 2, 3, 5);
        var (before, blocks) = ((await mei.GetAsync($"{Path}/current")).Json, await study.BlocksAsync(2));

        var next = (await StartAsync(mei, new { name = "大三下", first_monday = NextMonday }))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        (Text(next, "name"), Text(next, "first_monday"), Text(next, "time_zone")).ShouldBe(
            ("大三下", NextMonday, "Asia/Tokyo")
        );
        next.GetProperty("weeks").GetInt32().ShouldBe(4);
        next.GetProperty("section_times").GetRawText().ShouldBe(before.GetProperty("section_times").GetRawText());
        (next.GetProperty("study_on_holidays").GetBoolean(), next.GetProperty("is_current").GetBoolean()).ShouldBe(
            (true, true)
        );
        next.GetProperty("holidays").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync($"{Path}/current")).Json.GetRawText().ShouldBe(next.GetRawText());
        (await mei.GetAsync(Path))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(t => (Text(t, "first_monday"), t.GetProperty("is_current").GetBoolean()))
            .ShouldBe([(NextMonday, true), ("2026-11-23", false)]);

        (await study.WeekAsync(2)).GetProperty("blocks").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync("/api/v1/courses")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync("/api/v1/schedule/today")).Json.GetProperty("week").ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.GetAsync("/api/v1/schedule/export.ics")).Text.ShouldNotContain("BEGIN:VEVENT");

        (await SwitchAsync(mei, Id(before)))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("is_current")
            .GetBoolean()
            .ShouldBeTrue();
        (await study.BlocksAsync(2)).ShouldBe(blocks);
        (await mei.GetAsync("/api/v1/courses")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        (await mei.GetAsync("/api/v1/schedule/export.ics")).Text.ShouldContain("Analysis");
    }

    [Fact]
    public async Task A_user_without_a_term_starts_the_first_one()
    {
        var mei = await started.NewUserAsync();
        var first = (await StartAsync(mei, new { first_monday = "2026-11-30", weeks = 16 }))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        (Text(first, "name"), first.GetProperty("weeks").GetInt32()).ShouldBe(("2026-11", 16));
        (await mei.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_start_makes_one_term_and_a_start_without_a_key_none()
    {
        var mei = await BeginAsync();
        var body = new { first_monday = NextMonday };
        (await mei.PostAsync(Path, body)).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        var once = (await mei.PostAsync(Path, body, ("Idempotency-Key", "t"))).ShouldBe(HttpStatusCode.Created);
        (await mei.PostAsync(Path, body, ("Idempotency-Key", "t"))).Text.ShouldBe(once.Text);
        (await mei.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_term_without_a_Monday_or_with_a_wrong_field_is_refused_by_name()
    {
        var mei = await BeginAsync();
        foreach (
            var (body, field) in new (object, string)[]
            {
                (new { name = "x" }, "first_monday"),
                (new { first_monday = "2026-12-22" }, "first_monday"),
                (new { first_monday = NextMonday, weeks = 31 }, "weeks"),
                (new { first_monday = NextMonday, holidays = new[] { new { date = "2026-12-20" } } }, "holidays"),
            }
        )
            (await StartAsync(mei, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (await mei.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Terms_do_not_share_a_day()
    {
        var mei = await BeginAsync();
        foreach (
            var (body, field) in new (object, string)[]
            {
                (new { first_monday = "2026-12-14" }, "first_monday"),
                (new { first_monday = "2026-11-23" }, "first_monday"),
                (new { first_monday = "2026-11-16", weeks = 2 }, "weeks"),
                (new { first_monday = "2026-11-02", weeks = 30 }, "weeks"),
            }
        )
            Overlaps(await StartAsync(mei, body), field, "autumn");
        var autumn = Id((await mei.GetAsync($"{Path}/current")).Json);
        (
            await StartAsync(
                mei,
                new
                {
                    first_monday = NextMonday,
                    name = "spring",
                    weeks = 10,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        Overlaps(await mei.PutAsync($"{Path}/current", new { first_monday = "2026-12-14" }), "first_monday", "autumn");
        (await SwitchAsync(mei, autumn)).ShouldBe(HttpStatusCode.OK);
        Overlaps(await mei.PutAsync($"{Path}/current", new { weeks = 5 }), "weeks", "spring");
        (await mei.PutAsync($"{Path}/current", new { first_monday = "2026-11-16", weeks = 5 })).ShouldBe(
            HttpStatusCode.OK
        );
        // Another user's terms are no matter.
        (
            await (await started.NewUserAsync()).PutAsync(
                $"{Path}/current",
                new { name = "x", first_monday = NextMonday }
            )
        ).ShouldBe(HttpStatusCode.OK);

        static void Overlaps(Answer answer, string field, string name)
        {
            var problem = answer.ShouldBeRefused(ErrorCodes.Conflict).Json;
            problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(field);
            (Text(problem, "rule"), Text(problem, "other")).ShouldBe(("term_overlap", name));
        }
    }

    [Fact]
    public async Task A_user_has_a_limited_number_of_terms()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Planner:TermsMax"] = "2");
        app.Clock.SetTo(StartedApp.Now);
        var mei = await app.SignUpAsync();
        (await StartAsync(mei, new { first_monday = "2026-11-23", weeks = 1 })).ShouldBe(HttpStatusCode.Created);
        (await StartAsync(mei, new { first_monday = "2026-11-30" })).ShouldBe(HttpStatusCode.Created);
        var refused = (await StartAsync(mei, new { first_monday = "2026-12-07" }))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json;
        (Text(refused, "rule"), refused.GetProperty("max").GetInt32()).ShouldBe(("terms_max", 2));
    }

    [Fact]
    public async Task Plans_of_the_next_term_take_what_was_missed_and_leave_what_is_done_or_still_to_come()
    {
        var study = await LateStudyAsync();
        var autumn = await CurrentAsync(study.User);
        await StartAsync(study.User, new { first_monday = NextMonday });

        var plan = (await study.PlanAsync()).ShouldBe(HttpStatusCode.OK).Json;
        Planned(study, plan).ShouldBe([2, 4]);
        (await study.ApplyAsync(Text(plan, "preview_id"))).ShouldBe(HttpStatusCode.OK);
        var places = (await study.User.GetAsync($"/api/v1/task-classes/{study.ClassId}"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("placement").GetProperty("term_id").GetInt64() == autumn)
            .ToArray();
        places.ShouldBe([true, false, true, false]);
        var spring = await study.AllBlocksAsync();
        spring.Split('\n').Length.ShouldBe(2);

        await SwitchAsync(study.User, autumn);
        (await study.AllBlocksAsync())
            .Split('\n')
            .Select(l => string.Join(' ', l.Split(' ')[1..3]))
            .ShouldBe(["item 1", "task 1", "item 3", "task 2"]);
    }

    [Fact]
    public async Task An_undo_does_not_take_a_block_back_from_another_term()
    {
        var study = await LateStudyAsync();
        var autumn = await CurrentAsync(study.User);
        await study.UnplaceAsync(Study.IdOf(await study.PlaceItemAsync(3, 3, 6, 1)));
        await StartAsync(study.User, new { first_monday = NextMonday });
        (await study.PlaceItemAsync(3, 1, 1, 1)).ShouldBe(HttpStatusCode.Created);
        await SwitchAsync(study.User, autumn);
        var undone = (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK).Json;
        (undone.GetProperty("placed").GetArrayLength(), Text(undone.GetProperty("skipped")[0], "reason")).ShouldBe(
            (0, "changed")
        );
    }

    [Fact]
    public async Task A_hand_takes_a_block_over_from_another_term_once_it_has_begun_there()
    {
        var study = await LateStudyAsync();
        var autumn = await CurrentAsync(study.User);
        await StartAsync(study.User, new { first_monday = NextMonday, name = "spring" });

        var refused = (await study.PlaceItemAsync(2, 1, 1, 1)).ShouldBeRefused(ErrorCodes.Conflict).Json;
        (Text(refused, "rule"), Text(refused, "other"), Text(refused.GetProperty("blocks")[0], "title")).ShouldBe(
            ("other_term", "autumn", "item 3")
        );
        (await study.PlaceTaskAsync(1, 1, 1, 1)).ShouldBeRefused(ErrorCodes.Conflict);
        (await study.PlaceItemAsync(0, 1, 1, 1)).ShouldBe(HttpStatusCode.Created);
        (await study.PlaceTaskAsync(0, 1, 2, 1)).ShouldBe(HttpStatusCode.Created);
        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
        (await study.AllBlocksAsync()).ShouldContain("item 1");
        (await study.AllBlocksAsync()).ShouldNotContain("task 1");

        await SwitchAsync(study.User, autumn);
        (await study.AllBlocksAsync()).ShouldNotContain("item 1");
        (await study.AllBlocksAsync()).ShouldContain("task 2");
    }

    [Fact]
    public async Task A_preview_is_stale_once_another_term_was_current()
    {
        var study = await LateStudyAsync();
        var autumn = await CurrentAsync(study.User);
        var preview = Text((await study.PlanAsync()).Json, "preview_id");
        await StartAsync(study.User, new { first_monday = NextMonday });
        (await study.ApplyAsync(preview)).ShouldBeRefused(ErrorCodes.Conflict);
        await SwitchAsync(study.User, autumn);
        Text((await study.ApplyAsync(preview)).ShouldBeRefused(ErrorCodes.Conflict).Json, "rule").ShouldBe("version");
    }

    [Fact]
    public async Task Of_terms_that_are_started_at_once_one_is_made_on_PostgreSQL()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        app.Clock.SetTo(StartedApp.Now);
        foreach (var mei in new[] { await app.SignUpAsync("mei"), await BeginAsync(await app.SignUpAsync("lin")) })
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => StartAsync(mei, new { first_monday = NextMonday }))
            );
            answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
            answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(3);
            (await mei.GetAsync(Path))
                .Json.GetProperty("items")
                .EnumerateArray()
                .Count(t => t.GetProperty("is_current").GetBoolean())
                .ShouldBe(1);
        }
    }

    /// <summary>
    /// Items 1 and 2 stood on Monday, which is past, and 2 was missed; 3 is still to come, 4 stands nowhere; so with
    /// the tasks.
    /// </summary>
    private async Task<Study> LateStudyAsync()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync(), items: 4, configure: c =>
            c.EndDate = new DateOnly(2027, 1, 17)
        );
        (await study.User.PutAsync($"{Path}/current", new { name = "autumn" })).ShouldBe(HttpStatusCode.OK);
        (await study.PlaceItemAsync(0, 1, 1, 5)).ShouldBe(HttpStatusCode.Created);
        var second = Study.IdOf(await study.PlaceItemAsync(1, 1, 1, 7));
        (await study.PlaceItemAsync(2, 3, 5, 1)).ShouldBe(HttpStatusCode.Created);
        (await study.PlaceTaskAsync(0, 1, 1, 9)).ShouldBe(HttpStatusCode.Created);
        (await study.PlaceTaskAsync(1, 4, 1, 9)).ShouldBe(HttpStatusCode.Created);
        (await study.PatchAsync(second, new { missed = true })).ShouldBe(HttpStatusCode.OK);
        return study;
    }

    private static IEnumerable<int> Planned(Study study, JsonElement plan) =>
        plan.GetProperty("placements")
            .EnumerateArray()
            .Select(p => study.Items.IndexOf(p.GetProperty("item_id").GetInt64()) + 1)
            .Order();

    private static async Task<long> CurrentAsync(TestUser user) => Id((await user.GetAsync($"{Path}/current")).Json);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
