using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Bench.Agent;

/// <summary>
/// A provider that answers as a planning model does and notes when: it routes by the message, calls a tool a round,
/// talks in tokens. It stands in the bench's own process, so that its times and the client's are those of one clock.
/// </summary>
internal sealed class TurnProvider : IAsyncDisposable
{
    private static readonly (string Name, string Arguments)[] Calls =
    [
        ("overview", "{}"),
        ("query_schedule", """{\"from\":\"{today}\",\"to\":\"{later}\"}"""),
        ("list_plans", "{}"),
        ("free_slots", """{\"from\":\"{today}\",\"to\":\"{later}\"}"""),
        ("list_tasks", "{}"),
    ];

    private readonly WebApplication app;
    private readonly int rounds;
    private readonly ConcurrentDictionary<string, long> firstTokens = new();
    private readonly ConcurrentDictionary<string, long> answered = new();
    private TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int holding;

    private TurnProvider(WebApplication app, int rounds) => (this.app, this.rounds) = (app, rounds);

    /// <summary>Milliseconds between the end of an answer and the next request of its turn.</summary>
    public ConcurrentBag<double> Between { get; } = [];

    /// <summary>Streams that wait after their first token.</summary>
    public int Holding => Volatile.Read(ref holding);

    public string Url => app.Urls.First();

    public static async Task<TurnProvider> StartAsync(int rounds)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new TurnProvider(app, rounds);
        app.MapPost("/v1/chat/completions", provider.AnswerAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>When the first token of the turn with this message was on its way.</summary>
    public long FirstTokenOf(string message) => firstTokens[message];

    public void LetGo() =>
        Interlocked.Exchange(ref held, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        var arrived = Stopwatch.GetTimestamp();
        var messages = body["messages"]!.AsArray();
        var message = MessageOf(messages);
        if (body["response_format"]?["type"]?.GetValue<string>() == "json_schema")
        {
            var route = message.StartsWith("plan", StringComparison.Ordinal) ? "plan" : "chat";
            await PlainAsync(http, $$"""{\"route\":\"{{route}}\",\"title\":null,\"when\":null}""");
        }
        else if (message.StartsWith("plan", StringComparison.Ordinal))
        {
            if (answered.TryRemove(message, out var ended))
                Between.Add(Stopwatch.GetElapsedTime(ended, arrived).TotalMilliseconds);
            var done = messages.Count(m => m!["role"]!.GetValue<string>() == "tool");
            await StreamAsync(
                http,
                done < rounds
                    ? [ToolCall(done), Finish("tool_calls"), Usage]
                    : [Text("All seen."), Finish("stop"), Usage]
            );
            if (done < rounds)
                answered[message] = Stopwatch.GetTimestamp();
        }
        else
        {
            await TalkAsync(http, message);
        }
    }

    private async Task TalkAsync(HttpContext http, string message)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"data: {Text("first ")}\n\n");
        firstTokens[message] = Stopwatch.GetTimestamp();
        await http.Response.Body.FlushAsync();
        if (message.StartsWith("hold", StringComparison.Ordinal))
        {
            var until = held.Task;
            Interlocked.Increment(ref holding);
            await until;
            Interlocked.Decrement(ref holding);
        }
        await StreamAsync(http, [.. Enumerable.Range(0, 20).Select(_ => Text("word ")), Finish("stop"), Usage]);
    }

    /// <summary>The envelope is JSON in the first user message that has one; in talk the message is plain.</summary>
    private static string MessageOf(JsonArray messages)
    {
        var text = messages.Last(m => m!["role"]!.GetValue<string>() == "user")!["content"]!.GetValue<string>();
        return text.StartsWith('{') ? JsonNode.Parse(text)!["message"]!.GetValue<string>() : text;
    }

    private static string ToolCall(int round)
    {
        var (name, arguments) = Calls[round % Calls.Length];
        var today = DateOnly.FromDateTime(DateTime.Today);
        arguments = arguments
            .Replace("{today}", $"{today:yyyy-MM-dd}", StringComparison.Ordinal)
            .Replace("{later}", $"{today.AddDays(6):yyyy-MM-dd}", StringComparison.Ordinal);
        return Chunk(
            $$$"""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_{{{round}}}","type":"function","function":{"name":"{{{name}}}","arguments":"{{{arguments}}}"}}]}""",
            "null"
        );
    }

    private static string Text(string text) => Chunk($$"""{"content":"{{text}}"}""", "null");

    private static string Finish(string reason) => Chunk("{}", $"\"{reason}\"");

    private static string Chunk(string delta, string reason) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{reason}}}]}""";

    private const string Usage =
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"bench","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050}}""";

    private static Task PlainAsync(HttpContext http, string escaped)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(
            $$$"""{"id":"c","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"{{{escaped}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050}}"""
        );
    }

    private static async Task StreamAsync(HttpContext http, IReadOnlyList<string> chunks)
    {
        if (!http.Response.HasStarted)
            http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(string.Concat(chunks.Select(c => $"data: {c}\n\n")) + "data: [DONE]\n\n");
        await http.Response.Body.FlushAsync();
    }
}
