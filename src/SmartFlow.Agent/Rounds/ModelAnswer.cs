using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Rounds;

/// <summary>A tool call as the model wrote it.</summary>
internal sealed record WantedCall(string Id, string Name, JsonObject Arguments);

/// <summary>What a model answered in one round.</summary>
/// <param name="Said">For the person, beside the calls or instead of any.</param>
/// <param name="Raw">As the model is shown it again.</param>
/// <param name="Problem">Why it cannot be used; null: it can.</param>
internal sealed record ModelAnswer(string Said, string Raw, IReadOnlyList<WantedCall> Calls, string? Problem)
{
    private const int RawMax = 4_000;

    /// <summary>By the model's own tool calls.</summary>
    public static ModelAnswer OfNative(string text, IReadOnlyList<FunctionCallContent> calls, int round)
    {
        List<WantedCall> wanted = [];
        foreach (var call in calls)
        {
            if (call.Exception is not null)
                return Unusable(text, $"the arguments of {call.Name} are not a JSON object");
            var arguments = JsonSerializer
                .SerializeToNode(call.Arguments ?? new Dictionary<string, object?>(), WebJson.Options)!
                .AsObject();
            wanted.Add(new WantedCall(IdOf(call.CallId, wanted, round), call.Name, arguments));
        }
        return wanted.Count == 0 && text.Trim().Length == 0
            ? Unusable("", "it is empty")
            : new ModelAnswer(text, text, wanted, null);
    }

    /// <summary>By the protocol of Prompts/protocol: one JSON object, with or without a fence around it.</summary>
    public static ModelAnswer OfProtocol(string text, int round)
    {
        var (start, end) = (text.IndexOf('{'), text.LastIndexOf('}'));
        if (start < 0 || end < start)
            return Unusable(text, "it is not a JSON object");
        try
        {
            var root = JsonNode.Parse(text[start..(end + 1)])!.AsObject();
            List<WantedCall> wanted = [];
            foreach (var one in root["calls"] as JsonArray ?? [])
            {
                if (
                    one is not JsonObject call
                    || call["name"] is not JsonValue name
                    || name.GetValueKind() != JsonValueKind.String
                )
                    return Unusable(text, "an entry of calls has no name");
                if ((call["arguments"] ?? new JsonObject()) is not JsonObject arguments)
                    return Unusable(text, $"the arguments of {name} are not a JSON object");
                wanted.Add(
                    new WantedCall(IdOf("", wanted, round), name.GetValue<string>(), arguments.DeepClone().AsObject())
                );
            }
            var said =
                root["say"] is JsonValue say && say.GetValueKind() == JsonValueKind.String
                    ? say.GetValue<string>().Trim()
                    : "";
            return wanted.Count == 0 && said.Length == 0
                ? Unusable(text, "it has neither calls nor anything to say")
                : new ModelAnswer(said, text, wanted, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unusable(text, "it is not valid JSON");
        }
    }

    public static ModelAnswer Unusable(string text, string problem) =>
        new("", text.Length <= RawMax ? text : text[..RawMax], [], problem);

    /// <summary>The model's own id where it is one that every server takes back.</summary>
    private static string IdOf(string given, List<WantedCall> before, int round) =>
        given.Length is > 0 and <= 64
        && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        && before.TrueForAll(b => b.Id != given)
            ? given
            : $"call_{round}_{before.Count}";
}
