using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// The scheduler: what it proposes is the preview that the week's page opens, and stays adjustable there until it is
/// allowed.
/// </summary>
internal sealed class SchedulerTool(IPlanner planner) : IToolGroup
{
    private const int PlansMax = 6;
    private const int MissedMax = 100;

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "run_scheduler",
                Kind = ChangeKinds.Scheduler,
                Description =
                    "Let the scheduler place the items of 1 to 6 study plans by their rules. The user sees a preview and may adjust it in the week before allowing it.",
                Schema = Schemas.Of(
                    Parameter.Numbers("plan_ids", "From list_plans", required: true),
                    Parameter.Flag("replan", "Keep what is still possible and move as little as can be"),
                    Parameter.Numbers("missed_item_ids", "Items whose blocks have begun and were not done"),
                    Parameter.Flag(
                        "ignore_hours",
                        "Also in hours in which the user does not study; only where they ask for it now"
                    )
                ),
                ProposeAsync = ProposeAsync,
                ApplyAsync = ApplyAsync,
            },
        ];

    private async Task<Proposal> ProposeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var request = new MakePlanRequest
        {
            UserId = call.UserId,
            Replan = call.Arguments.Flag("replan") ?? false,
            IgnoreHours = call.Arguments.Flag("ignore_hours") ?? false,
        };
        request.TaskClassIds.Add(call.Arguments.Ids("plan_ids", PlansMax));
        request.MissedItemIds.Add(call.Arguments.Ids("missed_item_ids", MissedMax));
        var plan = await planner.MakePlanAsync(request, cancellationToken);
        var zh = call.Chinese;
        if (plan.Changes.Count == 0)
            throw Nothing(plan);
        var nowhere = zh ? "未安排" : "nowhere";
        var diff = plan.Changes.Select(c =>
            Told.Change(c.Title, Told.Words(c.From, zh) ?? nowhere, Told.Words(c.To, zh) ?? nowhere)
        );
        return new Proposal(
            zh ? "排课方案" : "A plan for the week",
            Summary(plan, zh),
            new JsonArray([.. diff]),
            new JsonObject
            {
                ["preview_id"] = plan.PreviewId,
                ["unplaced"] = Unplaced(plan),
                ["changes"] = Changes(plan),
                ["hours"] = Hours(plan),
            },
            Told.Card(plan.Changes.Select(c => (c.Title, (SlotMessage?)c.From, (SlotMessage?)c.To)), plan.PreviewId)
        );
    }

    private async Task<ToolResult> ApplyAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var made = await planner.ApplyPlanAsync(
            new ApplyPlanRequest
            {
                UserId = call.UserId,
                PreviewId = kept["preview_id"]!.GetValue<string>(),
                IdempotencyKey = key,
            },
            cancellationToken
        );
        var answer = new JsonObject
        {
            ["done"] = true,
            ["placed"] = made.Placed,
            ["moved"] = made.Moved,
            ["removed"] = made.Removed,
            ["unplaced"] = kept["unplaced"]!.DeepClone(),
            ["proposed"] = kept["changes"]!.DeepClone(),
        };
        if (kept["hours"] is JsonArray { Count: > 0 } hours)
            answer["keeps_hours"] = hours.DeepClone();
        var summary = call.Chinese
            ? $"排入 {made.Placed} 项，移动 {made.Moved} 项，移出 {made.Removed} 项"
            : $"{made.Placed} placed, {made.Moved} moved, {made.Removed} taken out";
        return new ToolResult(answer, summary);
    }

    private static RefusedException Nothing(MakePlanResponse plan) =>
        new(
            ErrorCodes.Conflict,
            plan.Unplaced.Count == 0
                ? "Nothing would change: everything that can be placed stands already."
                : "None of the items found a place: "
                    + string.Join(
                        ", ",
                        plan.Unplaced.Take(5)
                            .Select(u => $"{u.Title} ({u.Rule}{(u.Because.Length > 0 ? $": {u.Because}" : "")})")
                    )
                    + (
                        plan.Relaxations.Count == 0
                            ? ""
                            : ". What would help: " + string.Join("; ", plan.Relaxations.Take(3).Select(r => r.Text))
                    )
        );

    private static string Summary(MakePlanResponse plan, bool zh)
    {
        var (placed, moved, removed) = (Count(plan, "placed"), Count(plan, "moved"), Count(plan, "removed"));
        var left =
            plan.Unplaced.Count == 0 ? ""
            : zh ? $"，{plan.Unplaced.Count} 项没有位置"
            : $", {plan.Unplaced.Count} without a place";
        var hours = string.Join(zh ? "、" : ", ", plan.Hours.Where(h => h.Forbidden).Select(h => h.Title));
        var kept =
            hours.Length == 0 ? ""
            : zh ? $"（遵守：{hours}）"
            : $" (keeps to: {hours})";
        return zh
            ? $"排入 {placed} 项，移动 {moved} 项，移出 {removed} 项{left}{kept}"
            : $"{placed} placed, {moved} moved, {removed} taken out{left}{kept}";
    }

    private static int Count(MakePlanResponse plan, string change) => plan.Changes.Count(c => c.Change == change);

    private static JsonArray Unplaced(MakePlanResponse plan) =>
        [
            .. plan.Unplaced.Select(u =>
            {
                var told = new JsonObject
                {
                    ["title"] = u.Title,
                    ["rule"] = u.Rule,
                    ["missing_sections"] = u.MissingSections,
                };
                if (u.Because.Length > 0)
                    told["because"] = u.Because;
                return told;
            }),
        ];

    private static JsonArray Hours(MakePlanResponse plan) =>
        [.. plan.Hours.Where(h => h.Forbidden).Select(h => JsonValue.Create(h.Title))];

    private static JsonArray Changes(MakePlanResponse plan) =>
        [
            .. plan.Changes.Select(c => new JsonObject
            {
                ["title"] = c.Title,
                ["change"] = c.Change,
                ["to"] = c.To is null ? null : Told.Slot(c.To),
            }),
        ];
}
