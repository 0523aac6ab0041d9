using System.Text.Json;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// Every instruction that a model gets from us, from the files in Prompts: a file that changes gets the next version.
/// What a user wrote never stands here: in the routing call and in the tool loop it is a JSON string of its own
/// message, in a chat it has the role user.
/// </summary>
internal static class Prompts
{
    public static readonly string Route = Read("route.v3");
    public static readonly string ChatZh = Read("chat-zh.v2");
    public static readonly string ChatEn = Read("chat-en.v2");
    public static readonly string Plan = Read("plan.v2");

    /// <summary>Follows <see cref="Plan"/> where the model has no tool calls; the tools' schemas follow it.</summary>
    public static readonly string Protocol = Read("protocol.v1");

    public static readonly JsonElement RouteSchema = JsonSerializer.Deserialize<JsonElement>(
        """
        {
          "type": "object", "additionalProperties": false, "required": ["route", "title", "when"],
          "properties": {
            "route": { "type": "string", "enum": ["chat", "task_create", "task_query", "plan"] },
            "title": { "type": ["string", "null"] },
            "when": { "type": ["string", "null"] }
          }
        }
        """
    );

    private static string Read(string name)
    {
        using var stream = typeof(Prompts).Assembly.GetManifestResourceStream($"prompts/{name}.md")
            ?? throw new InvalidOperationException($"There is no prompt {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n');
    }
}
