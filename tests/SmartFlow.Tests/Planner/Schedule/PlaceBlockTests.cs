using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class PlaceBlockTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_refusal_names_the_rule_and_what_stands_there_and_changes_nothing()
    {
        var study = await BeginAsync();
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var version = (await study.WeekAsync(1)).GetProperty("version").GetInt64();
        await RefusedAsync(study.PlaceItemAsync(1, 1, 4, 2), "overlap", "item 1");
        await RefusedAsync(study.PlaceItemAsync(1, 2, 1, 4), "overlap", "Analysis");
        await RefusedAsync(study.PlaceItemAsync(1, 2, 2, 4), "crosses_filler", "Ideology");
        await RefusedAsync(study.PlaceItemAsync(1, 1, 3, 11), "order", "item 1");
        await RefusedAsync(study.PlaceItemAsync(0, 1, 5, 1), "placed", "item 1");
        var filler = Study.IdOf(await study.PlaceTaskAsync(0, 2, 2, 1));
        await RefusedAsync(study.PlaceItemAsync(1, 2, 2, 3), "filler_taken", "task 1");
        await study.UnplaceAsync(filler);
        await RefusedAsync(
            study.PostAsync(
                "embed",
                new
                {
                    item_id = study.Items[1],
                    arrangement_id = study.Lecture,
                    week = 2,
                }
            ),
            "overlap",
            "Analysis"
        );
        (await study.PlaceItemAsync(1, 5, 1, 1)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PlaceItemAsync(1, 1, 1, 12)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await study.PostAsync(
                "placements",
                new
                {
                    week = 1,
                    day = 1,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await study.PostAsync(
                "placements",
                new
                {
                    item_id = study.Items[1],
                    week = 1,
                    day = 5,
                    section_from = 1,
                    sections = 5,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PostAsync("swap", new { a = one, b = one })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.PostAsync("moves", new { moves = Array.Empty<object>() })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (
            await study.PostAsync(
                "embed",
                new
                {
                    item_id = study.Items[1],
                    arrangement_id = 999_999,
                    week = 2,
                }
            )
        ).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.WeekAsync(1)).GetProperty("version").GetInt64().ShouldBe(version + 2);

        static async Task RefusedAsync(Task<Answer> answer, string rule, string block)
        {
            var json = (await answer).ShouldBeRefused(ErrorCodes.Conflict).Json;
            json.GetProperty("rule").GetString().ShouldBe(rule);
            json.GetProperty("blocks")[0].GetProperty("title").GetString().ShouldBe(block);
        }
    }

    [Fact]
    public async Task A_hand_may_do_what_a_plan_would_not_and_is_told()
    {
        var study = await BeginAsync(c =>
            (c.ExcludedDays, c.ExcludedPairs, c.EndDate) = (0b1000000, 0b100000, new DateOnly(2026, 12, 3))
        );
        var warnings = (await study.PlaceItemAsync(0, 1, 2, 1))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("warnings");
        warnings.EnumerateArray().Select(w => w.GetProperty("rule").GetString()).ShouldBe(["past"]);
        warnings = (await study.PlaceItemAsync(1, 2, 7, 11)).Json.GetProperty("warnings");
        warnings
            .EnumerateArray()
            .Select(w => w.GetProperty("rule").GetString())
            .ShouldBe(["outside_dates", "excluded_day", "excluded_pair"]);
    }

    [Fact]
    public async Task A_placement_is_made_once_per_key()
    {
        var study = await BeginAsync();
        object body = new
        {
            item_id = study.Items[0],
            week = 1,
            day = 4,
            section_from = 1,
        };
        (await study.User.PostAsync("/api/v1/schedule/placements", body)).ShouldBeRefused(
            ErrorCodes.IdempotencyKeyRequired
        );
        var first = await study.User.PostAsync("/api/v1/schedule/placements", body, ("Idempotency-Key", "p"));
        var again = await study.User.PostAsync("/api/v1/schedule/placements", body, ("Idempotency-Key", "p"));
        Study.IdOf(again).ShouldBe(Study.IdOf(first));
    }
}
