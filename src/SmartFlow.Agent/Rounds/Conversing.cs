using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NodaTime;
using NodaTime.Text;
using SmartFlow.Agent.Tools;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Rounds;

/// <summary>
/// What a model is sent in a round. Pure. What never changes stands first and what is new last, so that a provider's
/// cache serves all but the newest round; the same rounds make the same bytes, so that a round that is asked again is
/// the same call.
/// </summary>
internal sealed class Conversing
{
    private static readonly JsonSerializerOptions Compact = new(WebJson.Options) { WriteIndented = false };
    private readonly string system;
    private readonly List<AITool> declarations;

    public Conversing(Toolbox tools)
    {
        declarations = [.. tools.All.Select(t => AIFunctionFactory.CreateDeclaration(t.Name, t.Description, t.Schema))];
        var schemas = new JsonArray([
            .. tools.All.Select(t => new JsonObject
            {
                ["name"] = t.Name,
                ["description"] = t.Description,
                ["arguments"] = JsonNode.Parse(t.Schema.GetRawText()),
            }),
        ]);
        system = $"{Prompts.Plan}\n{Prompts.Protocol}\n{schemas.ToJsonString(Compact)}";
    }

    public ChatOptions Options(bool native, int outputTokens) =>
        new()
        {
            Temperature = 0,
            MaxOutputTokens = outputTokens,
            Tools = native ? declarations : null,
            ResponseFormat = native ? null : ChatResponseFormat.Json,
        };

    public List<ChatMessage> Messages(
        bool native,
        IEnumerable<ChatMessage> history,
        RequestThread thread,
        DateTimeZone zone,
        IEnumerable<RoundBody> rounds
    )
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.System, native ? Prompts.Plan : system),
            .. history,
            new(ChatRole.User, Envelope(thread, zone)),
        ];
        foreach (var round in rounds)
            Add(messages, native, round);
        return messages;
    }

    /// <summary>A JSON string cannot be closed from inside: what a user wrote stays data.</summary>
    private static string Envelope(RequestThread thread, DateTimeZone zone)
    {
        var now = Instant.FromDateTimeOffset(thread.StartedAt).InZone(zone).LocalDateTime;
        var envelope = new JsonObject
        {
            ["now"] = LocalDateTimePattern.Create("uuuu-MM-dd'T'HH:mm dddd", CultureInfo.InvariantCulture).Format(now),
            ["message"] = thread.Message,
        };
        if (thread.Remembered is { } remembered and not "[]")
            envelope["remembered"] = JsonNode.Parse(remembered);
        return envelope.ToJsonString(Compact);
    }

    private static void Add(List<ChatMessage> messages, bool native, RoundBody round)
    {
        if (round.Correction is { } problem)
        {
            messages.Add(new(ChatRole.Assistant, round.Said.Length > 0 ? round.Said : "(nothing that can be used)"));
            messages.Add(new(ChatRole.User, $"Your last answer cannot be used: {problem}. Answer again."));
            return;
        }
        if (!native)
        {
            messages.Add(new(ChatRole.Assistant, round.Said));
            var results = new JsonArray([
                .. round.Calls.Select(c => new JsonObject
                {
                    ["name"] = c.Name,
                    ["result"] = JsonNode.Parse(c.Answer!),
                }),
            ]);
            messages.Add(new(ChatRole.User, new JsonObject { ["tool_results"] = results }.ToJsonString(Compact)));
            return;
        }
        List<AIContent> contents = [];
        if (round.Said.Length > 0)
            contents.Add(new TextContent(round.Said));
        foreach (var call in round.Calls)
            contents.Add(
                new FunctionCallContent(
                    call.Id,
                    call.Name,
                    JsonSerializer.Deserialize<Dictionary<string, object?>>(call.Arguments)
                )
            );
        messages.Add(new(ChatRole.Assistant, contents));
        foreach (var call in round.Calls)
            messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.Id, call.Answer)]));
    }
}
