using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed class ScheduleRaceTests(PostgresServer postgres)
{
    private const int Rivals = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_blocks_for_one_slot_exactly_one_gets_it(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        app.Clock.SetTo(StartedApp.Now);
        var study = await Study.BeginAsync(await app.SignUpAsync(), tasks: Rivals);
        var answers = await Task.WhenAll(Enumerable.Range(0, Rivals).Select(n => study.PlaceTaskAsync(n, 2, 3, 1)));
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        foreach (var lost in answers.Where(a => a.Status != HttpStatusCode.Created))
            lost.ShouldBeRefused(ErrorCodes.Conflict);
        (await study.BlocksAsync(2)).Count.ShouldBe(1);

        await TwoBrowsersAsync(study);
        await AppliesAsync(study);
        await ApplyAndMoveAsync(study);
    }

    private static async Task AppliesAsync(Study study)
    {
        var preview = await PreviewAsync(study);
        var rivals = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => study.ApplyAsync(preview)));
        rivals.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        foreach (var lost in rivals.Where(a => a.Status != HttpStatusCode.OK))
            lost.ShouldBeRefused(ErrorCodes.Conflict);
        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);

        preview = await PreviewAsync(study);
        var repeats = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => study.ApplyAsync(preview, "same")));
        repeats.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code).ShouldBeSubsetOf(["in_flight"]);
        repeats.Where(a => a.Status == HttpStatusCode.OK).Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK).Json.GetProperty("kind").GetString().ShouldBe("plan");
    }

    private static async Task ApplyAndMoveAsync(Study study)
    {
        for (var round = 0; round < 4; round++)
        {
            var plan = (await study.PlanAsync(new { seed = round })).ShouldBe(HttpStatusCode.OK).Json;
            var wanted = plan.GetProperty("placements")[0];
            var apply = study.ApplyAsync(plan.GetProperty("preview_id").GetString()!);
            var place = study.PlaceTaskAsync(
                40 + round,
                wanted.GetProperty("week").GetInt32(),
                wanted.GetProperty("day").GetInt32(),
                wanted.GetProperty("section_from").GetInt32()
            );
            var (applied, placed) = (await apply, await place);
            (applied.Status == HttpStatusCode.OK).ShouldBe(
                placed.Status != HttpStatusCode.Created,
                applied.Text + placed.Text
            );
            await study.CheckAsync();
            (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task<string> PreviewAsync(Study study) =>
        (await study.PlanAsync()).ShouldBe(HttpStatusCode.OK).Json.GetProperty("preview_id").GetString()!;

    private static async Task TwoBrowsersAsync(Study study)
    {
        var block = Study.IdOf(await study.PlaceItemAsync(0, 2, 4, 1));
        for (var round = 0; round < 5; round++)
        {
            var seen = (await study.WeekAsync(2)).GetProperty("version").GetInt64();
            var answers = await Task.WhenAll(
                study.MoveAsync(block, 3, 4, 1 + round, version: seen),
                study.MoveAsync(block, 3, 5, 1 + round, version: seen)
            );
            answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
            var lost = answers.Single(a => a.Status != HttpStatusCode.OK).ShouldBeRefused(ErrorCodes.Conflict).Json;
            (lost.GetProperty("rule").GetString(), lost.GetProperty("version").GetInt64()).ShouldBe(
                ("version", seen + 1)
            );
            (await study.BlocksAsync(3))
                .ShouldHaveSingleItem()
                .ShouldContain(answers[0].Status == HttpStatusCode.OK ? " d4 " : " d5 ");
        }
    }
}
