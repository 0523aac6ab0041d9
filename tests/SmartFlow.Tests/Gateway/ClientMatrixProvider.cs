using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>How the provider answers each scenario: the call says which.</summary>
internal sealed class ClientMatrixProvider(Func<string, string, Task> secondRequest)
{
    /// <summary>What is delivered before the provider dies.</summary>
    public const string Half = "Half an answer";

    /// <summary>Longer than it takes to the program's sign of life, before the answer and in its middle.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    /// <summary>For the repeat to find the call that it is to join: nothing outside shows when it has.</summary>
    private static readonly TimeSpan Joining = TimeSpan.FromMilliseconds(500);

    /// <summary>A client that does not ask again gets its answer all the same, if it is still there.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    private static readonly FakeAnswer Usual = new()
    {
        PromptTokens = 100,
        CachedTokens = 40,
        CompletionTokens = 20,
        ReasoningTokens = 5,
    };

    public FakeAnswer Answer(ReceivedCall call)
    {
        var (client, scenario) = ClientMatrixCell.Of(call);
        return scenario switch
        {
            "second-turn" => Usual with { Text = Remembered(call) },
            "tool-loop" => HasResult(call)
                ? Usual with
                {
                    Text = "It is Friday.",
                }
                : CallsTool(call, """{"date":"2026-11-27"}"""),
            "structured" => Structured(call),
            "death" => Usual with { Text = $"{Half} is not whole.", BeforeChunk = DiesBefore(4) },
            "impatient" or "impatient-stream" => Usual with { BeforeStatus = () => RepeatedAsync(client, scenario) },
            "patient" => Usual with
            {
                BeforeStatus = () => Task.Delay(Silence),
                BeforeChunk = n => n == 2 ? Task.Delay(Silence) : Task.CompletedTask,
            },
            _ => Usual,
        };
    }

    /// <summary>Breaks the connection, after what came before has gone out.</summary>
    private static Func<int, Task> DiesBefore(int chunk) =>
        async n =>
        {
            if (n != chunk)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            throw new IOException("The fake dies.");
        };

    private async Task RepeatedAsync(string client, string scenario)
    {
        await Task.WhenAny(secondRequest(client, scenario), Task.Delay(Enough));
        await Task.Delay(Joining);
    }

    private static string Remembered(ReceivedCall call) =>
        !call.Raw.Contains("Who did you say?", StringComparison.Ordinal) ? "I am Ada."
        : call.Raw.Contains("I am Ada.", StringComparison.Ordinal) ? "I said Ada."
        : "I said nothing.";

    private static bool HasResult(ReceivedCall call) =>
        call.Body["messages"]?.AsArray()[^1] is { } last
        && last["role"]?.GetValue<string>() == "tool"
        && last["content"]!.ToJsonString().Contains("Friday", StringComparison.Ordinal);

    /// <summary>As the schema that arrived says, or as the tool that the client put in its place.</summary>
    private static FakeAnswer Structured(ReceivedCall call)
    {
        const string plan = """{"day":"Friday","hours":2}""";
        if (call.Body["response_format"]?.ToJsonString().Contains("hours", StringComparison.OrdinalIgnoreCase) == true)
            return Usual with { Text = plan };
        return call.Body["tools"] is JsonArray ? CallsTool(call, plan) : Usual with { Text = "No schema came." };
    }

    /// <summary>Calls the first tool that is offered; some clients put their own word before its name.</summary>
    private static FakeAnswer CallsTool(ReceivedCall asked, string arguments)
    {
        var name = asked.Body["tools"]?[0]?["function"]?["name"]?.GetValue<string>();
        var call = new JsonObject
        {
            ["id"] = "call_1",
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
        };
        var answer = new JsonObject
        {
            ["id"] = "chatcmpl-fake",
            ["object"] = "chat.completion",
            ["created"] = 1_700_000_000,
            ["model"] = "fake",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["finish_reason"] = "tool_calls",
                    ["message"] = new JsonObject
                    {
                        ["role"] = "assistant",
                        ["content"] = null,
                        ["tool_calls"] = new JsonArray(call),
                    },
                }
            ),
            ["usage"] = new JsonObject
            {
                ["prompt_tokens"] = Usual.PromptTokens,
                ["completion_tokens"] = Usual.CompletionTokens,
                ["total_tokens"] = Usual.PromptTokens + Usual.CompletionTokens,
                ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = Usual.CachedTokens },
            },
        };
        return Usual with { Raw = ("application/json", answer.ToJsonString()) };
    }
}
