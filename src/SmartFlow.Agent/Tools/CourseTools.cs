using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>A course that does not take place.</summary>
internal sealed class CourseTools(IPlanner planner) : IToolGroup
{
    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "cancel_course",
                Kind = ChangeKinds.Courses,
                Description =
                    "A course does not take place on one date, or in the whole week of that date. Its other weeks stay.",
                Schema = Schemas.Of(
                    Parameter.Number("course_id", "From query_schedule", required: true),
                    Parameter.Text("date", "YYYY-MM-DD", required: true),
                    Parameter.Flag("whole_week", "All its lessons of that week; absent: only those of that date")
                ),
                ProposeAsync = ProposeAsync,
                ApplyAsync = ApplyAsync,
            },
        ];

    private async Task<Proposal> ProposeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (lessons, day, zh) = (await LessonsAsync(call, cancellationToken), 0, call.Chinese);
        if (!(call.Arguments.Flag("whole_week") ?? false))
            day = lessons.Day.Day;
        if (lessons.Blocks.Count == 0)
            throw new RefusedException(ErrorCodes.Conflict, "That course does not take place then.");
        return new Proposal(
            zh ? "停课" : "Cancel a course",
            lessons.Blocks[0].Title,
            new JsonArray([
                .. lessons.Blocks.Select(b => Told.Change(b.Title, Told.Words(b.At, zh), zh ? "停课" : "cancelled")),
            ]),
            new JsonObject { ["week"] = lessons.Day.Week, ["day"] = day },
            Told.Card(lessons.Blocks.Select(b => (b.Title, (SlotMessage?)b.At, (SlotMessage?)null)))
        );
    }

    private async Task<ToolResult> ApplyAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var made = await planner.CancelCourseAsync(
            new CancelCourseRequest
            {
                UserId = call.UserId,
                CourseId = call.Arguments.NeededId("course_id"),
                Week = kept["week"]!.GetValue<int>(),
                Day = kept["day"]!.GetValue<int>(),
            },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject
            {
                ["done"] = true,
                ["title"] = made.Title,
                ["lessons"] = made.Lessons,
            },
            made.Title
        );
    }

    private async Task<(DayMessage Day, List<BlockMessage> Blocks)> LessonsAsync(
        ToolCall call,
        CancellationToken cancellationToken
    )
    {
        var (id, date) = (call.Arguments.NeededId("course_id"), call.Arguments.NeededDate("date"));
        var found = await ReadAsync(date, date);
        var day = found.Days.Count == 1 ? found.Days[0] : throw RefusedException.Field("date", "lies outside the term");
        if (call.Arguments.Flag("whole_week") ?? false)
        {
            var monday = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture).AddDays(1 - day.Day);
            found = await ReadAsync($"{monday:yyyy-MM-dd}", $"{monday.AddDays(6):yyyy-MM-dd}");
        }
        return (day, [.. found.Blocks.Where(b => b.CourseId == id)]);

        Task<GetScheduleResponse> ReadAsync(string from, string to) =>
            planner.GetScheduleAsync(
                new GetScheduleRequest
                {
                    UserId = call.UserId,
                    From = from,
                    To = to,
                },
                cancellationToken
            );
    }
}
