using System.Text.Json;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// Whether arguments have the members that a tool's schema names, and no others. What stands in them is judged by the
/// tool itself, which says why it refuses.
/// </summary>
internal static class SchemaCheck
{
    private const int NameMax = 60;

    /// <returns>Null: they fit.</returns>
    public static string? Problem(JsonElement schema, JsonElement arguments, string where = "")
    {
        if (arguments.ValueKind != JsonValueKind.Object)
            return $"{Named(where, "arguments")} must be an object";
        var properties = schema.GetProperty("properties");
        foreach (var member in arguments.EnumerateObject())
        {
            if (!properties.TryGetProperty(member.Name, out var type))
                return $"there is no argument {where}{Short(member.Name)}";
            if (
                member.Value.ValueKind != JsonValueKind.Array
                || !type.TryGetProperty("items", out var items)
                || !items.TryGetProperty("properties", out _)
            )
                continue;
            foreach (var (index, one) in member.Value.EnumerateArray().Index())
                if (Problem(items, one, $"{member.Name}[{index}].") is { } problem)
                    return problem;
        }
        foreach (var needed in schema.GetProperty("required").EnumerateArray())
            if (!arguments.TryGetProperty(needed.GetString()!, out _))
                return $"the argument {where}{needed.GetString()} is missing";
        return null;
    }

    private static string Named(string where, string otherwise) => where.Length > 0 ? where.TrimEnd('.') : otherwise;

    private static string Short(string name) => name.Length <= NameMax ? name : name[..NameMax];
}
