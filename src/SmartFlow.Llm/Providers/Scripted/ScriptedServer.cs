using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers;

/// <summary>The server side of <see cref="ScriptedProvider"/>, in the place of a network.</summary>
internal sealed class ScriptedServer(TimeProvider time) : HttpMessageHandler
{
    private const int BigLineBytes = 10_000_000;
    private static readonly TimeSpan SlowStep = TimeSpan.FromMilliseconds(100);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken))!;
        var script = Script.Parse(body["model"]!.GetValue<string>());
        request.Options.TryGetValue(ProviderHttp.Attempt, out var attempt);
        if (script is null)
            return Error(404, "There is no such script.");
        if (script.ErrorStatus(attempt) is > 0 and var status)
            return Error(status, "Scripted error.");
        if (script.Name == "error-in-200")
            return Json(200, ErrorObject("server_error", "Scripted error."));
        if (script.Name == "cut-before")
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        if (script.Name == "hang")
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        if (request.RequestUri!.AbsolutePath.EndsWith("/embeddings", StringComparison.Ordinal))
            return Response(200, "application/json", Whole(script, Encoding.UTF8.GetBytes(Embeddings(script, body))));
        var streamed = body["stream"]?.GetValue<bool>() == true && script.Name != "json-for-stream";
        return streamed
            ? Response(200, "text/event-stream", ScriptedStream.Pieces(script, body, SlowStep))
            : Response(200, "application/json", Plain(script, body));
    }

    private IEnumerable<ScriptedPiece> Plain(Script script, JsonNode request)
    {
        var (words, limited) = script.Answer(request);
        if (script.Name == "slow")
            yield return new ScriptedPiece([], SlowStep * words.Count);
        var completion = Encoding.UTF8.GetBytes(Completion(script, request, words, limited));
        if (script.Name == "big-line")
            completion = new byte[BigLineBytes];
        foreach (var piece in Whole(script, completion))
            yield return piece;
    }

    /// <summary>A body of which some scripts send only the half.</summary>
    private static IEnumerable<ScriptedPiece> Whole(Script script, byte[] completion)
    {
        if (!script.StopsHalfway)
        {
            yield return new ScriptedPiece(completion);
            yield break;
        }
        yield return new ScriptedPiece(completion[..(completion.Length / 2)]);
        if (script.Name == "hang-mid-stream")
            yield return new ScriptedPiece([], Timeout.InfiniteTimeSpan);
        if (script.Name == "cut-stream")
            yield return new ScriptedPiece([], Breaks: true);
    }

    /// <summary>Of each item a vector of three numbers: 1, its place, its length.</summary>
    private static string Embeddings(Script script, JsonNode request)
    {
        var input = request["input"]!;
        var items =
            input is JsonArray list && list[0]!.GetValueKind() != JsonValueKind.Number
                ? [.. list.OfType<JsonNode>()]
                : new[] { input };
        var data = items.Select(
            (item, i) =>
                (JsonNode)
                    new JsonObject
                    {
                        ["object"] = "embedding",
                        ["index"] = i,
                        ["embedding"] = new JsonArray(1, i, item.ToJsonString().Length),
                    }
        );
        var answer = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. data]),
            ["model"] = request["model"]!.GetValue<string>(),
        };
        if (script.Name == "null-usage")
            answer["usage"] = null;
        if (script.EmbeddingsUsage(request) is { } usage)
            answer["usage"] = usage;
        return answer.ToJsonString();
    }

    private static string Completion(Script script, JsonNode request, IReadOnlyList<string> words, bool limited)
    {
        var choices = new JsonArray();
        for (var i = 0; i < (request["n"]?.GetValue<int>() ?? 1); i++)
        {
            var message = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(words) };
            if (script.Reasoning.Count > 0)
                message["reasoning_content"] = string.Concat(script.Reasoning);
            if (script.Name == "tool-call")
            {
                message["content"] = null;
                message["tool_calls"] = new JsonArray(
                    ScriptedStream.ToolCall(request, null, ScriptedStream.ToolArguments)
                );
            }
            choices.Add(
                new JsonObject
                {
                    ["index"] = i,
                    ["message"] = message,
                    ["finish_reason"] = ScriptedStream.End(script, limited),
                }
            );
        }
        var completion = ScriptedStream.Head(request, "chat.completion");
        completion["choices"] = choices;
        if (script.Name == "null-usage")
            completion["usage"] = null;
        if (script.Usage(request, words.Count * choices.Count) is { } usage)
            completion["usage"] = usage;
        return completion.ToJsonString();
    }

    private HttpResponseMessage Error(int status, string message)
    {
        var response = Json(status, status == 429 ? ErrorObject("rate_limit_exceeded", message) : Wordless(message));
        if (status == 429)
            response.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(
                TimeSpan.FromSeconds(1)
            );
        return response;
    }

    /// <summary>Without a code of its own, as many servers answer.</summary>
    private static string Wordless(string message) =>
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = message,
                ["type"] = "scripted",
                ["code"] = null,
            },
        }.ToJsonString();

    internal static string ErrorObject(string code, string message) =>
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = message,
                ["type"] = code,
                ["code"] = code,
            },
        }.ToJsonString();

    private HttpResponseMessage Json(int status, string body) =>
        Response(status, "application/json", [new ScriptedPiece(Encoding.UTF8.GetBytes(body))]);

    private HttpResponseMessage Response(int status, string type, IEnumerable<ScriptedPiece> pieces)
    {
        var content = new StreamContent(new ScriptedBody(pieces.GetEnumerator(), time));
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(type);
        return new HttpResponseMessage((HttpStatusCode)status) { Content = content };
    }
}
