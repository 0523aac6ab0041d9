using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Tests;

/// <summary>
/// A real OpenAI-compatible server on a free loopback port: the ground truth of what a provider received and
/// completed. What it answers is a function of the call; by default two words and a fixed usage.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedCall> received = new();
    private readonly ConcurrentQueue<ReceivedCall> completed = new();
    private readonly ConcurrentQueue<(int Count, TaskCompletionSource Reached)> waiters = new();
    private TaskCompletionSource? gate;
    private int open;
    private int mostOpen;

    private FakeProvider(WebApplication app) => this.app = app;

    /// <summary>With /v1, as users configure it.</summary>
    public string BaseUrl => app.Urls.First() + "/v1";

    /// <summary>Decides each answer.</summary>
    public Func<ReceivedCall, FakeAnswer> Answers { get; set; } = _ => new FakeAnswer();

    /// <summary>Every request that arrived whole, in order.</summary>
    public IReadOnlyCollection<ReceivedCall> Received => received;

    /// <summary>Every request whose answer was written to its end.</summary>
    public IReadOnlyCollection<ReceivedCall> Completed => completed;

    /// <summary>The most requests that were in work at one time.</summary>
    public int MostOpen => Volatile.Read(ref mostOpen);

    /// <summary>Requests in work now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Says this text to every call.</summary>
    public void Says(string text) => Answers = _ => new FakeAnswer { Text = text };

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var provider = new FakeProvider(app);
        app.MapPost("/v1/chat/completions", provider.HandleAsync);
        app.MapPost("/chat/completions", provider.HandleAsync);
        app.MapPost("/v1/embeddings", provider.HandleAsync);
        app.MapPost("/v1/messages", provider.HandleAsync);
        app.MapPost("/v1/responses", provider.HandleAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>From now on requests are received but not answered, until <see cref="LetGo"/>.</summary>
    public void Hold() => gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo()
    {
        gate?.TrySetResult();
        gate = null;
    }

    /// <summary>Counts anew from here.</summary>
    public void Forget()
    {
        received.Clear();
        completed.Clear();
    }

    /// <summary>Completes once so many requests have been received in all.</summary>
    public Task WhenReceivedAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.Enqueue((count, reached));
        Notify();
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        LetGo();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var call = await ReceivedCall.ReadAsync(context);
        received.Enqueue(call);
        var now = Interlocked.Increment(ref open);
        for (var most = MostOpen; now > most; most = MostOpen)
            Interlocked.CompareExchange(ref mostOpen, now, most);
        Notify();
        try
        {
            if (gate is { } closed)
                await closed.Task.WaitAsync(context.RequestAborted);
            if (await Answers(call).WriteAsync(call, context))
                completed.Enqueue(call with { CompletedAt = TimeProvider.System.GetUtcNow() });
        }
        catch (OperationCanceledException)
        {
            // The client went away; it is received and not completed.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private void Notify()
    {
        foreach (var (count, reached) in waiters)
            if (received.Count >= count)
                reached.TrySetResult();
    }
}

/// <summary>A request as the provider saw it.</summary>
internal sealed record ReceivedCall(JsonObject Body, string Raw, string Authorization, string ApiKey)
{
    /// <summary>When the last byte was written.</summary>
    public DateTimeOffset CompletedAt { get; init; }

    public string Model => Body["model"]!.GetValue<string>();

    public bool Stream => Body["stream"]?.GetValue<bool>() == true;

    public long? OutputLimit => (Body["max_completion_tokens"] ?? Body["max_tokens"])?.GetValue<long>();

    /// <summary>The content of the last message, where it is a plain text.</summary>
    public string Prompt =>
        Body["messages"]?.AsArray()[^1]!["content"] is JsonValue text ? text.GetValue<string>() : "";

    public static async Task<ReceivedCall> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var raw = await reader.ReadToEndAsync(context.RequestAborted);
        return new ReceivedCall(
            JsonNode.Parse(raw)!.AsObject(),
            raw,
            context.Request.Headers.Authorization.ToString(),
            context.Request.Headers["x-api-key"].ToString()
        );
    }
}

/// <summary>What the provider does with a call.</summary>
internal sealed record FakeAnswer
{
    public string Text { get; init; } = "Hello there";

    public long PromptTokens { get; init; } = 10;

    public long CompletionTokens { get; init; } = 2;

    public long CachedTokens { get; init; }

    public long ReasoningTokens { get; init; }

    /// <summary>False: it says nothing of usage.</summary>
    public bool ReportsUsage { get; init; } = true;

    /// <summary>What a text to embed means.</summary>
    public Func<string, float[]> Vector { get; init; } = _ => [1, 2, 3];

    /// <summary>A usage object, raw, that stands in the first chunk of a stream; null: none.</summary>
    public string? FirstUsage { get; init; }

    public int Status { get; init; } = 200;

    public string? RetryAfter { get; init; }

    /// <summary>Sent as it is, with this content type, instead of an answer.</summary>
    public (string ContentType, string Body)? Raw { get; init; }

    /// <summary>
    /// Breaks the connection after so many chunks (0: before the status; of a plain answer: half of it).
    /// </summary>
    public int? CutAfter { get; init; }

    /// <summary>Ends the stream cleanly after so many chunks, without a finish_reason.</summary>
    public int? EndsAfter { get; init; }

    /// <summary>After so many chunks nothing more comes until the client goes (0: not even the status).</summary>
    public int? HangAfter { get; init; }

    /// <summary>The wait before each chunk.</summary>
    public TimeSpan Step { get; init; }

    /// <summary>Writes the whole answer itself; it counts as completed when it returns.</summary>
    public Func<HttpContext, Task>? Scripted { get; init; }

    /// <summary>The status and the headers leave before the first chunk is ready.</summary>
    public bool HeadersFirst { get; init; }

    /// <summary>Completes when the provider may go on after the first chunk; null: at once.</summary>
    public Task? AfterFirstChunk { get; init; }

    /// <summary>Awaited before anything is answered.</summary>
    public Func<Task>? BeforeStatus { get; init; }

    /// <summary>Awaited before the chunk of this number, from 0.</summary>
    public Func<int, Task>? BeforeChunk { get; init; }

    /// <returns>Whether the answer was written to its end.</returns>
    public async Task<bool> WriteAsync(ReceivedCall call, HttpContext context)
    {
        if (BeforeStatus is not null)
            await BeforeStatus().WaitAsync(context.RequestAborted);
        if (Scripted is not null)
        {
            await Scripted(context);
            return true;
        }
        if (HangAfter == 0)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (CutAfter == 0)
        {
            context.Abort();
            return false;
        }
        context.Response.StatusCode = Status;
        if (RetryAfter is not null)
            context.Response.Headers.RetryAfter = RetryAfter;
        if (Status >= 400 && Raw is null)
            return await BodyAsync(
                context,
                "application/json",
                "{\"error\":{\"message\":\"The fake says no.\",\"type\":\"fake_error\"}}"
            );
        if (Raw is { } raw)
            return await BodyAsync(context, raw.ContentType, raw.Body);
        return call.Stream
            ? await StreamAsync(call, context)
            : await BodyAsync(context, "application/json", Plain(call));
    }

    private async Task<bool> BodyAsync(HttpContext context, string contentType, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        if (CutAfter is null)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            return true;
        }
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
        return false;
    }

    private async Task<bool> StreamAsync(ReceivedCall call, HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        if (HeadersFirst)
            await context.Response.Body.FlushAsync(context.RequestAborted);
        var written = 0;
        foreach (var chunk in Chunks(call))
        {
            if (written == CutAfter)
            {
                context.Abort();
                return false;
            }
            if (written == EndsAfter)
                return false;
            if (written == HangAfter)
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            if (BeforeChunk is not null)
                await BeforeChunk(written).WaitAsync(context.RequestAborted);
            if (Step > TimeSpan.Zero)
                await Task.Delay(Step, context.RequestAborted);
            if (written == 1 && AfterFirstChunk is not null)
                await AfterFirstChunk.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync($"data: {chunk}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            written++;
        }
        return true;
    }

    private string Plain(ReceivedCall call)
    {
        if (call.Body["input"] is { } input)
            return Embeddings(call, input);
        var completion = Head(call, "chat.completion");
        completion["choices"] = new JsonArray(
            new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = Text },
                ["finish_reason"] = "stop",
            }
        );
        if (ReportsUsage)
            completion["usage"] = Usage();
        return completion.ToJsonString();
    }

    /// <summary>Of each text its vector, in the encoding that was asked for.</summary>
    private string Embeddings(ReceivedCall call, JsonNode input)
    {
        var base64 = call.Body["encoding_format"]?.GetValue<string>() == "base64";
        var data = (input is JsonArray list ? list.AsEnumerable() : [input]).Select(
            (text, i) =>
            {
                var vector = Vector(text is JsonValue value && value.TryGetValue(out string? said) ? said : "");
                return (JsonNode)
                    new JsonObject
                    {
                        ["object"] = "embedding",
                        ["index"] = i,
                        ["embedding"] = base64
                            ? Convert.ToBase64String(
                                System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector)
                            )
                            : new JsonArray([.. vector.Select(v => (JsonNode)v)]),
                    };
            }
        );
        var answer = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. data]),
            ["model"] = call.Model,
        };
        if (ReportsUsage)
            answer["usage"] = new JsonObject { ["prompt_tokens"] = PromptTokens, ["total_tokens"] = PromptTokens };
        return answer.ToJsonString();
    }

    private IEnumerable<string> Chunks(ReceivedCall call)
    {
        var first = Chunk(call, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
        yield return FirstUsage is null ? first : $"{first[..^1]},\"usage\":{FirstUsage}}}";
        foreach (var word in Text.Split(' ').Select((w, i) => i == 0 ? w : " " + w))
            yield return Chunk(call, new JsonObject { ["content"] = word }, null);
        yield return Chunk(call, [], "stop");
        if (ReportsUsage && call.Body["stream_options"]?["include_usage"]?.GetValue<bool>() == true)
        {
            var last = Head(call, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage();
            yield return last.ToJsonString();
        }
        yield return "[DONE]";
    }

    private static string Chunk(ReceivedCall call, JsonObject delta, string? end)
    {
        var chunk = Head(call, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(
            new JsonObject
            {
                ["index"] = 0,
                ["delta"] = delta,
                ["finish_reason"] = end,
            }
        );
        return chunk.ToJsonString();
    }

    private static JsonObject Head(ReceivedCall call, string kind) =>
        new()
        {
            ["id"] = "chatcmpl-fake",
            ["object"] = kind,
            ["created"] = 1_700_000_000,
            ["model"] = call.Model,
        };

    private JsonObject Usage() =>
        new()
        {
            ["prompt_tokens"] = PromptTokens,
            ["completion_tokens"] = CompletionTokens,
            ["total_tokens"] = PromptTokens + CompletionTokens,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = CachedTokens },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = ReasoningTokens },
        };
}
