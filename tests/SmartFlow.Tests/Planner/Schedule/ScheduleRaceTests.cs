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
        foreach (var lost in answers.Where(a => a.Status != HttpStatusCode.Created)) lost.ShouldBeRefused(ErrorCodes.Conflict);
        (await study.BlocksAsync(2)).Count.ShouldBe(1);

        await TwoBrowsersAsync(study);
    }

    private static async Task TwoBrowsersAsync(Study study)
    {
        var block = Study.IdOf(await study.PlaceItemAsync(0, 2, 4, 1));
        for (var round = 0; round < 5; round++)
        {
            var seen = (await study.WeekAsync(2)).GetProperty("version").GetInt64();
            var answers = await Task.WhenAll(
                study.MoveAsync(block, 3, 4, 1 + round, version: seen), study.MoveAsync(block, 3, 5, 1 + round, version: seen));
            answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
            var lost = answers.Single(a => a.Status != HttpStatusCode.OK).ShouldBeRefused(ErrorCodes.Conflict).Json;
            (lost.GetProperty("rule").GetString(), lost.GetProperty("version").GetInt64()).ShouldBe(("version", seen + 1));
            (await study.BlocksAsync(3)).ShouldHaveSingleItem().ShouldContain(answers[0].Status == HttpStatusCode.OK ? " d4 " : " d5 ");
        }
    }
}
