using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>What the rules want next: a tool's answer, or to say something.</summary>
internal sealed record DemoMove(string? Say, string? Tool, JsonObject? Arguments)
{
    public static DemoMove Text(string text) => new(text, null, null);

    public static DemoMove Call(string tool, JsonObject arguments) => new(null, tool, arguments);
}
