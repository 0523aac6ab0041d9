using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Exchange.OnMondays;

namespace SmartFlow.Tests.Planner.Exchange;

[Collection(nameof(ExchangeCollection))]
public sealed class ExportScheduleTests(StartedApp started)
{
    [Fact]
    public async Task A_term_or_a_week_is_exported_and_its_uids_stay()
    {
        var mei = await started.NewUserAsync();
        await mei.PostAsync("/api/v1/courses", Course("=1+1"), ("Idempotency-Key", "a"));
        var term = (await mei.GetAsync("/api/v1/schedule/export.ics")).ShouldBe(HttpStatusCode.OK).Text;
        term.Split("BEGIN:VEVENT").Length.ShouldBe(4);
        (await mei.GetAsync("/api/v1/schedule/export.ics?scope=term")).Text.ShouldBe(term);
        var week = (await mei.GetAsync("/api/v1/schedule/export.ics?scope=week&week=2")).Text;
        week.Split("BEGIN:VEVENT").Length.ShouldBe(2);
        var uid = week.Split("UID:")[1].Split("\r\n")[0];
        term.ShouldContain(uid);
        (await mei.GetAsync("/api/v1/schedule/export.ics?scope=week")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.GetAsync("/api/v1/schedule/export.ics?scope=week&week=21")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await mei.GetAsync("/api/v1/schedule/export.ics?scope=year")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        var csv = (await mei.GetAsync("/api/v1/courses/export.csv")).ShouldBe(HttpStatusCode.OK);
        csv.Text.ShouldContain("'=1+1,1,1,2,,,1-3\r\n");
    }
}
