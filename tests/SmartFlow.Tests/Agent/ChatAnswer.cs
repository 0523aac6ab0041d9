using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>One event of a stream.</summary>
internal sealed record ChatEvent(string Name, long Seq, JsonElement Data)
{
    public string Text(string member) => Data.GetProperty(member).GetString()!;

    public long Number(string member) => Data.GetProperty(member).GetInt64();
}

/// <summary>A turn as its client saw it, to the end of the stream.</summary>
internal sealed class ChatAnswer
{
    public required Answer Http { get; init; }

    public required IReadOnlyList<ChatEvent> Events { get; init; }

    public long ConversationId => long.Parse(Http.Header("X-Conversation-ID")!, CultureInfo.InvariantCulture);

    public string Text => string.Concat(All("delta").Select(e => e.Text("text")));

    public ChatEvent One(string name) => Events.Single(e => e.Name == name);

    public IEnumerable<ChatEvent> All(string name) => Events.Where(e => e.Name == name);

    /// <summary>What every stream promises: numbers never go back; usage, then done, are last and come once.</summary>
    public ChatAnswer ShouldEndInOrder()
    {
        Events.Zip(Events.Skip(1)).ShouldAllBe(pair => pair.First.Seq <= pair.Second.Seq);
        Events.TakeLast(2).Select(e => e.Name).ShouldBe(["usage", "done"]);
        Events.Count(e => e.Name is "usage" or "done").ShouldBe(2);
        One("done").Number("seq").ShouldBe(Events[^1].Seq);
        return this;
    }

    public static ChatAnswer Read(Answer http)
    {
        if (http.Status != HttpStatusCode.OK)
            return new ChatAnswer { Http = http, Events = [] };
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(http.Text));
        var events = SseParser
            .Create(stream, (name, data) => (Name: name, Data: JsonSerializer.Deserialize<JsonElement>(data)))
            .Enumerate()
            .Select(e => new ChatEvent(e.Data.Name, long.Parse(e.EventId!, CultureInfo.InvariantCulture), e.Data.Data))
            .ToList();
        return new ChatAnswer { Http = http, Events = events };
    }
}

/// <summary>What users do with the assistant.</summary>
internal static class AssistantIntents
{
    public static Task<ChatAnswer> SayAsync(
        this TestUser user,
        string message,
        long? conversation = null,
        bool? always = null
    ) =>
        user.ChatAsync(
            new
            {
                message,
                conversation_id = conversation,
                always_allow = always,
            }
        );

    public static Task<ChatAnswer> DecideAsync(
        this TestUser user,
        ChatAnswer asked,
        string action,
        string? comment = null
    ) =>
        user.ChatAsync(
            new
            {
                conversation_id = asked.ConversationId,
                resume = new
                {
                    interaction_id = asked.One("confirm").Text("interaction_id"),
                    action,
                    comment,
                },
            }
        );

    public static async Task<ChatAnswer> ChatAsync(
        this TestUser user,
        object body,
        params (string Name, string Value)[] headers
    ) => ChatAnswer.Read(await user.PostAsync("/api/v1/agent/chat", body, headers));

    public static async Task<ChatAnswer> FollowAsync(this TestUser user, long conversation, long afterSeq) =>
        ChatAnswer.Read(await user.GetAsync($"/api/v1/agent/conversations/{conversation}/stream?after_seq={afterSeq}"));

    public static async Task<List<JsonElement>> TimelineAsync(this TestUser user, long conversation, long afterSeq = 0)
    {
        var answer = await user.GetAsync($"/api/v1/agent/conversations/{conversation}/timeline?after_seq={afterSeq}");
        return [.. answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("items").EnumerateArray()];
    }

    public static async Task<List<JsonElement>> TasksAsync(this TestUser user)
    {
        var answer = await user.GetAsync("/api/v1/tasks");
        return [.. answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("items").EnumerateArray()];
    }

    public static IEnumerable<string> Kinds(this IEnumerable<JsonElement> timeline) =>
        timeline.Select(i => i.GetProperty("kind").GetString()!);
}
