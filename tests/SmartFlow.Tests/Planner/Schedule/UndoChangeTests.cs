using System.Net;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class UndoChangeTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task An_undo_is_of_the_change_that_it_names_and_what_was_undone_is_made_again()
    {
        var study = await BeginAsync();
        var first = ChangeOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var second = ChangeOf(await study.PlaceTaskAsync(0, 1, 5, 1));
        var blocks = await study.BlocksAsync(1);
        await RefusedAsync("undo", first, "not_the_last");
        await RefusedAsync("redo", null, "nothing_to_redo");
        await StepAsync("undo", second, second);
        await RefusedAsync("undo", second, "not_the_last");
        await StepAsync("undo", null, first);
        (await study.BlocksAsync(1)).ShouldBeEmpty();
        await RefusedAsync("undo", null, "nothing_to_undo");
        await RefusedAsync("redo", second, "not_the_last");
        await StepAsync("redo", null, first);
        await StepAsync("redo", second, second);
        (await study.BlocksAsync(1)).ShouldBe(blocks);
        await RefusedAsync("redo", null, "nothing_to_redo");

        await StepAsync("undo", null, second);
        var changes = (await study.User.GetAsync("/api/v1/schedule/changes")).ShouldBe(HttpStatusCode.OK).Json;
        changes
            .GetProperty("items")
            .EnumerateArray()
            .Select(c => c.GetProperty("change_id").GetInt64())
            .ShouldBe([second, first]);
        changes.GetProperty("items")[0].GetProperty("blocks")[0].GetProperty("title").GetString().ShouldBe("task 1");
        (changes.GetProperty("undo_id").GetInt64(), changes.GetProperty("redo_id").GetInt64()).ShouldBe(
            (first, second)
        );
        var third = ChangeOf(await study.PlaceItemAsync(1, 1, 5, 3));
        await RefusedAsync("redo", null, "nothing_to_redo");
        var tom = await BeginAsync();
        (await tom.User.PostAsync("/api/v1/schedule/undo", new { change_id = third })).ShouldBeRefused(
            ErrorCodes.Conflict
        );
        (await tom.User.GetAsync("/api/v1/schedule/changes")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        static long ChangeOf(Answer answer) =>
            answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("change_id").GetInt64();

        async Task StepAsync(string way, long? named, long done) =>
            (await study.User.PostAsync("/api/v1/schedule/" + way, new { change_id = named }))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("change_id")
                .GetInt64()
                .ShouldBe(done);

        async Task RefusedAsync(string way, long? named, string rule) =>
            (await study.User.PostAsync("/api/v1/schedule/" + way, new { change_id = named }))
                .ShouldBeRefused(ErrorCodes.Conflict)
                .Json.GetProperty("rule")
                .GetString()
                .ShouldBe(rule);
    }

    [Fact]
    public async Task An_undo_that_no_longer_fits_is_refused_by_what_stands_there()
    {
        var study = await BeginAsync();
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        await study.MoveAsync(one, 1, 4, 5);
        await study.WriteAsync(async db =>
        {
            var lecture = await db.Arrangements.SingleAsync(a => a.Id == study.Lecture);
            (lecture.Day, lecture.SectionFrom, lecture.SectionTo) = (4, 1, 2);
        });
        var refused = (await study.UndoAsync()).ShouldBeRefused(ErrorCodes.Conflict).Json;
        refused.GetProperty("blocks")[0].GetProperty("title").GetString().ShouldBe("Analysis");
        (await study.MoveAsync(one, 1, 4, 7)).ShouldBe(HttpStatusCode.OK);
        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
    }
}
