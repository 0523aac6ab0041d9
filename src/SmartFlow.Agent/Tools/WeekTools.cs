using System.Text.Json.Nodes;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// Changes of the week, all through <see cref="IPlanner.ChangeScheduleAsync"/>: proposed by a dry run, made with the
/// version that it was decided on, so that what a person allowed is what happens.
/// </summary>
internal sealed class WeekTools(IPlanner planner) : IToolGroup
{
    private const int MovesMax = 50;
    private const string Dates = "YYYY-MM-DD";
    private static readonly Parameter Block = Parameter.Number("block_id", "From query_schedule", required: true);
    private static readonly Parameter Reorder = Parameter.Flag(
        "allow_reorder",
        "Items of a plan may pass each other; only when the user wants that"
    );

    public IEnumerable<Tool> Tools =>
        [
            Of(
                "place_block",
                "Give an item of a plan or a quick task that stands nowhere its place.",
                "安排到周历",
                "Place in the week",
                a =>
                    [
                        new BlockWish
                        {
                            ItemId = a.Id("item_id") ?? 0,
                            QuickTaskId = a.Id("task_id") ?? 0,
                            Date = a.NeededDate("date"),
                            SectionFrom = a.NeededNumber("section_from"),
                            Sections = a.Number("sections") ?? 0,
                        },
                    ],
                Parameter.Number("item_id", "Either this or task_id"),
                Parameter.Number("task_id", "Either this or item_id"),
                Parameter.Text("date", Dates, required: true),
                Parameter.Number("section_from", "From 1", required: true),
                Parameter.Number("sections", "1-4; absent: what it needs"),
                Reorder
            ),
            Of(
                "move_block",
                "Move a study block to another date or section.",
                "移动",
                "Move",
                a =>
                    [
                        new BlockWish
                        {
                            PlacementId = a.NeededId("block_id"),
                            Date = a.NeededDate("date"),
                            SectionFrom = a.NeededNumber("section_from"),
                            Sections = a.Number("sections") ?? 0,
                        },
                    ],
                Block,
                Parameter.Text("date", Dates, required: true),
                Parameter.Number("section_from", "From 1", required: true),
                Parameter.Number("sections", "1-4; absent: as it is"),
                Reorder
            ),
            Of(
                "move_blocks",
                "Move several study blocks, all or none.",
                "批量移动",
                "Move several",
                a =>
                    [
                        .. a.Objects("moves", MovesMax)
                            .Select(m => new BlockWish
                            {
                                PlacementId = m.NeededId("block_id"),
                                Date = m.NeededDate("date"),
                                SectionFrom = m.NeededNumber("section_from"),
                            }),
                    ],
                Parameter.Objects(
                    "moves",
                    "1 to 50, each block once",
                    true,
                    Block,
                    Parameter.Text("date", Dates, required: true),
                    Parameter.Number("section_from", "From 1", required: true)
                ),
                Reorder
            ),
            Of(
                "swap_blocks",
                "Let two study blocks change places.",
                "交换",
                "Swap",
                a => [new BlockWish { PlacementId = a.NeededId("block_id"), SwapWith = a.NeededId("other_block_id") }],
                Block,
                Parameter.Number("other_block_id", "From query_schedule", required: true),
                Reorder
            ),
            Of(
                "unplace_block",
                "Take a study block out of the week; the item or task itself stays.",
                "移出周历",
                "Take out of the week",
                a => [new BlockWish { PlacementId = a.NeededId("block_id"), Unplace = true }],
                Block
            ),
            Of(
                "lock_block",
                "Lock a study block where it stands, or unlock it.",
                "锁定",
                "Lock",
                a => [new BlockWish { PlacementId = a.NeededId("block_id"), Locked = a.Flag("locked") ?? true }],
                Block,
                Parameter.Flag("locked", "absent: true")
            ),
            Of(
                "mark_not_done",
                "Note that a block whose time has passed was not done (or, with missed false, that it was).",
                "标记为没完成",
                "Mark as not done",
                a => [new BlockWish { PlacementId = a.NeededId("block_id"), Missed = a.Flag("missed") ?? true }],
                Block,
                Parameter.Flag("missed", "absent: true")
            ),
        ];

    private Tool Of(
        string name,
        string about,
        string zh,
        string en,
        Func<Arguments, IEnumerable<BlockWish>> wishes,
        params Parameter[] parameters
    ) =>
        new()
        {
            Name = name,
            Description = about,
            Schema = Schemas.Of(parameters),
            Kind = ChangeKinds.Week,
            ProposeAsync = (call, token) =>
                ProposeAsync(call, call.Chinese ? zh : en, [.. wishes(call.Arguments)], token),
            ApplyAsync = (call, kept, key, token) => ApplyAsync(call, [.. wishes(call.Arguments)], kept, key, token),
        };

    private async Task<Proposal> ProposeAsync(
        ToolCall call,
        string title,
        IReadOnlyList<BlockWish> wishes,
        CancellationToken cancellationToken
    )
    {
        var request = Request(call, wishes);
        request.DryRun = true;
        var would = await planner.ChangeScheduleAsync(request, cancellationToken);
        if (would.Changes.Count == 0)
            throw Told.NothingChanges();
        return new Proposal(
            title,
            Summary(would, call.Chinese),
            new JsonArray([.. would.Changes.Select(c => Diff(c, call.Chinese))]),
            new JsonObject { ["version"] = would.Version },
            Card(would)
        );
    }

    private async Task<ToolResult> ApplyAsync(
        ToolCall call,
        IReadOnlyList<BlockWish> wishes,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var request = Request(call, wishes);
        (request.IdempotencyKey, request.Version) = (key, kept["version"]!.GetValue<long>());
        var made = await planner.ChangeScheduleAsync(request, cancellationToken);
        var answer = new JsonObject
        {
            ["done"] = true,
            ["changes"] = new JsonArray([
                .. made.Changes.Select(c => new JsonObject
                {
                    ["before"] = c.Before is null ? null : Told.Block(c.Before),
                    ["after"] = c.After is null ? null : Told.Block(c.After),
                }),
            ]),
        };
        if (made.Warnings.Count > 0)
            answer["warnings"] = new JsonArray([
                .. made.Warnings.Select(w =>
                    JsonValue.Create(w.Because.Length > 0 ? $"{w.Rule}: {w.Because}" : w.Rule)
                ),
            ]);
        return new ToolResult(answer, Summary(made, call.Chinese), Card(made));
    }

    private static ChangeScheduleRequest Request(ToolCall call, IReadOnlyList<BlockWish> wishes)
    {
        var request = new ChangeScheduleRequest
        {
            UserId = call.UserId,
            AllowReorder = call.Arguments.Flag("allow_reorder") ?? false,
        };
        request.Wishes.Add(wishes);
        return request;
    }

    private static string Summary(ChangeScheduleResponse change, bool zh) =>
        string.Join(zh ? "；" : "; ", change.Changes.Take(3).Select(c => One(c, zh)))
        + (change.Changes.Count > 3 ? " …" : "")
        + Against(change, zh);

    /// <summary>The request goes before what was said earlier; that it differs is said before it is allowed.</summary>
    private static string Against(ChangeScheduleResponse change, bool zh)
    {
        var hours = string.Join(
            zh ? "、" : ", ",
            change.Warnings.Where(w => w.Because.Length > 0).Select(w => w.Because).Distinct()
        );
        return hours.Length == 0 ? ""
            : zh ? $"（与你说过的「{hours}」不一致）"
            : $" (other than you said: {hours})";
    }

    private static string One(BlockChangeMessage c, bool zh)
    {
        var title = (c.After ?? c.Before).Title;
        if (c.After is null)
            return zh
                ? $"{title}：不再占用 {Told.Words(c.Before.At, zh)}"
                : $"{title}: no longer {Told.Words(c.Before.At, zh)}";
        if (c.Before is null)
            return $"{title} → {Told.Words(c.After.At, zh)}";
        if (!c.Before.At.Equals(c.After.At))
            return $"{title}: {Told.Words(c.Before.At, zh)} → {Told.Words(c.After.At, zh)}";
        return $"{title} · {Told.Words(c.After.At, zh)} · {Marks(c.After, zh)}";
    }

    private static JsonObject Diff(BlockChangeMessage c, bool zh)
    {
        var title = (c.After ?? c.Before).Title;
        var moved = c.Before is null || c.After is null || !c.Before.At.Equals(c.After.At);
        var nowhere = zh ? "未安排" : "nowhere";
        return moved
            ? Told.Change(title, Told.Words(c.Before?.At, zh) ?? nowhere, Told.Words(c.After?.At, zh) ?? nowhere)
            : Told.Change(title, Marks(c.Before!, zh), Marks(c.After!, zh));
    }

    private static string Marks(BlockMessage b, bool zh) =>
        (
            b.Missed
                ? zh
                    ? "没完成"
                    : "not done"
                : b.Passed
                    ? zh
                        ? "算作完成"
                        : "counts as done"
                    : zh
                        ? "待完成"
                        : "to do"
        )
        + (
            b.Locked
                ? zh
                    ? "，已锁定"
                    : ", locked"
                : zh
                    ? "，未锁定"
                    : ", not locked"
        );

    private static JsonObject Card(ChangeScheduleResponse change) =>
        Told.Card(change.Changes.Select(c => ((c.After ?? c.Before).Title, c.Before?.At, c.After?.At)));
}
