using System.Text;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers;

/// <summary>The events of a scripted stream.</summary>
internal static class ScriptedStream
{
    public const string ToolArguments = "{\"query\":\"Friday\"}";
    private const int BigLineBytes = 10_000_000;

    public static IEnumerable<ScriptedPiece> Pieces(Script script, JsonNode request, TimeSpan slowStep)
    {
        var step = script.Name == "slow" ? slowStep : default;
        var (words, limited) = script.Answer(request);
        var half = script.StopsHalfway ? (words.Count + 1) / 2 : words.Count;
        var choices = request["n"]?.GetValue<int>() ?? 1;
        for (var i = 0; i < choices; i++)
        {
            yield return Event(Chunk(script, request, i, new JsonObject { ["role"] = "assistant", ["content"] = "" }));
            foreach (var word in script.Reasoning)
                yield return Event(Chunk(script, request, i, new JsonObject { ["reasoning_content"] = word }));
            foreach (var delta in Deltas(script, request))
                yield return Event(Chunk(script, request, i, delta), step);
            for (var word = 0; word < half; word++)
                yield return Event(Chunk(script, request, i, new JsonObject { ["content"] = words[word] }), step);
            if (script.StopsHalfway)
            {
                foreach (var piece in Break(script))
                    yield return piece;
                yield break;
            }
            yield return Event(Chunk(script, request, i, [], End(script, limited)));
        }
        if (script.Usage(request, words.Count * choices) is { } usage)
        {
            var last = Head(request, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = usage;
            yield return Event(last);
        }
        yield return new ScriptedPiece("data: [DONE]\n\n"u8.ToArray());
    }

    public static JsonObject Head(JsonNode request, string kind) =>
        new()
        {
            ["id"] = "chatcmpl-scripted",
            ["object"] = kind,
            ["created"] = 1_700_000_000,
            ["model"] = request["model"]!.GetValue<string>(),
        };

    public static string End(Script script, bool limited) =>
        script.Name == "tool-call" ? "tool_calls"
        : limited ? "length"
        : "stop";

    public static JsonObject ToolCall(JsonNode request, int? index, string arguments)
    {
        var call = new JsonObject();
        if (index is { } at)
            call["index"] = at;
        call["id"] = "call_scripted";
        call["type"] = "function";
        call["function"] = new JsonObject
        {
            ["name"] = request["tools"]?[0]?["function"]?["name"]?.GetValue<string>() ?? "lookup",
            ["arguments"] = arguments,
        };
        return call;
    }

    private static IEnumerable<JsonObject> Deltas(Script script, JsonNode request)
    {
        if (script.Name == "big-line")
            yield return new JsonObject { ["content"] = new string('x', BigLineBytes) };
        if (script.Name != "tool-call")
            yield break;
        yield return new JsonObject { ["tool_calls"] = new JsonArray(ToolCall(request, 0, "")) };
        for (var at = 0; at < ToolArguments.Length; at += 6)
        {
            var piece = new JsonObject { ["arguments"] = ToolArguments[at..Math.Min(at + 6, ToolArguments.Length)] };
            yield return new JsonObject
            {
                ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["function"] = piece }),
            };
        }
    }

    private static IEnumerable<ScriptedPiece> Break(Script script)
    {
        yield return script.Name switch
        {
            "error-mid-stream" => new ScriptedPiece(
                Encoding.UTF8.GetBytes($"data: {ScriptedServer.ErrorObject("server_error", "Scripted error.")}\n\n")
            ),
            "malformed-sse" => new ScriptedPiece("data: {\"choices\":[{\"index\":0,\"del\n\n"u8.ToArray()),
            "hang-mid-stream" => new ScriptedPiece([], Timeout.InfiniteTimeSpan),
            _ => new ScriptedPiece([], Breaks: true),
        };
    }

    private static JsonObject Chunk(Script script, JsonNode request, int index, JsonObject delta, string? end = null)
    {
        var chunk = Head(request, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(
            new JsonObject
            {
                ["index"] = index,
                ["delta"] = delta,
                ["finish_reason"] = end,
            }
        );
        if (script.Name == "null-usage")
            chunk["usage"] = null;
        return chunk;
    }

    private static ScriptedPiece Event(JsonObject chunk, TimeSpan before = default) =>
        new(Encoding.UTF8.GetBytes($"data: {chunk.ToJsonString()}\n\n"), before);
}
