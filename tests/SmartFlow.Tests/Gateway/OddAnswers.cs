using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Chat;
using OpenAI.Responses;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// The real program beside a provider of each dialect that says what a test puts into its mouth, and what users of each
/// surface see.
/// </summary>
public sealed class OddAnswers : IAsyncLifetime
{
    private FakeProvider provider = null!;
    private int calls;

    public SmartFlowApp App { get; private set; } = null!;

    public TestUser Mei { get; private set; } = null!;

    internal FakeProvider Provider => provider;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        App = await GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Llm:AttemptsPerCandidate"] = "1";
            s.Settings["TokenStore:WelcomeCredits"] = "1000000";
            foreach (
                var (i, api, model) in new[]
                {
                    (0, "OpenAi", "odd"),
                    (1, "Anthropic", "claude"),
                    (2, "Responses", "gpt"),
                }
            )
            {
                s.Settings[$"Llm:Providers:{i}:Name"] = api.ToLowerInvariant();
                s.Settings[$"Llm:Providers:{i}:Api"] = api;
                s.Settings[$"Llm:Providers:{i}:BaseUrl"] = provider.BaseUrl;
                s.Settings[$"Llm:Providers:{i}:Models:0"] = model;
                s.Settings[$"Llm:Providers:{i}:BreakerFailures"] = "0";
            }
        });
        Mei = await App.SignUpAsync();
    }

    /// <summary>Says this to one call of a surface, whose key comes back with the answer.</summary>
    public async Task<(Answer Answer, string Key)> AskAsync(
        string surface,
        string says,
        string model = "odd",
        string? more = null
    )
    {
        var key = $"odd-{Interlocked.Increment(ref calls)}";
        return (await AgainAsync(surface, key, says, model, more), key);
    }

    /// <summary>The same under a key of its own.</summary>
    public async Task<Answer> AgainAsync(
        string surface,
        string key,
        string says,
        string model = "odd",
        string? more = null
    )
    {
        provider.Answers = _ => new FakeAnswer
        {
            Raw = (says.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json", says),
        };
        var asked = Surface.All[surface];
        var body = asked
            .Body.Replace("\"fake\"", $"\"{model}\"", StringComparison.Ordinal)
            .Replace("TEXT", "hi", StringComparison.Ordinal);
        if (more is not null)
            body = body.Insert(1, more + ",");
        return await Mei.PostAsync(
            asked.Path,
            new StringContent(body, null, "application/json"),
            ("Idempotency-Key", key)
        );
    }

    /// <summary>Chunks as a stream that ends as it should.</summary>
    public static string Stream(params string[] chunks) =>
        string.Concat(chunks.Append("[DONE]").Select(c => $"data: {c}\n\n"));

    /// <summary>A chunk of this choice.</summary>
    public static string Chunk(string choice) =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{{choice}}]}""";

    /// <summary>What a stream says in events, without the mark of its end.</summary>
    public static IReadOnlyList<JsonNode> Events(Answer answer) =>
        [
            .. answer
                .Text.Split('\n')
                .Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
                .Select(l => JsonNode.Parse(l[6..])!),
        ];

    /// <summary>
    /// What a user of the surface sees. An answer that its official client cannot read, or a stream out of order, fails
    /// here.
    /// </summary>
    internal static Seen See(string surface, Answer answer) =>
        surface switch
        {
            "chat" => Chat(answer),
            "chat stream" => ChatStream(answer),
            "response" => Response(JsonNode.Parse(answer.Text)!),
            "response stream" => ResponseStream(answer),
            "message" => Message(JsonNode.Parse(answer.Text)!),
            "message stream" => MessageStream(answer),
            _ => new Seen("", "", "", []),
        };

    public async Task<long> ChargedAsync(string key)
    {
        var call = (
            await App
                .Services.GetRequiredService<ILlm>()
                .GetCallAsync(new GetCallRequest { UserId = Mei.Id, EventId = key }, default)
        ).Call;
        return call.CreditMicros;
    }

    public async Task SettledAsync()
    {
        await Eventually.IsTrueAsync(
            async () =>
                (
                    await App
                        .Services.GetRequiredService<ICreditLedger>()
                        .GetBalanceAsync(new GetBalanceRequest { UserId = Mei.Id }, default)
                ).HeldMicros == 0
                && (await FindingsAsync()).Count == 0,
            "both sides agree and nothing is held"
        );
    }

    private async Task<List<Finding>> FindingsAsync()
    {
        var findings = new List<Finding>();
        foreach (var check in App.Services.GetServices<IReconciliation>())
        await foreach (var finding in check.CheckAsync(default))
            findings.Add(finding);
        return findings;
    }

    /// <summary>After every series both sides agree.</summary>
    public async ValueTask DisposeAsync()
    {
        await SettledAsync();
        await App.DisposeAsync();
        await provider.DisposeAsync();
    }

    private static Seen Chat(Answer answer)
    {
        var read = ModelReaderWriter.Read<ChatCompletion>(BinaryData.FromString(answer.Text))!;
        var message = JsonNode.Parse(answer.Text)!["choices"]![0]!["message"]!;
        return new Seen(
            string.Concat(read.Content.Select(p => p.Text)),
            Reasoning(message),
            read.FinishReason.ToString(),
            [.. read.ToolCalls.Select(c => new Called(c.Id, c.FunctionName, c.FunctionArguments.ToString()))]
        );
    }

    private static Seen ChatStream(Answer answer)
    {
        answer.Text.ShouldEndWith("data: [DONE]\n\n");
        var (text, thought, end) = ("", "", "");
        var calls = new SortedDictionary<int, Called>();
        foreach (var e in Events(answer))
        {
            // As OpenAI's client joins them: by their index.
            var read = ModelReaderWriter.Read<StreamingChatCompletionUpdate>(BinaryData.FromString(e.ToJsonString()))!;
            text += string.Concat(read.ContentUpdate.Select(p => p.Text));
            if (e["choices"] is JsonArray { Count: > 0 } choices && choices[0]!["delta"] is { } delta)
                thought += Reasoning(delta);
            if (read.FinishReason is { } reason)
                end = reason.ToString();
            foreach (var call in read.ToolCallUpdates)
            {
                var known = calls.GetValueOrDefault(call.Index, new Called("", "", ""));
                calls[call.Index] = new Called(
                    string.IsNullOrEmpty(call.ToolCallId) ? known.Id : call.ToolCallId,
                    string.IsNullOrEmpty(call.FunctionName) ? known.Name : call.FunctionName,
                    known.Arguments + call.FunctionArgumentsUpdate
                );
            }
        }
        calls.Keys.ShouldBe(Enumerable.Range(0, calls.Count));
        // npm's helpers raise on a choice without a role or an end, and on a call without a type.
        var deltas = Events(answer)
            .SelectMany(e => e["choices"]!.AsArray())
            .Where(c => c!["index"]!.GetValue<int>() == 0)
            .Select(c => c!["delta"])
            .ToList();
        if (deltas.Count > 0)
            (deltas.Exists(d => d?["role"]?.GetValue<string>() == "assistant"), end.Length > 0).ShouldBe(
                (true, true),
                answer.Text
            );
        deltas
            .SelectMany(d => d?["tool_calls"] as JsonArray ?? [])
            .GroupBy(c => c!["index"]!.GetValue<int>())
            .ShouldAllBe(g => g.First()!["type"] != null && g.First()!["id"] != null && g.First()!["function"] != null);
        return new Seen(text, thought, end, [.. calls.Values]);
    }

    private static string Reasoning(JsonNode message) =>
        ((message["reasoning_content"] ?? message["reasoning"]) as JsonValue)?.GetValue<string>() ?? "";

    private static Seen Response(JsonNode response)
    {
        var read = ModelReaderWriter.Read<ResponseResult>(BinaryData.FromString(response.ToJsonString()))!;
        read.Usage.ShouldNotBeNull();
        return new Seen(
            string.Concat(
                read.OutputItems.OfType<MessageResponseItem>().SelectMany(i => i.Content).Select(p => p.Text)
            ),
            string.Concat(read.OutputItems.OfType<ReasoningResponseItem>().Select(r => r.GetSummaryText())),
            read.Status.ToString()!,
            [
                .. read
                    .OutputItems.OfType<FunctionCallResponseItem>()
                    .Select(c => new Called(c.CallId, c.FunctionName, c.FunctionArguments.ToString())),
            ]
        );
    }

    private static Seen ResponseStream(Answer answer)
    {
        var events = Events(answer);
        foreach (var e in events)
            ModelReaderWriter.Read<StreamingResponseUpdate>(BinaryData.FromString(e.ToJsonString())).ShouldNotBeNull();
        events.Select(e => e["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, events.Count));
        events[^1]["type"]!.GetValue<string>().ShouldBeOneOf("response.completed", "response.incomplete");
        events[0]["type"]!.GetValue<string>().ShouldBe("response.created");
        var open = new Dictionary<int, string>();
        foreach (var e in events.Where(e => e["output_index"] is not null))
        {
            var (at, type) = (e["output_index"]!.GetValue<int>(), e["type"]!.GetValue<string>());
            if (type == "response.output_item.added")
                open.Add(at, "");
            open.ShouldContainKey(at);
            if (type.EndsWith(".delta", StringComparison.Ordinal))
                open[at] += e["delta"]!.GetValue<string>();
            if (type == "response.output_item.done")
                open.Remove(at);
            else if (type.EndsWith(".done", StringComparison.Ordinal) && (e["text"] ?? e["arguments"]) is { } all)
                all.GetValue<string>().ShouldBe(open[at]);
        }
        open.ShouldBeEmpty();
        return Response(events[^1]["response"]!);
    }

    private static Seen Message(JsonNode message)
    {
        var blocks = message["content"]!.AsArray();
        return new Seen(
            string.Concat(blocks.Select(b => b!["text"]?.GetValue<string>())),
            string.Concat(blocks.Select(b => b!["thinking"]?.GetValue<string>())),
            message["stop_reason"]!.GetValue<string>(),
            [
                .. blocks
                    .Where(b => b!["type"]!.GetValue<string>() == "tool_use")
                    .Select(b => new Called(
                        b!["id"]!.GetValue<string>(),
                        b["name"]!.GetValue<string>(),
                        b["input"]!.AsObject().ToJsonString()
                    )),
            ]
        );
    }

    /// <summary>As Anthropic's clients join it, who know one open block at a time.</summary>
    private static Seen MessageStream(Answer answer)
    {
        var events = Events(answer);
        (
            events[0]["type"]!.GetValue<string>(),
            events[^2]["type"]!.GetValue<string>(),
            events[^1]["type"]!.GetValue<string>()
        ).ShouldBe(("message_start", "message_delta", "message_stop"));
        var message = events[0]["message"]!.DeepClone();
        var blocks = message["content"]!.AsArray();
        var open = false;
        foreach (var e in events.Skip(1).SkipLast(2))
        {
            var index = e["index"]!.GetValue<int>();
            switch (e["type"]!.GetValue<string>())
            {
                case "content_block_start":
                    (open, index).ShouldBe((false, blocks.Count));
                    open = true;
                    blocks.Add(e["content_block"]!.DeepClone());
                    if (e["content_block"]!["type"]!.GetValue<string>() == "tool_use")
                        blocks[index]!["json"] = "";
                    break;
                case "content_block_delta":
                    (open, index).ShouldBe((true, blocks.Count - 1));
                    foreach (
                        var (from, to) in new[] { ("text", "text"), ("thinking", "thinking"), ("partial_json", "json") }
                    )
                        if (e["delta"]![from] is { } more)
                            blocks[index]![to] = blocks[index]![to]!.GetValue<string>() + more.GetValue<string>();
                    break;
                case "content_block_stop":
                    (open, index).ShouldBe((true, blocks.Count - 1));
                    open = false;
                    break;
                case var other:
                    other.ShouldBe("ping");
                    break;
            }
        }
        open.ShouldBeFalse();
        foreach (var call in blocks.Where(b => b!["json"] is not null))
            call!["input"] = Input(call["json"]!.GetValue<string>());
        message["stop_reason"] = events[^2]["delta"]!["stop_reason"]!.DeepClone();
        return Message(message);
    }

    private static JsonObject Input(string json)
    {
        try
        {
            return json.Length == 0 ? [] : JsonNode.Parse(json) as JsonObject ?? new() { ["arguments"] = json };
        }
        catch (JsonException)
        {
            return new() { ["arguments"] = json };
        }
    }
}

/// <summary>What a user sees of an answer.</summary>
internal sealed record Seen(string Text, string Thought, string End, IReadOnlyList<Called> Calls)
{
    public (string Text, string Thought, string End, string Calls) Whole =>
        (Text, Thought, End, string.Join(';', Calls));
}

/// <summary>A tool that the model wants called.</summary>
internal sealed record Called(string Id, string Name, string Arguments);
