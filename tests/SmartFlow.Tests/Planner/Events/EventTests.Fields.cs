using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Events;

public sealed partial class EventTests
{
    [Fact]
    public async Task A_field_that_is_wrong_is_refused_by_name()
    {
        var mei = await BeginAsync();
        (object Body, string Field)[] cases =
        [
            (
                new
                {
                    title = "",
                    date = "2026-11-26",
                    section_from = 1,
                },
                "title"
            ),
            (
                new
                {
                    title = new string('x', 101),
                    date = "2026-11-26",
                    section_from = 1,
                },
                "title"
            ),
            (new { title = "a", section_from = 1 }, "date"),
            (
                new
                {
                    title = "a",
                    date = "2027-11-26",
                    section_from = 1,
                },
                "date"
            ),
            (new { title = "a", date = "2026-11-26" }, "section_from"),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 13,
                },
                "section_from"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 2,
                    section_to = 1,
                },
                "section_to"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 2,
                    starts = "18:00",
                    ends = "19:00",
                },
                "starts"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "6pm",
                    ends = "19:00",
                },
                "starts"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "12:30",
                    ends = "13:30",
                },
                "starts"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "19:00",
                    ends = "18:00",
                },
                "ends"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "19:00",
                },
                "ends"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    until = "2026-12-20",
                },
                "until"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until = "2026-11-20",
                },
                "until"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until_week = 9,
                },
                "until_week"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until = "2026-12-20",
                    until_week = 2,
                },
                "until"
            ),
        ];
        foreach (var (body, field) in cases)
            (await MakeAsync(mei, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (
            await MakeAsync(
                mei,
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "daily",
                }
            )
        ).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await mei.GetAsync(Events)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }
}
