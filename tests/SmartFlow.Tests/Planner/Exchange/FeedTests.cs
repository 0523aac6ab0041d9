using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Exchange.OnMondays;

namespace SmartFlow.Tests.Planner.Exchange;

[Collection(nameof(ExchangeCollection))]
public sealed class FeedTests(StartedApp started)
{
    private const string Feed = "/api/v1/schedule/feed";

    [Fact]
    public async Task A_feed_is_read_by_its_secret_until_another_one_takes_its_place()
    {
        var mei = await started.NewUserAsync();
        var anonymous = started.App.Anonymous;
        (await mei.GetAsync(Feed)).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        (await anonymous.FetchAsync(Feed)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        var path = (await mei.PostAsync(Feed, new { alarm_minutes = 15 }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("path")
            .GetString()!;

        var first = (await anonymous.FetchAsync(path)).ShouldBe(HttpStatusCode.OK);
        first.Header("Content-Type").ShouldBe("text/calendar; charset=utf-8");
        first.Text.ShouldStartWith("BEGIN:VCALENDAR\r\n");
        first.Text.ShouldNotContain("VEVENT");
        var tag = first.Header("ETag")!;
        (await anonymous.FetchAsync(path, ("If-None-Match", tag))).ShouldBe(HttpStatusCode.NotModified);

        await mei.PostAsync("/api/v1/courses", Course("高等数学"), ("Idempotency-Key", "a"));
        var second = (await anonymous.FetchAsync(path, ("If-None-Match", tag))).ShouldBe(HttpStatusCode.OK);
        second.Text.ShouldContain("SUMMARY:高等数学\r\n");
        second.Text.ShouldContain("TRIGGER:-PT15M\r\n");
        second.Text.ShouldContain("BEGIN:VTIMEZONE\r\n");

        var renewed = (await mei.PostAsync(Feed, new { })).Json.GetProperty("path").GetString()!;
        (await anonymous.FetchAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await anonymous.FetchAsync(renewed)).ShouldBe(HttpStatusCode.OK);
        (await mei.DeleteAsync(Feed)).ShouldBe(HttpStatusCode.NoContent);
        (await anonymous.FetchAsync(renewed)).ShouldBeRefused(ErrorCodes.NotFound);
        foreach (var wrong in (string[])["", "?token=", "?token=wrong", "?token=" + new string('x', 5_000)])
            (await anonymous.FetchAsync("/api/v1/schedule/feed.ics" + wrong)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.PostAsync(Feed, new { alarm_minutes = 2_000 })).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }
}
