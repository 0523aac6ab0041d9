using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// What stands in the week, what is free, what there is to do, and how it all looks. Nothing is changed.
/// </summary>
internal sealed class ReadingTools(IPlanner planner) : IToolGroup
{
    private const int BlocksMax = 200;
    private const int TasksMax = 50;
    private const int PlansMax = 50;
    private const int ItemsMax = 200;
    private const string Dates = "YYYY-MM-DD";

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "overview",
                Description =
                    "The term, today, this week's blocks, open plans and urgent tasks. Call it first when you know nothing yet.",
                Schema = Schemas.Of(
                    Parameter.Word(
                        "scope",
                        "day: only that date; week (the usual): its week; term: the load of every week",
                        "day",
                        "week",
                        "term"
                    ),
                    Parameter.Text("date", Dates + "; absent: today")
                ),
                RunAsync = OverviewAsync,
            },
            new Tool
            {
                Name = "query_schedule",
                Description =
                    "Blocks (courses, study, tasks, personal events) between two dates, at most 35 days, with the ids that other tools take.",
                Schema = Schemas.Of(
                    Parameter.Text("from", Dates, required: true),
                    Parameter.Text("to", Dates + "; absent: the same day"),
                    Parameter.Text("text", "Only blocks whose title or plan contains it")
                ),
                RunAsync = QueryAsync,
            },
            new Tool
            {
                Name = "free_slots",
                Description =
                    "Day by day which sections are free for study, and for every other section why it is not.",
                Schema = Schemas.Of(
                    Parameter.Text("from", Dates, required: true),
                    Parameter.Text("to", Dates + "; absent: the same day"),
                    Parameter.Number("sections", "How long a slot has to be, 1-4"),
                    Parameter.Number("plan_id", "A study plan whose rules count as well")
                ),
                RunAsync = FreeAsync,
            },
            new Tool
            {
                Name = "list_tasks",
                Description =
                    "Quick tasks: small things to do, with their quadrant (priority_group 1 important and urgent, 2 important, 3 simple, 4 other).",
                Schema = Schemas.Of(Parameter.Flag("completed", "true: only done ones; absent: only open ones")),
                RunAsync = TasksAsync,
            },
            new Tool
            {
                Name = "list_plans",
                Description = "Study plans with their dates and progress.",
                Schema = Schemas.Of(),
                RunAsync = PlansAsync,
            },
            new Tool
            {
                Name = "inspect_plan",
                Description =
                    "A study plan with its rules and its items in order: ids, sections, deadline, where each stands.",
                Schema = Schemas.Of(Parameter.Number("plan_id", "From list_plans", required: true)),
                RunAsync = InspectAsync,
            },
            new Tool
            {
                Name = "analyse",
                Description =
                    "Load, rhythm, switches and feasibility of some dates or of the whole term: metrics, and issues with severity and the next action.",
                Schema = Schemas.Of(
                    Parameter.Text("from", Dates + "; absent: the whole term"),
                    Parameter.Text("to", Dates)
                ),
                RunAsync = AnalyseAsync,
            },
        ];

    private async Task<ToolResult> OverviewAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var scope = call.Arguments.Word("scope", "day", "week", "term") ?? "week";
        var date = call.Arguments.Date("date");
        var day = await ScheduleAsync(call, date, date, cancellationToken);
        var answer = new JsonObject { ["term"] = Told.Term(day.Term), ["section_times"] = Told.Sections(day.Term) };
        if (scope == "term")
        {
            var health = await planner.AnalyseScheduleAsync(
                new AnalyseScheduleRequest { UserId = call.UserId },
                cancellationToken
            );
            answer["weeks"] = Weeks(health);
            answer["issues"] = health.Issues.Count;
        }
        else
        {
            var shown =
                scope == "day" || day.Days.Count == 0 ? day : await WeekOfAsync(call, day.Days[0], cancellationToken);
            answer["days"] = new JsonArray([.. shown.Days.Select(Told.Day)]);
            answer["blocks"] = new JsonArray([.. shown.Blocks.Take(BlocksMax).Select(Told.Block)]);
        }
        answer["plans"] = await PlansOfAsync(call, cancellationToken);
        answer["urgent_tasks"] = await UrgentAsync(call, cancellationToken);
        return new ToolResult(answer);
    }

    private async Task<ToolResult> QueryAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (text, from) = (call.Arguments.Text("text"), call.Arguments.NeededDate("from"));
        var found = await ScheduleAsync(call, from, call.Arguments.Date("to"), cancellationToken);
        var blocks = found.Blocks.Where(b => string.IsNullOrEmpty(text) || Contains(b, text)).ToList();
        var answer = new JsonObject
        {
            ["days"] = new JsonArray([.. found.Days.Select(Told.Day)]),
            ["blocks"] = new JsonArray([.. blocks.Take(BlocksMax).Select(Told.Block)]),
            ["total"] = blocks.Count,
        };
        if (found.Days.Count == 0)
            answer["note"] = $"These dates lie outside the term, {found.Term.FirstMonday} to {found.Term.LastDay}.";
        return new ToolResult(answer);
    }

    private async Task<ToolResult> FreeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var found = await planner.FindFreeSlotsAsync(
            new FindFreeSlotsRequest
            {
                UserId = call.UserId,
                From = arguments.NeededDate("from"),
                To = arguments.Date("to") ?? "",
                Sections = arguments.Number("sections") ?? 1,
                TaskClassId = arguments.Id("plan_id") ?? 0,
            },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject
            {
                ["days"] = new JsonArray([
                    .. found.Days.Select(d =>
                    {
                        var told = Told.Day(d.Day);
                        told["runs"] = new JsonArray([.. d.Runs.Select(Run)]);
                        return told;
                    }),
                ]),
            }
        );
    }

    private async Task<ToolResult> TasksAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await planner.ListQuickTasksAsync(
            new ListQuickTasksRequest
            {
                UserId = call.UserId,
                Completed = call.Arguments.Flag("completed") ?? false,
                Limit = TasksMax,
            },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject { ["tasks"] = new JsonArray([.. found.Items.Select(Told.Task)]), ["total"] = found.Total }
        );
    }

    private async Task<ToolResult> PlansAsync(ToolCall call, CancellationToken cancellationToken) =>
        new(new JsonObject { ["plans"] = await PlansOfAsync(call, cancellationToken) });

    private async Task<ToolResult> InspectAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var plan = await planner.InspectTaskClassAsync(
            new InspectTaskClassRequest { UserId = call.UserId, Id = call.Arguments.NeededId("plan_id") },
            cancellationToken
        );
        var told = Plan(plan.Summary);
        (told["subject"], told["difficulty"], told["intensity"], told["strategy"]) = (
            plan.Summary.Subject,
            plan.Difficulty,
            plan.Intensity,
            plan.Summary.Strategy
        );
        told["allow_filler_courses"] = plan.AllowFillerCourses;
        told["excluded_days"] = new JsonArray([.. plan.ExcludedDays.Select(d => JsonValue.Create(d))]);
        told["excluded_pairs"] = new JsonArray([.. plan.ExcludedPairs.Select(p => JsonValue.Create(p))]);
        told["items"] = new JsonArray([.. plan.Items.Take(ItemsMax).Select(Item)]);
        return new ToolResult(told, plan.Summary.Name);
    }

    private async Task<ToolResult> AnalyseAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await planner.AnalyseScheduleAsync(
            new AnalyseScheduleRequest
            {
                UserId = call.UserId,
                From = call.Arguments.Date("from") ?? "",
                To = call.Arguments.Date("to") ?? "",
            },
            cancellationToken
        );
        var m = found.Metrics;
        var answer = new JsonObject
        {
            ["metrics"] = new JsonObject
            {
                ["course_sections"] = m.CourseSections,
                ["study_sections"] = m.StudySections,
                ["free_sections"] = m.FreeSections,
                ["study_days"] = m.StudyDays,
                ["busiest_date"] = m.BusiestDate,
                ["busiest_sections"] = m.BusiestSections,
                ["morning"] = m.MorningSections,
                ["afternoon"] = m.AfternoonSections,
                ["evening"] = m.EveningSections,
                ["switches"] = m.Switches,
                ["missed_blocks"] = m.MissedBlocks,
                ["conflicts"] = m.Conflicts,
                ["unplaced_items"] = m.UnplacedItems,
                ["unplaced_sections"] = m.UnplacedSections,
            },
            ["weeks"] = Weeks(found),
            ["issues"] = new JsonArray([.. found.Issues.Select(Issue)]),
        };
        return new ToolResult(answer, Card: Health(answer));
    }

    private static JsonObject Health(JsonObject answer) =>
        new()
        {
            ["type"] = "week_health",
            ["metrics"] = answer["metrics"]!.DeepClone(),
            ["issues"] = answer["issues"]!.DeepClone(),
        };

    private Task<GetScheduleResponse> ScheduleAsync(
        ToolCall call,
        string? from,
        string? to,
        CancellationToken cancellationToken
    ) =>
        planner.GetScheduleAsync(
            new GetScheduleRequest
            {
                UserId = call.UserId,
                From = from ?? "",
                To = to ?? "",
            },
            cancellationToken
        );

    private Task<GetScheduleResponse> WeekOfAsync(ToolCall call, DayMessage day, CancellationToken cancellationToken)
    {
        var date = DateOnly.Parse(day.Date, System.Globalization.CultureInfo.InvariantCulture);
        var monday = date.AddDays(1 - day.Day);
        return ScheduleAsync(call, $"{monday:yyyy-MM-dd}", $"{monday.AddDays(6):yyyy-MM-dd}", cancellationToken);
    }

    private async Task<JsonArray> PlansOfAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await planner.ListTaskClassesAsync(
            new ListTaskClassesRequest { UserId = call.UserId, PageSize = PlansMax },
            cancellationToken
        );
        return [.. found.Items.Select(Plan)];
    }

    private async Task<JsonArray> UrgentAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await planner.ListQuickTasksAsync(
            new ListQuickTasksRequest
            {
                UserId = call.UserId,
                Completed = false,
                PriorityGroup = 1,
                Limit = TasksMax,
            },
            cancellationToken
        );
        return [.. found.Items.Select(Told.Task)];
    }

    private static bool Contains(BlockMessage block, string text) =>
        block.Title.Contains(text, StringComparison.OrdinalIgnoreCase)
        || block.TaskClassName.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static JsonObject Plan(TaskClassSummary p) =>
        new()
        {
            ["plan_id"] = p.Id,
            ["name"] = p.Name,
            ["mode"] = p.Mode,
            ["from"] = p.StartDate,
            ["to"] = p.EndDate,
            ["items"] = p.Items,
            ["placed"] = p.Placed,
            ["done"] = p.Done,
            ["sections"] = p.Sections,
        };

    private static JsonObject Item(TaskItemMessage i)
    {
        var told = new JsonObject
        {
            ["item_id"] = i.Id,
            ["content"] = i.Content,
            ["sections"] = i.Sections,
        };
        if (i.DeadlineAt is not null)
            told["deadline_at"] = Told.Time(i.DeadlineAt);
        if (i.DoneAt is not null)
            told["done"] = true;
        if (i.PlacementId > 0)
            (told["block_id"], told["at"]) = (i.PlacementId, Told.Slot(i.At));
        if (i.Locked)
            told["locked"] = true;
        if (i.Missed)
            told["missed"] = true;
        return told;
    }

    private static JsonObject Run(SlotRun r)
    {
        var told = new JsonObject
        {
            ["section_from"] = r.SectionFrom,
            ["section_to"] = r.SectionTo,
            ["time"] = $"{r.Starts}-{r.Ends}",
            ["state"] = r.State,
        };
        if (r.Title.Length > 0)
            told["title"] = r.Title;
        if (r.Fits)
            told["fits"] = true;
        return told;
    }

    private static JsonArray Weeks(AnalyseScheduleResponse found) =>
        [
            .. found.Weeks.Select(w => new JsonObject
            {
                ["week"] = w.Week,
                ["courses"] = w.CourseSections,
                ["study"] = w.StudySections,
                ["free"] = w.FreeSections,
            }),
        ];

    private static JsonObject Issue(ScheduleIssue i)
    {
        var told = new JsonObject
        {
            ["kind"] = i.Kind,
            ["severity"] = i.Severity,
            ["title"] = i.Title,
            ["action"] = i.Action,
        };
        if (i.Date.Length > 0)
            told["date"] = i.Date;
        if (i.Sections > 0)
            told["sections"] = i.Sections;
        if (i.TaskClassId > 0)
            told["plan_id"] = i.TaskClassId;
        if (i.PlacementId > 0)
            told["block_id"] = i.PlacementId;
        if (i.QuickTaskId > 0)
            told["task_id"] = i.QuickTaskId;
        return told;
    }
}
