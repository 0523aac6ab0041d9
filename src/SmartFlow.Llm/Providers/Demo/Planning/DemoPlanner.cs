using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>
/// The offline model in the tool loop: what it does next follows from the request and from what the tools have said so
/// far, and from nothing else. It reads before it changes, and asks where more than one thing is meant.
/// </summary>
internal static partial class DemoPlanner
{
    private const int NearDays = 7;
    private const int SpanDays = 34;

    public static DemoMove Next(DemoThread thread)
    {
        var zh = thread.Chinese;
        if (thread.Last is { Comment: { } comment } rejected)
            return Amend(thread, rejected, comment);
        if (thread.Last is { Done: true } done)
            return DemoMove.Text(DemoOutcomes.Done(done, zh));
        return DemoIntents.Of(thread.Message) switch
        {
            DemoIntent.CreatePlan => Create(thread),
            DemoIntent.DeletePlan => OnPlan(thread, "delete_plan", []),
            DemoIntent.UpdatePlan => Update(thread),
            DemoIntent.Schedule => Schedule(thread),
            DemoIntent.NotDone => NotDone(thread),
            DemoIntent.Tired => Tired(thread),
            DemoIntent.Swap => Swap(thread),
            DemoIntent.Unplace => OnBlock(thread, b => DemoMove.Call("unplace_block", Id(b))),
            DemoIntent.Lock => OnBlock(thread, b =>
                DemoMove.Call("lock_block", With(Id(b), "locked", !Unlocks().IsMatch(thread.Message)))
            ),
            DemoIntent.CancelCourse => Cancel(thread),
            DemoIntent.Move => Move(thread),
            DemoIntent.Place => Place(thread),
            DemoIntent.Free => Ask(
                thread,
                "free_slots",
                () => Range(thread, thread.Today, thread.Today),
                a => DemoTexts.Free(a, zh)
            ),
            DemoIntent.Analyse => Ask(
                thread,
                "analyse",
                () =>
                    DemoDates.Find(thread.Message, thread.Today).Count == 0
                        ? []
                        : Range(thread, thread.Today, thread.Today),
                a => DemoTexts.Health(a, zh)
            ),
            DemoIntent.Credit => Ask(
                thread,
                "credit",
                () => new JsonObject { ["period"] = "7d" },
                a => DemoOutcomes.Credit(a, zh)
            ),
            DemoIntent.Plans => Plans(thread),
            DemoIntent.Overview => Overview(thread),
            DemoIntent.CompleteTask => Complete(thread),
            DemoIntent.CreateEvent => Try(thread, "create_event", DemoEvents.Draft(thread.Message, thread.Today, zh)),
            DemoIntent.DeleteEvent => DeleteEvent(thread),
            DemoIntent.Events => Ask(
                thread,
                "list_events",
                () => [],
                a => DemoOutcomes.Events(Objects(a, "events"), zh)
            ),
            _ => DemoMove.Text(
                zh
                    ? "我没看懂要对周历做什么。" + DemoOutcomes.HelpZh
                    : "I did not understand what to do with your week. " + DemoOutcomes.HelpEn
            ),
        };
    }

    /// <summary>One question to one tool.</summary>
    private static DemoMove Ask(
        DemoThread thread,
        string tool,
        Func<JsonObject> arguments,
        Func<JsonObject, string> say
    ) =>
        thread.Of(tool) is not { } step
            ? DemoMove.Call(tool, arguments())
            : DemoMove.Text(step.Failed ? DemoTexts.Refused(step.Answer, thread.Chinese) : say(step.Answer));

    private static DemoMove Overview(DemoThread thread)
    {
        var term = Term().IsMatch(thread.Message);
        var dates = DemoDates.Find(thread.Message, thread.Today);
        return Ask(
            thread,
            "overview",
            () =>
                new JsonObject
                {
                    ["scope"] =
                        term ? "term"
                        : dates.Count > 0 && !dates[0].Whole ? "day"
                        : "week",
                    ["date"] = Iso(dates.Count > 0 ? dates[0].From : thread.Today),
                },
            a => DemoOutcomes.Overview(a, term, thread.Chinese)
        );
    }

    private static DemoMove Plans(DemoThread thread)
    {
        if (thread.Of("list_plans") is not { } listed)
            return DemoMove.Call("list_plans", []);
        var named = DemoNames.Match(Objects(listed.Answer, "plans"), p => (string)p["name"]!, thread.Message);
        if (named.Count != 1)
            return DemoMove.Text(DemoOutcomes.Plans(Objects(listed.Answer, "plans"), thread.Chinese));
        return Ask(
            thread,
            "inspect_plan",
            () => new JsonObject { ["plan_id"] = Copy(named[0]["plan_id"]) },
            a => DemoOutcomes.Plan(a, thread.Chinese)
        );
    }

    private static DemoMove Create(DemoThread thread)
    {
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var draft = DemoDrafts.Plan(thread.Message, thread.Today);
        return draft is not null
            ? DemoMove.Call("create_plan", draft)
            : DemoMove.Text(
                thread.Chinese
                    ? "新计划要有名字和内容，例如：「新建计划「线代复习」，从明天到12月20日：第一章、第二章、第三章」。"
                    : "A new plan needs a name and items, e.g. create a plan \"Linear algebra\" from tomorrow to 20 Dec: chapter 1, chapter 2, chapter 3"
            );
    }

    private static DemoMove Update(DemoThread thread) =>
        DemoDrafts.Edit(thread.Message, thread.Today) is { } edit
            ? OnPlan(thread, "update_plan", edit)
            : DemoMove.Text(
                thread.Chinese
                    ? "要改计划的什么？例如「把线代复习延长到12月20日」「线代复习加一项：第四章」。"
                    : "What should change? E.g. \"extend Linear algebra to 20 Dec\", \"add item to Linear algebra: chapter 4\"."
            );

    /// <summary>A change of the one plan that the text names.</summary>
    private static DemoMove OnPlan(DemoThread thread, string tool, JsonObject arguments)
    {
        if (thread.Of("list_plans") is not { } listed)
            return DemoMove.Call("list_plans", []);
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var plans = Objects(listed.Answer, "plans");
        var named = DemoNames.Match(plans, p => (string)p["name"]!, thread.Message);
        if (named.Count == 1)
            return DemoMove.Call(tool, With(arguments, "plan_id", Copy(named[0]["plan_id"])));
        return DemoMove.Text(
            plans.Count == 0
                ? DemoOutcomes.Plans(plans, thread.Chinese)
                : $"{DemoTexts.Which(thread.Chinese)}\n\n{DemoOutcomes.Plans(plans, thread.Chinese)}"
        );
    }

    private static DemoMove Move(DemoThread thread)
    {
        if (Week(thread) is { } read)
            return read;
        var (source, target) = Split(thread.Message);
        var dates = DemoDates.Find(target, thread.Today);
        if (dates.Count == 0)
            return DemoMove.Text(
                thread.Chinese
                    ? "移到哪一天、第几节？例如「把第三章移到周五第3节」。"
                    : "To which day and section? E.g. \"move chapter 3 to Friday section 3\"."
            );
        var to = dates[^1].From < thread.Today && !dates[^1].Whole ? dates[^1].From.AddDays(7) : dates[^1].From;
        if (All().IsMatch(source))
            return MoveAll(thread, source, to);
        var tasks = thread.Of("list_tasks");
        if (tasks is null && DemoNames.Match(Study(thread), b => (string)b["title"]!, source).Count == 0)
            return DemoMove.Call("list_tasks", []);
        if (
            tasks is not null
            && DemoNames.Match(Objects(tasks.Answer, "tasks"), t => (string)t["title"]!, source) is [var task, ..]
        )
            return Try(
                thread,
                "update_task",
                new JsonObject { ["task_id"] = Copy(task["task_id"]), ["when"] = target }
            );
        return OnBlock(thread, b => MoveTo(thread, b, to, DemoDates.Section(target)), source);
    }

    private static DemoMove Complete(DemoThread thread)
    {
        if (thread.Of("list_tasks") is not { } listed)
            return DemoMove.Call("list_tasks", []);
        var tasks = Objects(listed.Answer, "tasks");
        var named = DemoNames.Match(tasks, t => (string)t["title"]!, thread.Message);
        if (named.Count == 1)
            return Try(thread, "complete_task", new JsonObject { ["task_id"] = Copy(named[0]["task_id"]) });
        return DemoMove.Text(thread.Chinese ? "没有找到这个任务。" : "There is no such task.");
    }

    /// <summary>All of it, or the one date that the text names.</summary>
    private static DemoMove DeleteEvent(DemoThread thread)
    {
        if (thread.Of("list_events") is not { } listed)
            return DemoMove.Call("list_events", []);
        var events = Objects(listed.Answer, "events");
        var named = DemoNames.Match(events, e => (string)e["title"]!, thread.Message);
        if (named.Count != 1)
            return DemoMove.Text(DemoOutcomes.Events(events, thread.Chinese));
        var arguments = new JsonObject { ["event_id"] = Copy(named[0]["event_id"]) };
        var dates = DemoDates.Find(thread.Message, thread.Today);
        return Try(
            thread,
            "delete_event",
            dates.Count > 0
                ? With(arguments, "date", Iso(dates[0].From < thread.Today ? dates[0].From.AddDays(7) : dates[0].From))
                : arguments
        );
    }

    /// <summary>
    /// By name, then by a day that the text names beside it, then by what the user answered; else asked.
    /// </summary>
    private static DemoMove Pick(
        DemoThread thread,
        IEnumerable<JsonObject> candidates,
        Func<JsonObject, DemoMove> change,
        string? source = null
    )
    {
        if (source is null && thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var (all, text) = (candidates.ToList(), source ?? thread.Message);
        if (all.Count == 0)
            return DemoMove.Text(thread.Chinese ? "周历里没有这样的安排。" : "There is nothing like that in the week.");
        var named = DemoNames.Match(all, b => (string)b["title"]!, text);
        if (named.Count == 0)
            named = all;
        if (
            named.Count > 1
            && DemoDates.Find(text, thread.Today) is [var day, ..]
            && named.Where(b => Between(b, day.From, day.To)).ToList() is { Count: > 0 } then
        )
            named = then;
        if (
            named.Count > 1
            && thread.Reply is { } reply
            && Chosen(reply) is var chosen
            && chosen > 0
            && chosen <= named.Count
        )
            named = [named[chosen - 1]];
        return named.Count == 1 ? change(named[0]) : DemoMove.Text(DemoTexts.Which(named.Take(9), thread.Chinese));
    }

    /// <summary>A no with a wish: the same change with what the comment names instead.</summary>
    private static DemoMove Amend(DemoThread thread, DemoStep rejected, string comment)
    {
        var (arguments, dates, section) = (
            rejected.Arguments.DeepClone().AsObject(),
            DemoDates.Find(comment, thread.Today),
            DemoDates.Section(comment)
        );
        if (rejected.Name is "move_block" or "place_block" && (dates.Count > 0 || section.From > 0))
        {
            if (dates.Count > 0)
                arguments["date"] = Iso(dates[^1].From < thread.Today ? dates[^1].From.AddDays(7) : dates[^1].From);
            if (section.From > 0)
                arguments["section_from"] = section.From;
            return DemoMove.Call(rejected.Name, arguments);
        }
        if (
            rejected.Name == "take_suggestion"
            && thread.Of("suggest_rest") is { } rest
            && Take(thread, rest) is { } other
        )
            return other;
        if (rejected.Name == "create_plan")
        {
            if (dates.Count > 0)
                arguments["end_date"] = Iso(dates[^1].To);
            if (DemoDrafts.ExcludedDays(comment) is { Count: > 0 } days)
                arguments["excluded_days"] = days;
            if (!JsonNode.DeepEquals(arguments, rejected.Arguments))
                return DemoMove.Call(rejected.Name, arguments);
        }
        return DemoMove.Text(
            thread.Chinese
                ? "好的，没有改动。我是离线模型，听不懂这个意见；可以换个说法再说一次，或者在周历里直接调整。"
                : "All right, nothing was changed. I am the offline model and do not understand that wish; say it another way, or adjust it in the week."
        );
    }

    /// <summary>Calls once; what was refused is said.</summary>
    private static DemoMove Try(DemoThread thread, string tool, JsonObject arguments) =>
        thread.Of(tool) is { Failed: true } failed
            ? DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese))
            : DemoMove.Call(tool, arguments);

    /// <summary>Null: the weeks around today have been read.</summary>
    private static DemoMove? Week(DemoThread thread)
    {
        var monday = thread.Today.AddDays(-((int)thread.Today.DayOfWeek + 6) % 7);
        return thread.Of("query_schedule") is null
            ? DemoMove.Call("query_schedule", Dates(monday, monday.AddDays(SpanDays)))
            : null;
    }

    private static List<JsonObject> Blocks(DemoThread thread) => Objects(thread.Of("query_schedule")!.Answer, "blocks");

    private static IEnumerable<JsonObject> Study(DemoThread thread) =>
        Blocks(thread).Where(b => (string)b["kind"]! is "item" or "task");

    /// <summary>What moves, and where to.</summary>
    private static (string Source, string Target) Split(string message) =>
        To().Match(message) is { Success: true } to ? (message[..to.Index], message[to.Index..]) : (message, message);

    private static JsonObject Range(DemoThread thread, DateOnly from, DateOnly to)
    {
        var dates = DemoDates.Find(thread.Message, thread.Today);
        if (dates.Count > 0)
            (from, to) = (dates[0].From, dates.Max(d => d.To));
        if (to < from)
            to = from;
        return Dates(from, to.DayNumber - from.DayNumber > SpanDays ? from.AddDays(SpanDays) : to);
    }

    private static JsonObject Dates(DateOnly from, DateOnly to) => new() { ["from"] = Iso(from), ["to"] = Iso(to) };

    private static bool Between(JsonObject block, DateOnly from, DateOnly to) =>
        string.CompareOrdinal((string)block["date"]!, Iso(from)) >= 0
        && string.CompareOrdinal((string)block["date"]!, Iso(to)) <= 0;

    /// <summary>The number of what an answer picks from a list; 0: it does not say.</summary>
    private static int Chosen(string reply)
    {
        if (Ordinal().Match(reply) is not { Success: true } match)
            return 0;
        var word = match.Groups.Values.Skip(1).First(g => g.Success).Value.ToLowerInvariant();
        var index = Array.FindIndex(Ordinals, o => o.Contains(word));
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : index + 1;
    }

    private static readonly string[][] Ordinals =
    [
        ["一", "first"],
        ["二", "second"],
        ["三", "third"],
        ["四", "fourth"],
        ["五", "fifth"],
        ["六"],
        ["七"],
        ["八"],
        ["九"],
    ];

    internal static List<JsonObject> Objects(JsonObject of, string name) =>
        [.. (of[name] as JsonArray ?? []).OfType<JsonObject>()];

    private static JsonObject Id(JsonObject block) => new() { ["block_id"] = Copy(block["block_id"]) };

    private static JsonObject With(JsonObject of, string name, JsonNode? value)
    {
        of[name] = value;
        return of;
    }

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    internal static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"解锁|\bunlock\b", Options)]
    private static partial Regex Unlocks();

    [GeneratedRegex(@"学期|\bterm\b|\bsemester\b", Options)]
    private static partial Regex Term();

    [GeneratedRegex(@"重新|重排|\bre-?(schedule|plan)\b|\bagain\b", Options)]
    private static partial Regex Again();

    [GeneratedRegex(@"都|全部|所有|\b(everything|all)\b", Options)]
    private static partial Regex All();

    [GeneratedRegex(@"(移|挪|改|调|推迟|提前|延后)?(到|至|成)(?!底)|\bto\b", Options)]
    private static partial Regex To();

    [GeneratedRegex(
        @"第?([一二三四五六七八九]|\d)\s*个|\b(?:the\s+)?(first|second|third|fourth|fifth)\b|^\W*(?:number\s+)?(\d)\W*$",
        Options
    )]
    private static partial Regex Ordinal();
}
