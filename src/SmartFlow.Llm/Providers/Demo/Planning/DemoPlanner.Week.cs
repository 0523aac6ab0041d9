using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo.Planning;

internal static partial class DemoPlanner
{
    private static DemoMove Schedule(DemoThread thread)
    {
        if (thread.Of("list_plans") is not { } listed)
            return DemoMove.Call("list_plans", []);
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var plans = Objects(listed.Answer, "plans");
        var again = Again().IsMatch(thread.Message);
        var named = DemoNames.Match(plans, p => (string)p["name"]!, thread.Message);
        if (named.Count == 0)
            named =
            [
                .. plans.Where(p =>
                    (string)p["mode"]! == "auto" && (again || (int)p["placed"]! + (int)p["done"]! < (int)p["items"]!)
                ),
            ];
        if (named.Count == 0)
            return DemoMove.Text(
                plans.Count == 0 ? DemoOutcomes.Plans(plans, thread.Chinese)
                : thread.Chinese ? "所有计划都已经排好了。"
                : "All plans have their places already."
            );
        var arguments = new JsonObject
        {
            ["plan_ids"] = new JsonArray([.. named.Take(6).Select(p => Copy(p["plan_id"]))]),
        };
        return DemoMove.Call("run_scheduler", again ? With(arguments, "replan", true) : arguments);
    }

    private static DemoMove NotDone(DemoThread thread)
    {
        var dates = DemoDates.Find(thread.Message, thread.Today);
        var (from, to) =
            dates.Count > 0
                ? (dates[0].From, dates[0].To)
                : (thread.Today.AddDays(-NearDays), thread.Today.AddDays(NearDays));
        if (thread.Of("query_schedule") is null)
            return DemoMove.Call("query_schedule", Dates(from, to));
        var open = Study(thread).Where(b => b["missed"] is null).ToList();
        var named = DemoNames.Match(open, b => (string)b["title"]!, thread.Message);
        if (named.Count > 0 && named.TrueForAll(b => b["passed"] is null))
            return DemoMove.Text(
                thread.Chinese ? $"「{named[0]["title"]}」还没结束。" : $"{named[0]["title"]} is not over yet."
            );
        return Pick(thread, open.Where(b => b["passed"] is not null), b => DemoMove.Call("mark_not_done", Id(b)));
    }

    private static DemoMove Tired(DemoThread thread)
    {
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        if (thread.Of("suggest_rest") is not { } rest)
            return DemoMove.Call("suggest_rest", []);
        return Take(thread, rest)
            ?? DemoMove.Text(
                thread.Chinese
                    ? "接下来 24 小时没有可以让开的学习安排，放心休息吧。"
                    : "Nothing that could give way stands in the next 24 hours: have your rest."
            );
    }

    /// <summary>
    /// The recommended candidate that changes something, else the first that was not proposed yet; null: there is none.
    /// </summary>
    private static DemoMove? Take(DemoThread thread, DemoStep rest)
    {
        if (rest.Answer["suggestion"] is not JsonObject suggestion)
            return null;
        var proposed = thread
            .Steps.Where(s => s.Name == "take_suggestion")
            .Select(s => (string?)s.Arguments["candidate"])
            .ToHashSet();
        var open = Objects(suggestion, "candidates")
            .Where(c => Objects(c, "changes").Count > 0 && !proposed.Contains((string?)c["candidate"]))
            .ToList();
        var next = open.Find(c => (string?)c["candidate"] == (string?)suggestion["recommended"])
            ?? open.FirstOrDefault();
        return next is null
            ? null
            : DemoMove.Call(
                "take_suggestion",
                new JsonObject
                {
                    ["suggestion_id"] = Copy(suggestion["suggestion_id"]),
                    ["candidate"] = Copy(next["candidate"]),
                }
            );
    }

    private static DemoMove Swap(DemoThread thread)
    {
        if (Week(thread) is { } read)
            return read;
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var named = DemoNames
            .Match(Study(thread), b => (string)b["title"]!, thread.Message)
            .DistinctBy(b => (string)b["title"]!)
            .ToList();
        return named.Count == 2
            ? DemoMove.Call("swap_blocks", With(Id(named[0]), "other_block_id", Copy(named[1]["block_id"])))
            : DemoMove.Text(DemoTexts.Which(named.Count > 0 ? named : Study(thread), thread.Chinese));
    }

    private static DemoMove Cancel(DemoThread thread)
    {
        if (Week(thread) is { } read)
            return read;
        var dates = DemoDates.Find(thread.Message, thread.Today);
        var (from, to) =
            dates.Count > 0 ? (dates[0].From, dates[0].To) : (thread.Today, thread.Today.AddDays(SpanDays));
        var lessons = Blocks(thread).Where(b => (string)b["kind"]! == "course" && Between(b, from, to));
        var named = DemoNames.Match(lessons, b => (string)b["title"]!, thread.Message);
        if (named.Count == 0)
            return DemoMove.Text(thread.Chinese ? "那几天没有这门课。" : "That course does not take place then.");
        var arguments = new JsonObject
        {
            ["course_id"] = Copy(named[0]["course_id"]),
            ["date"] = Copy(named[0]["date"]),
        };
        return Try(
            thread,
            "cancel_course",
            dates.Count > 0 && dates[0].Whole ? With(arguments, "whole_week", true) : arguments
        );
    }

    /// <summary>The section that was named; without one the same as now, else the first that is free.</summary>
    private static DemoMove MoveTo(DemoThread thread, JsonObject block, DateOnly to, (int From, int Sections) section)
    {
        var length = (int)block["section_to"]! - (int)block["section_from"]! + 1;
        if (thread.Of("move_block") is { Failed: true } failed)
        {
            if (thread.Of("free_slots") is not { } free)
                return DemoMove.Call("free_slots", With(Dates(to, to), "sections", length));
            return DemoMove.Text(
                $"{DemoTexts.Refused(failed.Answer, thread.Chinese)}\n\n{(thread.Chinese ? "那天的空档：" : "That day:")}\n\n{DemoTexts.Free(free.Answer, thread.Chinese)}"
            );
        }
        var from = section.From;
        if (from == 0)
        {
            if (thread.Of("free_slots") is not { } free)
                return DemoMove.Call("free_slots", With(Dates(to, to), "sections", length));
            var runs = Objects(free.Answer, "days")
                .SelectMany(d => Objects(d, "runs"))
                .Where(r => r["fits"] is not null)
                .ToList();
            if (runs.Count == 0)
                return DemoMove.Text(
                    $"{(thread.Chinese ? "那天放不下：" : "It does not fit on that day:")}\n\n{DemoTexts.Free(free.Answer, thread.Chinese)}"
                );
            var held = (int)block["section_from"]!;
            from = runs.Exists(r => (int)r["section_from"]! <= held && held + length - 1 <= (int)r["section_to"]!)
                ? held
                : (int)runs[0]["section_from"]!;
        }
        return DemoMove.Call("move_block", With(With(Id(block), "date", Iso(to)), "section_from", from));
    }

    private static DemoMove MoveAll(DemoThread thread, string source, DateOnly to)
    {
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var from = DemoDates.Find(source, thread.Today);
        var blocks = Study(thread)
            .Where(b => from.Count > 0 && Between(b, from[0].From, from[0].From) && b["passed"] is null)
            .ToList();
        if (blocks.Count == 0)
            return DemoMove.Text(thread.Chinese ? "那天没有可以移动的安排。" : "There is nothing to move on that day.");
        return DemoMove.Call(
            "move_blocks",
            new JsonObject
            {
                ["moves"] = new JsonArray([
                    .. blocks.Select(b => With(With(Id(b), "date", Iso(to)), "section_from", Copy(b["section_from"]))),
                ]),
            }
        );
    }

    private static DemoMove Place(DemoThread thread)
    {
        if (thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        var (dates, section) = (DemoDates.Find(thread.Message, thread.Today), DemoDates.Section(thread.Message));
        if (dates.Count == 0 || section.From == 0)
            return DemoMove.Text(
                thread.Chinese
                    ? "放在哪一天第几节？例如「把第三章放到周五第3节」。"
                    : "On which day and section? E.g. \"put chapter 3 on Friday section 3\"."
            );
        if (thread.Of("list_plans") is not { } listed)
            return DemoMove.Call("list_plans", []);
        foreach (var plan in Objects(listed.Answer, "plans").Take(6))
            if (
                !thread.Steps.Any(s =>
                    s.Name == "inspect_plan" && (long)s.Arguments["plan_id"]! == (long)plan["plan_id"]!
                )
            )
                return DemoMove.Call("inspect_plan", new JsonObject { ["plan_id"] = Copy(plan["plan_id"]) });
        var to = dates[0].From < thread.Today ? dates[0].From.AddDays(7) : dates[0].From;
        var at = new JsonObject { ["date"] = Iso(to), ["section_from"] = section.From };
        var items = thread
            .Steps.Where(s => s.Name == "inspect_plan")
            .SelectMany(s => Objects(s.Answer, "items"))
            .Where(i => i["block_id"] is null && i["done"] is null);
        if (DemoNames.Match(items, i => (string)i["content"]!, thread.Message) is [var item, ..])
            return DemoMove.Call("place_block", With(at, "item_id", Copy(item["item_id"])));
        if (thread.Of("list_tasks") is not { } tasks)
            return DemoMove.Call("list_tasks", []);
        return
            DemoNames.Match(Objects(tasks.Answer, "tasks"), t => (string)t["title"]!, thread.Message) is [var task, ..]
            ? DemoMove.Call("place_block", With(at, "task_id", Copy(task["task_id"])))
            : DemoMove.Text(thread.Chinese ? "没有找到还没安排的这一项。" : "There is no such item without a place.");
    }

    /// <summary>A change of the one study block that the text means.</summary>
    private static DemoMove OnBlock(DemoThread thread, Func<JsonObject, DemoMove> change, string? source = null)
    {
        if (Week(thread) is { } read)
            return read;
        if (source is null && thread.Last is { Failed: true } failed)
            return DemoMove.Text(DemoTexts.Refused(failed.Answer, thread.Chinese));
        return Pick(thread, Study(thread), change, source);
    }
}
