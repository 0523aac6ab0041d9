using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Tools;

/// <summary>What stands in a week, in JSON for a model and in words for a person.</summary>
internal static class Told
{
    private static readonly string[] DaysZh = ["", "周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    private static readonly string[] DaysEn = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>What is empty is left out: a model pays for every word.</summary>
    public static JsonObject Block(BlockMessage b)
    {
        var told = new JsonObject { ["kind"] = b.Kind, ["title"] = b.Title };
        if (b.Kind == "course")
            told["course_id"] = b.CourseId;
        else if (b.Kind == "event")
            (told["event_id"], told["time"]) = (b.EventId, b.Time);
        else
            told["block_id"] = b.Id;
        Slot(told, b.At);
        if (b.TaskClassId > 0)
            (told["plan_id"], told["plan"]) = (b.TaskClassId, b.TaskClassName);
        if (b.ItemId > 0)
            told["item_id"] = b.ItemId;
        if (b.QuickTaskId > 0)
            told["task_id"] = b.QuickTaskId;
        if (b.Place.Length > 0)
            told["place"] = b.Place;
        Mark(told, "study_fits_inside", b.Embeddable);
        Mark(told, "inside_course", b.EmbeddedIn > 0);
        Mark(told, "locked", b.Locked);
        Mark(told, "passed", b.Passed);
        Mark(told, "missed", b.Missed);
        Mark(told, "conflict", b.Conflict);
        if (b.DeadlineAt is not null)
            told["deadline_at"] = Time(b.DeadlineAt);
        return told;
    }

    public static JsonObject Slot(SlotMessage at) => Slot([], at);

    public static JsonObject Term(TermMessage term) =>
        new()
        {
            ["name"] = term.Name,
            ["from"] = term.FirstMonday,
            ["to"] = term.LastDay,
            ["weeks"] = term.Weeks,
            ["today"] = term.Today,
            ["current_week"] = term.CurrentWeek == 0 ? null : term.CurrentWeek,
            ["time_zone"] = term.TimeZone,
        };

    public static JsonArray Sections(TermMessage term) =>
        [.. term.SectionTimes.Select((t, i) => (JsonNode)$"{i + 1}: {t.Starts}-{t.Ends}")];

    public static JsonObject Day(DayMessage day)
    {
        var told = new JsonObject
        {
            ["date"] = day.Date,
            ["week"] = day.Week,
            ["day"] = day.Day,
        };
        if (day.Off)
            told["day_off"] = day.OffName.Length > 0 ? day.OffName : "holiday";
        if (day.Follows.Length > 0)
            told["runs_courses_of"] = day.Follows;
        return told;
    }

    public static JsonObject Task(QuickTaskMessage task)
    {
        var told = new JsonObject
        {
            ["task_id"] = task.Id,
            ["title"] = task.Title,
            ["priority_group"] = task.PriorityGroup,
            ["sections"] = task.EstimatedSections,
        };
        if (task.DeadlineAt is not null)
            told["deadline_at"] = Time(task.DeadlineAt);
        if (task.Repeat is { } repeat)
            told["repeats"] = Turns.RepeatWords.Of(repeat, zh: false);
        Mark(told, "completed", task.CompletedAt is not null);
        return told;
    }

    public static JsonNode? Time(Timestamp? time) =>
        time is null ? null : JsonSerializer.SerializeToNode(time.ToDateTimeOffset(), WebJson.Options);

    /// <summary>
    /// A refusal for the model, with the rule and what is in the way; nothing of it is an error of the conversation.
    /// </summary>
    public static JsonObject Refusal(RefusedException e)
    {
        var told = new JsonObject { ["error"] = e.Code.Code, ["detail"] = e.Message };
        foreach (var name in (string[])["rule", "blocks", "conflicts"])
            if (e.Extensions?.GetValueOrDefault(name) is { } value)
                told[name] = JsonSerializer.SerializeToNode(value, WebJson.Options);
        return told;
    }

    public static RefusedException NothingChanges() =>
        new(ErrorCodes.Conflict, "Nothing would change: it is so already.");

    /// <summary>As a person reads it.</summary>
    public static string? Words(SlotMessage? at, bool zh)
    {
        if (at is null)
            return null;
        var date = DateOnly.ParseExact(at.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var sections = at.SectionFrom == at.SectionTo ? $"{at.SectionFrom}" : $"{at.SectionFrom}–{at.SectionTo}";
        return zh
            ? $"{date.Month}月{date.Day}日 {DaysZh[at.Day]} 第{sections}节"
            : string.Create(CultureInfo.InvariantCulture, $"{DaysEn[at.Day]} {date:d MMM}, sections {sections}");
    }

    public static string Day(int day, bool zh) => (zh ? DaysZh : DaysEn)[day is >= 1 and <= 7 ? day : 0];

    public static JsonObject Change(string field, JsonNode? before, JsonNode? after) =>
        new()
        {
            ["field"] = field,
            ["before"] = before,
            ["after"] = after,
        };

    /// <summary>The picture of a change: what stood where, and what will.</summary>
    public static JsonObject Card(
        IEnumerable<(string Title, SlotMessage? Before, SlotMessage? After)> changes,
        string? previewId = null
    )
    {
        var card = new JsonObject
        {
            ["type"] = "week_changes",
            ["changes"] = new JsonArray([
                .. changes.Select(c => new JsonObject
                {
                    ["title"] = c.Title,
                    ["before"] = c.Before is null ? null : Slot(c.Before),
                    ["after"] = c.After is null ? null : Slot(c.After),
                }),
            ]),
        };
        if (previewId is not null)
            card["preview_id"] = previewId;
        return card;
    }

    private static JsonObject Slot(JsonObject told, SlotMessage at)
    {
        (told["date"], told["week"], told["day"]) = (at.Date, at.Week, at.Day);
        // An event between two sections has none.
        if (at.SectionFrom <= at.SectionTo)
            (told["section_from"], told["section_to"]) = (at.SectionFrom, at.SectionTo);
        return told;
    }

    private static void Mark(JsonObject told, string name, bool holds)
    {
        if (holds)
            told[name] = true;
    }
}
