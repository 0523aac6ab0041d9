using System.Globalization;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>Personal events: what the user does at fixed times besides courses.</summary>
internal sealed class EventTools(IPlanner planner) : IToolGroup
{
    private static readonly string[] Repeats = ["once", "weekly", "biweekly"];

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "list_events",
                Description =
                    "Personal events of the term (clubs, sport, work): their times and the dates on which they take place.",
                Schema = Schemas.Of(),
                RunAsync = ListAsync,
            },
            new Tool
            {
                Name = "create_event",
                Kind = ChangeKinds.Week,
                Description =
                    "A personal event takes sections, once or every week or every other week: nothing is planned there. By sections, or by hours.",
                Schema = Schemas.Of(
                    Parameter.Text("title", "At most 100 characters", required: true),
                    Parameter.Text("date", "The first day, YYYY-MM-DD", required: true),
                    Parameter.Word("repeat", "absent: once", Repeats),
                    Parameter.Text("until", "The last day, YYYY-MM-DD; absent: the end of the term"),
                    Parameter.Number("section_from", "With section_to, or starts and ends instead"),
                    Parameter.Number("section_to", "Inclusive"),
                    Parameter.Text("starts", "HH:MM"),
                    Parameter.Text("ends", "HH:MM"),
                    Parameter.Text("place", "At most 100 characters")
                ),
                ProposeAsync = ProposeAsync,
                ApplyAsync = CreateAsync,
            },
            new Tool
            {
                Name = "delete_event",
                Kind = ChangeKinds.Week,
                Description = "A personal event is deleted, or does not take place on one date.",
                Schema = Schemas.Of(
                    Parameter.Number("event_id", "From list_events or query_schedule", required: true),
                    Parameter.Text("date", "Only this date, YYYY-MM-DD; absent: all of it")
                ),
                ProposeAsync = ProposeDeleteAsync,
                ApplyAsync = DeleteAsync,
            },
        ];

    private async Task<ToolResult> ListAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await planner.ListEventsAsync(new ListEventsRequest { UserId = call.UserId }, cancellationToken);
        return new ToolResult(new JsonObject { ["events"] = new JsonArray([.. found.Events.Select(Json)]) });
    }

    private async Task<Proposal> ProposeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var request = Draft(call);
        request.DryRun = true;
        var (made, zh) = ((await planner.CreateEventAsync(request, cancellationToken)).Event, call.Chinese);
        return new Proposal(
            zh ? "新建个人活动" : "Make a personal event",
            $"{made.Title} · {When(made, zh)}",
            [Told.Change(made.Title, null, When(made, zh))],
            []
        );
    }

    private async Task<ToolResult> CreateAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var made = (await planner.CreateEventAsync(Draft(call), cancellationToken)).Event;
        return new ToolResult(
            new JsonObject
            {
                ["done"] = true,
                ["event"] = Json(made),
                ["when"] = When(made, call.Chinese),
            },
            made.Title
        );
    }

    private async Task<Proposal> ProposeDeleteAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (id, date, zh) = (call.Arguments.NeededId("event_id"), call.Arguments.Date("date"), call.Chinese);
        var found = await planner.ListEventsAsync(new ListEventsRequest { UserId = call.UserId }, cancellationToken);
        var one = found.Events.FirstOrDefault(e => e.Id == id && (date is null || e.Dates.Contains(date)))
            ?? throw RefusedException.NotFound("event");
        return new Proposal(
            date is null
                ? zh
                    ? "删除个人活动"
                    : "Delete a personal event"
                : zh
                    ? "取消一次个人活动"
                    : "Cancel a personal event once",
            one.Title,
            [Told.Change(one.Title, date ?? When(one, zh), zh ? "取消" : "cancelled")],
            new JsonObject { ["title"] = one.Title }
        );
    }

    private async Task<ToolResult> DeleteAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var request = new DeleteEventRequest
        {
            UserId = call.UserId,
            Id = call.Arguments.NeededId("event_id"),
            Date = call.Arguments.Date("date") ?? "",
        };
        try
        {
            await planner.DeleteEventAsync(request, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
        {
            // It was there when it was proposed: this is the repeat of a call that was carried out.
        }
        var title = kept["title"]!.GetValue<string>();
        return new ToolResult(new JsonObject { ["done"] = true, ["title"] = title }, title);
    }

    private static CreateEventRequest Draft(ToolCall call)
    {
        var a = call.Arguments;
        return new CreateEventRequest
        {
            UserId = call.UserId,
            Draft = new EventDraft
            {
                Title = a.Needed("title"),
                Place = a.Text("place") ?? "",
                Date = a.NeededDate("date"),
                Repeat = a.Word("repeat", Repeats) ?? "",
                Until = a.Date("until") ?? "",
                SectionFrom = a.Number("section_from") ?? 0,
                SectionTo = a.Number("section_to") ?? 0,
                Starts = a.Text("starts") ?? "",
                Ends = a.Text("ends") ?? "",
            },
        };
    }

    private static JsonObject Json(EventMessage one)
    {
        var told = new JsonObject
        {
            ["event_id"] = one.Id,
            ["title"] = one.Title,
            ["day"] = one.Day,
            ["starts"] = one.Starts,
            ["ends"] = one.Ends,
            ["dates"] = new JsonArray([.. one.Dates.Select(d => JsonValue.Create(d))]),
        };
        if (one.SectionFrom <= one.SectionTo)
            (told["section_from"], told["section_to"]) = (one.SectionFrom, one.SectionTo);
        if (one.Place.Length > 0)
            told["place"] = one.Place;
        return told;
    }

    private static string When(EventMessage one, bool zh)
    {
        var (first, last) = (Day(one.Dates[0], zh), Day(one.Dates[^1], zh));
        var hours = $"{Told.Day(one.Day, zh)} {one.Starts}–{one.Ends}";
        if (one.Dates.Count == 1)
            return zh ? $"{first} {hours}" : $"{hours}, {first}";
        return zh
            ? $"{hours}，{first} 至 {last}，共 {one.Dates.Count} 次"
            : $"{hours}, {first} to {last}, {one.Dates.Count} times";
    }

    private static string Day(string date, bool zh)
    {
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return zh ? $"{day.Month}月{day.Day}日" : day.ToString("d MMM", CultureInfo.InvariantCulture);
    }
}
