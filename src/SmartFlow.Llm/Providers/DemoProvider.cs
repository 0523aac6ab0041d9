using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers.Demo;
using SmartFlow.Llm.Providers.Demo.Planning;
using SmartFlow.Llm.Providers.Demo.Remembering;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// The offline model: rules instead of a network, so that the program works without any key. It speaks the
/// chat-completions dialect like every other provider, has usage, honours the output limit and says what it is.
/// The same request always gets the same answer.
/// </summary>
internal sealed class DemoProvider(TimeProvider clock) : IProvider
{
    public const string ModelName = "demo";
    private const int DefaultOutputLimit = 4_096;

    public string Name => ModelName;

    public async Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        await request.BeforeFirstByte();
        if (request.Kind == CallKind.Embeddings)
            return new Body(DemoEmbeddings.Answer(request));
        var asked = DemoRequest.Read(request.Body);
        var move = asked.Thread is { } thread ? DemoPlanner.Next(thread) : DemoMove.Text(Answer(asked));
        var text = move.Say ?? "";
        var call = move.Tool is { } tool ? new ToolCall(tool, move.Arguments!.ToJsonString(DemoRouting.Json)) : null;
        var limit = asked.OutputLimit ?? DefaultOutputLimit;
        var shown = DemoTokens.Cut(text, limit);
        var reply = new Reply(
            "chatcmpl-demo-" + Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)[..12]),
            clock.GetUtcNow().ToUnixTimeSeconds(),
            request.Model,
            shown,
            asked.Choices,
            shown.Length < text.Length ? "length"
                : call is null ? "stop"
                : "tool_calls",
            asked.InputTokens,
            (DemoTokens.Count(shown) + (call?.Tokens ?? 0)) * asked.Choices,
            call
        );
        return request.Stream ? new Chunks(reply) : new Whole(reply);
    }

    /// <exception cref="ProviderException">A schema that rules cannot fill.</exception>
    private static string Answer(DemoRequest asked) =>
        asked.Format switch
        {
            DemoFormat.Route => DemoRouting.Route(asked.UserText, asked.LastSaid),
            DemoFormat.Selection => DemoSelection.Answer(asked.UserText),
            DemoFormat.AnyObject => new JsonObject { ["answer"] = DemoAnswers.Answer(asked.UserText) }.ToJsonString(
                DemoRouting.Json
            ),
            DemoFormat.Memory => DemoMemory.Extract(asked.LastUser),
            DemoFormat.OtherSchema => throw DemoRequest.Refuse(
                "The offline model fills only the schemas named route, memory and selection. Set SMARTFLOW_LLM_BASE_URL for a real model."
            ),
            _ => DemoRemembering.Answer(asked.UserText, asked.Remembered) ?? DemoAnswers.Answer(asked.UserText),
        };

    private sealed record ToolCall(string Name, string Arguments)
    {
        public int Tokens => DemoTokens.Count(Name) + DemoTokens.Count(Arguments);
    }

    private sealed record Reply(
        string Id,
        long Created,
        string Model,
        string Text,
        int Choices,
        string Finish,
        int InputTokens,
        int OutputTokens,
        ToolCall? Call
    )
    {
        /// <summary>The id is the answer's: the same request always gets the same call.</summary>
        public JsonArray Calls() =>
            [
                new JsonObject
                {
                    ["index"] = 0,
                    ["id"] = "call_" + Id[^12..],
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = Call!.Name, ["arguments"] = Call.Arguments },
                },
            ];

        public JsonObject Frame(string kind, JsonArray choices, bool usage)
        {
            var frame = new JsonObject
            {
                ["id"] = Id,
                ["object"] = kind,
                ["created"] = Created,
                ["model"] = Model,
                ["choices"] = choices,
            };
            if (usage)
                frame["usage"] = Usage();
            return frame;
        }

        private JsonObject Usage() =>
            new()
            {
                ["prompt_tokens"] = InputTokens,
                ["completion_tokens"] = OutputTokens,
                ["total_tokens"] = InputTokens + OutputTokens,
                ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
                ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            };
    }

    private sealed class Whole(Reply reply) : ProviderAnswer
    {
        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            cancellationToken.ThrowIfCancellationRequested();
            var choices = new JsonArray();
            for (var i = 0; i < reply.Choices; i++)
            {
                var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text };
                if (reply.Call is not null)
                    message["tool_calls"] = reply.Calls();
                choices.Add(
                    new JsonObject
                    {
                        ["index"] = i,
                        ["message"] = message,
                        ["finish_reason"] = reply.Finish,
                    }
                );
            }
            yield return Bytes(reply.Frame("chat.completion", choices, usage: true));
        }
    }

    private sealed class Body(byte[] json) : ProviderAnswer
    {
        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            yield return json;
        }
    }

    private sealed class Chunks(Reply reply) : ProviderAnswer
    {
        private const string Kind = "chat.completion.chunk";

        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            for (var i = 0; i < reply.Choices; i++)
            {
                yield return Chunk(i, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
                foreach (var piece in DemoTokens.Pieces(reply.Text))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return Chunk(i, new JsonObject { ["content"] = piece }, null);
                    await Task.Yield();
                }
                if (reply.Call is not null)
                    yield return Chunk(i, new JsonObject { ["tool_calls"] = reply.Calls() }, null);
                yield return Chunk(i, [], reply.Finish);
            }
            yield return Bytes(reply.Frame(Kind, [], usage: true));
        }

        private ReadOnlyMemory<byte> Chunk(int index, JsonObject delta, string? finish) =>
            Bytes(
                reply.Frame(
                    Kind,
                    [
                        new JsonObject
                        {
                            ["index"] = index,
                            ["delta"] = delta,
                            ["finish_reason"] = finish,
                        },
                    ],
                    usage: false
                )
            );
    }

    private static ReadOnlyMemory<byte> Bytes(JsonObject frame) =>
        Encoding.UTF8.GetBytes(frame.ToJsonString(JsonSerializerOptions.Web));
}
