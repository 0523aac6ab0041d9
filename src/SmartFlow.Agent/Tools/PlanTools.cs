using System.Globalization;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>Study plans: made with their items, changed in what is named, deleted.</summary>
internal sealed class PlanTools(IPlanner planner) : IToolGroup
{
    private const int ItemsMax = 200;
    private const string Dates = "YYYY-MM-DD";
    private static readonly Parameter PlanId = Parameter.Number("plan_id", "From list_plans", required: true);

    private static readonly Parameter[] Rules =
    [
        Parameter.Word("mode", "auto (the scheduler places the items) or manual", "auto", "manual"),
        Parameter.Word("subject", "absent: mixed", "quantitative", "memory", "reading", "mixed"),
        Parameter.Word("difficulty", "absent: medium", "low", "medium", "high"),
        Parameter.Word("intensity", "absent: medium", "low", "medium", "high"),
        Parameter.Word("strategy", "steady spreads the items, rapid is done early", "steady", "rapid"),
        Parameter.Flag("allow_filler_courses", "Study may stand inside courses marked as filler; absent: yes"),
        Parameter.Numbers("excluded_days", "1 (Monday) to 7"),
        Parameter.Numbers("excluded_pairs", "Pair i is sections 2i-1 and 2i, 1 to 6"),
    ];

    private static readonly Parameter[] ItemFields =
    [
        Parameter.Text("content", "What to do, at most 500 characters", required: true),
        Parameter.Number("sections", "1-4; absent: 2"),
        Parameter.Text("deadline", Dates + ", to the end of that day"),
    ];

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "create_plan",
                Kind = ChangeKinds.Plans,
                Description =
                    "Make a study plan with its items in the order in which they are to be done. It is not placed in the week yet: run_scheduler does that.",
                Schema = Schemas.Of([
                    Parameter.Text("name", "1-64 characters", required: true),
                    Parameter.Text("start_date", Dates, required: true),
                    Parameter.Text("end_date", Dates, required: true),
                    Parameter.Objects("items", "In order", true, ItemFields),
                    .. Rules,
                ]),
                ProposeAsync = ProposeCreateAsync,
                ApplyAsync = CreateAsync,
            },
            new Tool
            {
                Name = "update_plan",
                Kind = ChangeKinds.Plans,
                Keyless = true,
                Description = "Change what is named of a study plan: name, dates, rules, items.",
                Schema = Schemas.Of([
                    PlanId,
                    Parameter.Text("name", "1-64 characters"),
                    Parameter.Text("start_date", Dates),
                    Parameter.Text("end_date", Dates),
                    .. Rules,
                    Parameter.Objects("add_items", "After those that are there", false, ItemFields),
                    Parameter.Objects(
                        "edit_items",
                        "Items that change",
                        false,
                        [
                            Parameter.Number("item_id", "From inspect_plan", required: true),
                            .. ItemFields.Select(f => f with { Required = false }),
                        ]
                    ),
                    Parameter.Numbers("remove_item_ids", "From inspect_plan"),
                ]),
                ProposeAsync = ProposeUpdateAsync,
                ApplyAsync = UpdateAsync,
            },
            new Tool
            {
                Name = "delete_plan",
                Kind = ChangeKinds.Plans,
                AlwaysAsks = true,
                Description = "Delete a study plan with its items and their places. It cannot be taken back.",
                Schema = Schemas.Of(PlanId),
                ProposeAsync = ProposeDeleteAsync,
                ApplyAsync = DeleteAsync,
            },
        ];

    private Task<Proposal> ProposeCreateAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (draft, zh) = (Draft(call.Arguments), call.Chinese);
        if (draft.Items.Count == 0)
            throw RefusedException.Field("items", "must be at least one");
        if (string.CompareOrdinal(draft.EndDate, draft.StartDate) < 0)
            throw RefusedException.Field("end_date", "must not be before start_date");
        JsonArray diff =
        [
            Told.Change("name", null, draft.Name),
            Told.Change("dates", null, $"{draft.StartDate} – {draft.EndDate}"),
            .. draft.Items.Select((item, i) => Told.Change($"{i + 1}", null, Item(item, zh))),
        ];
        var sections = draft.Items.Sum(i => i.Sections == 0 ? 2 : i.Sections);
        var summary = zh
            ? $"{draft.Name} · {draft.Items.Count} 项，共 {sections} 节"
            : $"{draft.Name} · {draft.Items.Count} items, {sections} sections";
        return Task.FromResult(new Proposal(zh ? "新建学习计划" : "A new study plan", summary, diff, []));
    }

    private async Task<ToolResult> CreateAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var draft = Draft(call.Arguments);
        var made = await planner.CreateTaskClassAsync(
            new CreateTaskClassRequest
            {
                UserId = call.UserId,
                IdempotencyKey = key,
                Draft = draft,
            },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject
            {
                ["done"] = true,
                ["plan_id"] = made.Id,
                ["name"] = draft.Name,
                ["items"] = draft.Items.Count,
            },
            draft.Name
        );
    }

    private async Task<Proposal> ProposeUpdateAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (plan, a, zh) = (await InspectAsync(call, cancellationToken), call.Arguments, call.Chinese);
        var edit = Edit(call, plan.Summary.Version);
        var items = plan.Items.ToDictionary(i => i.Id);
        JsonArray diff = [];
        Add("name", plan.Summary.Name, a.Text("name"));
        Add("start_date", plan.Summary.StartDate, a.Date("start_date"));
        Add("end_date", plan.Summary.EndDate, a.Date("end_date"));
        Add("mode", plan.Summary.Mode, a.Text("mode"));
        Add("subject", plan.Summary.Subject, a.Text("subject"));
        Add("difficulty", plan.Difficulty, a.Text("difficulty"));
        Add("intensity", plan.Intensity, a.Text("intensity"));
        Add("strategy", plan.Summary.Strategy, a.Text("strategy"));
        Add(
            "allow_filler_courses",
            YesNo(plan.AllowFillerCourses, zh),
            a.Flag("allow_filler_courses") is { } filler ? YesNo(filler, zh) : null
        );
        Add(
            "excluded_days",
            Days(plan.ExcludedDays, zh),
            edit.ExcludedDays is null ? null : Days(edit.ExcludedDays.Values, zh)
        );
        Add(
            "excluded_pairs",
            List(plan.ExcludedPairs),
            edit.ExcludedPairs is null ? null : List(edit.ExcludedPairs.Values)
        );
        foreach (var one in edit.EditedItems)
        {
            var item = items.GetValueOrDefault(one.Id) ?? throw RefusedException.NotFound("item in this plan");
            Add(
                item.Content,
                Item(item.Content, item.Sections, "", zh),
                Item(
                    one.HasContent ? one.Content : item.Content,
                    one.HasSections ? one.Sections : item.Sections,
                    one.Deadline,
                    zh
                )
            );
        }
        foreach (var id in edit.RemovedItems)
            diff.Add(
                Told.Change(
                    (items.GetValueOrDefault(id) ?? throw RefusedException.NotFound("item in this plan")).Content,
                    zh ? "在计划中" : "in the plan",
                    zh ? "删除" : "deleted"
                )
            );
        foreach (var item in edit.AddedItems)
            diff.Add(Told.Change(zh ? "新增" : "new", null, Item(item, zh)));
        if (diff.Count == 0)
            throw Told.NothingChanges();
        return new Proposal(
            zh ? "修改学习计划" : "Change a study plan",
            plan.Summary.Name,
            diff,
            new JsonObject { ["version"] = plan.Summary.Version }
        );

        void Add(string field, string? before, string? after)
        {
            if (!string.IsNullOrEmpty(after) && after != before)
                diff.Add(Told.Change(field, before, after));
        }
    }

    private async Task<ToolResult> UpdateAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var before = await InspectAsync(call, cancellationToken);
        await planner.EditTaskClassAsync(Edit(call, kept["version"]!.GetValue<int>()), cancellationToken);
        return new ToolResult(
            new JsonObject
            {
                ["done"] = true,
                ["plan_id"] = before.Summary.Id,
                ["name"] = before.Summary.Name,
            },
            before.Summary.Name
        );
    }

    private async Task<Proposal> ProposeDeleteAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (plan, zh) = (await InspectAsync(call, cancellationToken), call.Chinese);
        var before = zh
            ? $"{plan.Summary.Items} 项，{plan.Summary.Placed} 项已安排"
            : $"{plan.Summary.Items} items, {plan.Summary.Placed} placed";
        return new Proposal(
            zh ? "删除学习计划" : "Delete a study plan",
            plan.Summary.Name,
            [Told.Change(plan.Summary.Name, before, zh ? "删除，不能恢复" : "deleted for good")],
            new JsonObject { ["name"] = plan.Summary.Name }
        );
    }

    private async Task<ToolResult> DeleteAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await planner.DeleteTaskClassAsync(
                new DeleteTaskClassRequest { UserId = call.UserId, Id = call.Arguments.NeededId("plan_id") },
                cancellationToken
            );
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
        {
            // It was there when it was proposed: whoever deleted it, it is gone, as was wanted.
        }
        var name = kept["name"]!.GetValue<string>();
        return new ToolResult(new JsonObject { ["done"] = true, ["name"] = name }, name);
    }

    private Task<InspectTaskClassResponse> InspectAsync(ToolCall call, CancellationToken cancellationToken) =>
        planner.InspectTaskClassAsync(
            new InspectTaskClassRequest { UserId = call.UserId, Id = call.Arguments.NeededId("plan_id") },
            cancellationToken
        );

    private static TaskClassDraft Draft(Arguments a)
    {
        var draft = new TaskClassDraft
        {
            Name = a.Needed("name"),
            StartDate = a.NeededDate("start_date"),
            EndDate = a.NeededDate("end_date"),
            Mode = a.Text("mode") ?? "",
            Subject = a.Text("subject") ?? "",
            Difficulty = a.Text("difficulty") ?? "",
            Intensity = a.Text("intensity") ?? "",
            Strategy = a.Text("strategy") ?? "",
        };
        if (a.Flag("allow_filler_courses") is { } filler)
            draft.AllowFillerCourses = filler;
        draft.ExcludedDays.Add(a.Numbers("excluded_days", 7));
        draft.ExcludedPairs.Add(a.Numbers("excluded_pairs", 6));
        draft.Items.Add(a.Objects("items", ItemsMax).Select(Item));
        return draft;
    }

    private static EditTaskClassRequest Edit(ToolCall call, int version)
    {
        var a = call.Arguments;
        var edit = new EditTaskClassRequest
        {
            UserId = call.UserId,
            Id = a.NeededId("plan_id"),
            Version = version,
        };
        if (a.Text("name") is { Length: > 0 } name)
            edit.Name = name;
        if (a.Date("start_date") is { } start)
            edit.StartDate = start;
        if (a.Date("end_date") is { } end)
            edit.EndDate = end;
        if (a.Text("mode") is { Length: > 0 } mode)
            edit.Mode = mode;
        if (a.Text("subject") is { Length: > 0 } subject)
            edit.Subject = subject;
        if (a.Text("difficulty") is { Length: > 0 } difficulty)
            edit.Difficulty = difficulty;
        if (a.Text("intensity") is { Length: > 0 } intensity)
            edit.Intensity = intensity;
        if (a.Text("strategy") is { Length: > 0 } strategy)
            edit.Strategy = strategy;
        if (a.Flag("allow_filler_courses") is { } filler)
            edit.AllowFillerCourses = filler;
        if (a.Has("excluded_days"))
            edit.ExcludedDays = new Numbers { Values = { a.Numbers("excluded_days", 7) } };
        if (a.Has("excluded_pairs"))
            edit.ExcludedPairs = new Numbers { Values = { a.Numbers("excluded_pairs", 6) } };
        edit.AddedItems.Add(a.Objects("add_items", ItemsMax).Select(Item));
        edit.RemovedItems.Add(a.Ids("remove_item_ids", ItemsMax));
        foreach (var one in a.Objects("edit_items", ItemsMax))
        {
            var item = new TaskItemEdit { Id = one.NeededId("item_id") };
            if (one.Text("content") is { Length: > 0 } content)
                item.Content = content;
            if (one.Number("sections") is { } sections)
                item.Sections = sections;
            if (one.Has("deadline"))
                item.Deadline = one.Date("deadline") ?? "";
            edit.EditedItems.Add(item);
        }
        return edit;
    }

    private static TaskItemDraft Item(Arguments a) =>
        new()
        {
            Content = a.Needed("content"),
            Sections = a.Number("sections") ?? 0,
            Deadline = a.Date("deadline") ?? "",
        };

    private static string Item(TaskItemDraft item, bool zh) =>
        Item(item.Content, item.Sections == 0 ? 2 : item.Sections, item.Deadline, zh);

    private static string Item(string content, int sections, string deadline, bool zh)
    {
        var due =
            deadline.Length == 0 ? ""
            : zh ? $"，{deadline} 截止"
            : $", due {deadline}";
        return zh ? $"{content}（{sections} 节{due}）" : $"{content} ({sections} sections{due})";
    }

    private static string YesNo(bool yes, bool zh) =>
        (yes, zh) switch
        {
            (true, true) => "是",
            (false, true) => "否",
            (true, false) => "yes",
            _ => "no",
        };

    private static string List(IEnumerable<int> numbers) =>
        string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))) is { Length: > 0 } text
            ? text
            : "–";

    private static string Days(IEnumerable<int> days, bool zh) =>
        string.Join(zh ? "、" : ", ", days.Select(d => Told.Day(d, zh))) is { Length: > 0 } text ? text : "–";
}
