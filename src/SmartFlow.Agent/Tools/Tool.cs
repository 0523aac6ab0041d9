using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Agent.Tools;

/// <summary>What kinds of change a person may allow for a whole conversation.</summary>
internal static class ChangeKinds
{
    public const string Tasks = "tasks";
    public const string Plans = "plans";
    public const string Week = "week";
    public const string Scheduler = "scheduler";
    public const string Courses = "courses";
}

/// <summary>One call of a tool: whose, in which language it is told, and what the model wrote.</summary>
internal sealed record ToolCall(ulong UserId, bool Chinese, Arguments Arguments);

/// <summary>What a tool answered.</summary>
/// <param name="Answer">For the model.</param>
/// <param name="Summary">For the person, on one line; null: nothing to say.</param>
/// <param name="Card">For the person; null: none.</param>
internal sealed record ToolResult(JsonObject Answer, string? Summary = null, JsonObject? Card = null)
{
    /// <summary>
    /// The key of a model's call that another module made for it: a part of what the turn costs. Null: none.
    /// </summary>
    public string? CallId { get; init; }
}

/// <summary>A change before it is made, as a person is asked about it.</summary>
/// <param name="Title">What would be done.</param>
/// <param name="Summary">To what.</param>
/// <param name="Diff">Fields with before and after.</param>
/// <param name="Kept">What <see cref="Tool.ApplyAsync"/> needs besides the arguments, e.g. the version that was
/// seen.</param>
/// <param name="Card">The same as a picture; null: none.</param>
internal sealed record Proposal(string Title, string Summary, JsonArray Diff, JsonObject Kept, JsonObject? Card = null);

/// <summary>
/// Something that the model may call. One without a kind reads, and runs at once; one with a kind changes, and asks
/// first.
/// </summary>
internal sealed class Tool
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    /// <summary>A JSON schema of the arguments.</summary>
    public required JsonElement Schema { get; init; }

    /// <summary>Of <see cref="ChangeKinds"/>; null: it reads.</summary>
    public string? Kind { get; init; }

    /// <summary>Also where its kind is allowed: it cannot be taken back.</summary>
    public bool AlwaysAsks { get; init; }

    /// <summary>
    /// Its door takes no key and a repeat would add more: a turn that is taken up again asks, even where its kind is
    /// allowed.
    /// </summary>
    public bool Keyless { get; init; }

    /// <summary>Of a tool that reads.</summary>
    public Func<ToolCall, CancellationToken, Task<ToolResult>> RunAsync { get; init; } = NotThis<ToolResult>;

    /// <summary>
    /// Of a tool that changes: decides whether it could, and changes nothing that a person would see.
    /// </summary>
    public Func<ToolCall, CancellationToken, Task<Proposal>> ProposeAsync { get; init; } = NotThis<Proposal>;

    /// <summary>
    /// Of a tool that changes: makes what was proposed. The key is that of the word that allowed it: a repeat after the
    /// death of a process changes nothing more, by the key, by the version that was seen, or because it says the same
    /// again.
    /// </summary>
    public Func<ToolCall, JsonObject, string, CancellationToken, Task<ToolResult>> ApplyAsync { get; init; } =
        static (_, _, _, _) => throw new InvalidOperationException("The tool changes nothing.");

    private static Task<T> NotThis<T>(ToolCall call, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The tool does not do that.");
}

/// <summary>Tools that belong together.</summary>
internal interface IToolGroup
{
    IEnumerable<Tool> Tools { get; }
}

/// <summary>All tools, in an order that never changes: they are part of the prompt's stable beginning.</summary>
internal sealed class Toolbox
{
    private readonly Dictionary<string, Tool> byName;

    public Toolbox(IEnumerable<IToolGroup> groups)
    {
        All = [.. groups.SelectMany(g => g.Tools).OrderBy(t => t.Name, StringComparer.Ordinal)];
        byName = All.ToDictionary(t => t.Name);
    }

    public IReadOnlyList<Tool> All { get; }

    public Tool? Find(string name) => byName.GetValueOrDefault(name);
}
