using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Agent.Tools;

/// <summary>One argument of a tool.</summary>
internal sealed record Parameter(string Name, JsonObject Type, bool Required)
{
    public static Parameter Text(string name, string about, bool required = false) =>
        Of(name, "string", about, required);

    public static Parameter Number(string name, string about, bool required = false) =>
        Of(name, "integer", about, required);

    public static Parameter Flag(string name, string about) => Of(name, "boolean", about, false);

    public static Parameter Word(string name, string about, params string[] words)
    {
        var made = Of(name, "string", about, false);
        made.Type["enum"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]);
        return made;
    }

    public static Parameter Numbers(string name, string about, bool required = false) =>
        List(name, about, new JsonObject { ["type"] = "integer" }, required);

    public static Parameter Objects(string name, string about, bool required, params Parameter[] members) =>
        List(name, about, Schemas.Object(members), required);

    private static Parameter Of(string name, string type, string about, bool required) =>
        new(name, new JsonObject { ["type"] = type, ["description"] = about }, required);

    private static Parameter List(string name, string about, JsonObject of, bool required) =>
        new(
            name,
            new JsonObject
            {
                ["type"] = "array",
                ["description"] = about,
                ["items"] = of,
            },
            required
        );
}

internal static class Schemas
{
    public static JsonElement Of(params Parameter[] parameters) =>
        JsonSerializer.SerializeToElement(Object(parameters));

    public static JsonObject Object(IReadOnlyList<Parameter> parameters) =>
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(
                parameters.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Type.DeepClone()))
            ),
            ["required"] = new JsonArray([.. parameters.Where(p => p.Required).Select(p => JsonValue.Create(p.Name))]),
            ["additionalProperties"] = false,
        };
}
