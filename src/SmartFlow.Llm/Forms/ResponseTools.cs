using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using static SmartFlow.Llm.Forms.ResponseObject;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// The tools of a request as functions. A custom tool is a function with one text; the functions of a namespace stand
/// beside the others. What a client runs itself but only OpenAI's models know, and what it offers unasked, is dropped;
/// what runs at the provider is refused, because no price rule knows what it costs.
/// </summary>
internal sealed class ResponseTools
{
    /// <summary>The one argument of a custom tool's function.</summary>
    public const string Input = "input";

    private static readonly string[] Dropped = ["local_shell", "shell", "apply_patch", "tool_search"];
    private readonly HashSet<string> custom = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Space, string Name)> spaced = new(StringComparer.Ordinal);

    private ResponseTools() { }

    /// <summary>As chat completions take them.</summary>
    public JsonArray Functions { get; } = [];

    /// <exception cref="RefusedException">invalid_argument naming the tool.</exception>
    public static ResponseTools Of(JsonNode? tools)
    {
        var read = new ResponseTools();
        if (tools is null)
            return read;
        var given = tools as JsonArray ?? throw RefusedException.Field("tools", "must be an array");
        for (var i = 0; i < given.Count; i++)
            read.Add(given[i] ?? throw RefusedException.Field($"tools[{i}]", "must be an object"), $"tools[{i}]", "");
        return read;
    }

    public bool IsCustom(string function) => custom.Contains(function);

    /// <summary>The namespace and name of a function that has one; else its own name.</summary>
    public (string? Space, string Name) NameOf(string function) =>
        spaced.TryGetValue(function, out var known) ? known : (null, function);

    /// <summary>The name under which the function of a namespace is offered.</summary>
    public string FunctionOf(string? space, string name) =>
        space is null ? name : spaced.FirstOrDefault(s => s.Value == (space, name)).Key ?? name;

    /// <summary>
    /// tool_choice as chat completions take it; null: nothing is to be said. It may leave only some of the functions.
    /// </summary>
    /// <exception cref="RefusedException">invalid_argument: it demands what is not offered.</exception>
    public JsonNode? Choose(JsonNode choice)
    {
        if (choice is not JsonObject wanted)
            return Functions.Count > 0 ? choice.DeepClone()
                : Text(choice) == "required"
                    ? throw RefusedException.Field(
                        "tool_choice",
                        "demands a tool, and none that is offered here is given"
                    )
                : null;
        switch (Text(wanted["type"]))
        {
            case "function" or "custom":
                return new JsonObject
                {
                    ["type"] = "function",
                    ["function"] = new JsonObject
                    {
                        ["name"] = FunctionOf(wanted["namespace"]?.GetValue<string>(), Text(wanted["name"])),
                    },
                };
            case "allowed_tools":
                var allowed = (wanted["tools"] as JsonArray ?? [])
                    .Select(t => Text(t?["name"]))
                    .ToHashSet(StringComparer.Ordinal);
                foreach (var function in Functions.Where(f => !allowed.Contains(NameOf(NameIn(f!)).Name)).ToArray())
                    Functions.Remove(function);
                return Choose(wanted["mode"]?.DeepClone() ?? "auto");
            case var other:
                throw RefusedException.Field(
                    "tool_choice",
                    $"must be a word, or name a function: {other} is not offered here"
                );
        }
    }

    private static string NameIn(JsonNode function) => Text(function["function"]!["name"]);

    private void Add(JsonNode tool, string field, string space)
    {
        switch (tool["type"]?.GetValue<string>())
        {
            case "function":
                Put(tool, space, tool["parameters"]?.DeepClone(), Text(tool["description"]));
                return;
            case "custom":
                custom.Add(Put(tool, space, OneText(), Described(tool)));
                return;
            case "namespace" when space.Length == 0 && tool["tools"] is JsonArray inner:
                for (var i = 0; i < inner.Count; i++)
                    Add(
                        inner[i] ?? throw RefusedException.Field($"{field}.tools[{i}]", "must be an object"),
                        $"{field}.tools[{i}]",
                        Text(tool["name"])
                    );
                return;
            case var kind when Dropped.Contains(kind, StringComparer.Ordinal):
                return;
            // Codex offers it to every model: what it would find stands in a cache.
            case "web_search" when tool["external_web_access"]?.GetValueKind() == JsonValueKind.False:
                return;
            case var kind:
                throw RefusedException.Field(
                    "tools",
                    $"{field} of type {kind ?? "(none)"} is not offered: it runs at the provider"
                );
        }
    }

    private string Put(JsonNode tool, string space, JsonNode? parameters, string description)
    {
        var name = Text(tool["name"]);
        var sent = name;
        if (space.Length > 0)
        {
            if (Functions.Any(f => NameIn(f!) == sent))
                sent = $"{space}__{name}";
            spaced[sent] = (space, name);
        }
        var function = new JsonObject { ["name"] = sent };
        if (description.Length > 0)
            function["description"] = description;
        if (parameters is not null)
            function["parameters"] = parameters;
        if (tool["strict"] is { } strict)
            function["strict"] = strict.DeepClone();
        Functions.Add(new JsonObject { ["type"] = "function", ["function"] = function });
        return sent;
    }

    /// <summary>A grammar cannot be demanded of a function's argument, so the model is told of it.</summary>
    private static string Described(JsonNode tool)
    {
        var description = Text(tool["description"]);
        return tool["format"] is JsonObject format && Text(format["definition"]) is { Length: > 0 } grammar
            ? $"{description}\nThe input must follow this {Text(format["syntax"])} grammar:\n{grammar}".TrimStart()
            : description;
    }

    private static JsonObject OneText() =>
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [Input] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray(Input),
            ["additionalProperties"] = false,
        };
}
