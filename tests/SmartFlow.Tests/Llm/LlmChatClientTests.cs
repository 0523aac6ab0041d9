using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Tests.Llm;

/// <summary>The mapping between Microsoft.Extensions.AI and the outlet, on an outlet that records.</summary>
public sealed class LlmChatClientTests
{
    private static readonly BillingContext Billing = new(7, "sf:turn:1:chat", Scenes.AgentChat, "r", "c", "gpt", false);
    private static readonly CallReceipt Receipt = new()
    {
        EventId = Billing.EventId,
        CreditMicros = 42,
        Usage = new TokenUsageMessage
        {
            Input = 5,
            Output = 7,
            Cached = 11,
            CacheWrite = 13,
            Reasoning = 17,
        },
    };

    private readonly RecordingLlm llm = new();

    [Fact]
    public async Task Messages_tools_and_options_become_a_chat_request()
    {
        using var client = new LlmChatClient(llm, Billing);
        var tool = AIFunctionFactory.Create((string city) => city, "weather", "Tells the weather");
        List<ChatMessage> messages =
        [
            new(ChatRole.System, "be short"),
            new(ChatRole.User, [new TextContent("look"), new DataContent(new byte[] { 1, 2 }, "image/png")]),
            new(
                ChatRole.Assistant,
                [new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "北京" })]
            ),
            new(
                ChatRole.Tool,
                [new FunctionResultContent("c1", "sunny"), new FunctionResultContent("c2", new { a = 1 })]
            ),
        ];
        await client.GetResponseAsync(
            messages,
            new ChatOptions
            {
                Temperature = 0,
                MaxOutputTokens = 9,
                StopSequences = ["END"],
                Tools = [tool],
                ToolMode = ChatToolMode.RequireSpecific("weather"),
                ResponseFormat = ChatResponseFormat.ForJsonSchema(
                    JsonSerializer.Deserialize<JsonElement>("{\"type\":\"object\"}"),
                    "route"
                ),
                AdditionalProperties = new AdditionalPropertiesDictionary { ["user"] = "u" },
            }
        );
        var body = llm.Bodies.Single();
        body["model"]!.GetValue<string>().ShouldBe("gpt");
        body["temperature"]!.GetValue<float>().ShouldBe(0);
        body["max_completion_tokens"]!.GetValue<int>().ShouldBe(9);
        body["stop"]!.ToJsonString().ShouldBe("[\"END\"]");
        body["user"]!.GetValue<string>().ShouldBe("u");
        body["tools"]![0]!["function"]!["name"]!.GetValue<string>().ShouldBe("weather");
        body["tool_choice"]!["function"]!["name"]!.GetValue<string>().ShouldBe("weather");
        body["response_format"]!["json_schema"]!["name"]!.GetValue<string>().ShouldBe("route");
        var sent = body["messages"]!.AsArray();
        sent.Select(m => m!["role"]!.GetValue<string>()).ShouldBe(["system", "user", "assistant", "tool", "tool"]);
        sent[1]!["content"]![1]!["image_url"]!["url"]!.GetValue<string>().ShouldBe("data:image/png;base64,AQI=");
        sent[2]!["tool_calls"]![0]!["function"]!["arguments"]!.GetValue<string>().ShouldBe("{\"city\":\"北京\"}");
        sent[3]!["content"]!.GetValue<string>().ShouldBe("sunny");
        sent[4]!["content"]!.GetValue<string>().ShouldBe("{\"a\":1}");
    }

    [Fact]
    public async Task An_answer_becomes_contents_usage_and_receipt()
    {
        llm.Plain = """
            {"id":"x","model":"m","created":1,"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","reasoning_content":"hm",
             "content":"hi","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
             {"id":"c2","type":"function","function":{"name":"g","arguments":"not json"}}]}}]}
            """;
        using var client = new LlmChatClient(llm, Billing);
        var response = await client.GetResponseAsync([new(ChatRole.User, "hi")]);
        response.Text.ShouldBe("hi");
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        response.RawRepresentation.ShouldBe(Receipt);
        var contents = response.Messages.Single().Contents;
        contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("hm");
        var calls = contents.OfType<FunctionCallContent>().ToList();
        calls[0].Arguments!["a"]!.ToString().ShouldBe("1");
        calls[1].Exception.ShouldNotBeNull();
        Check(response.Usage!);
    }

    [Fact]
    public async Task A_stream_gives_text_at_once_and_tool_calls_whole_at_the_end()
    {
        llm.Chunks =
        [
            """{"id":"x","choices":[{"delta":{"role":"assistant","content":""}}]}""",
            """{"id":"x","choices":[{"delta":{"content":"he"}}]}""",
            """{"id":"x","choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\""}}]}}]}""",
            """{"id":"x","choices":[{"delta":{"content":"llo","tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}""",
            """{"id":"x","choices":[],"usage":{"prompt_tokens":999}}""",
        ];
        using var client = new LlmChatClient(llm, Billing);
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in client.GetStreamingResponseAsync([new(ChatRole.User, "hi")]))
            updates.Add(update);
        updates.Select(u => u.Text).Where(t => t.Length > 0).ShouldBe(["he", "llo"]);
        updates[^1].RawRepresentation.ShouldBe(Receipt);
        updates[^1].Contents.OfType<FunctionCallContent>().Single().Arguments!["a"]!.ToString().ShouldBe("1");
        Check(updates.SelectMany(u => u.Contents).OfType<UsageContent>().Single().Details);
    }

    [Fact]
    public async Task Each_call_of_one_client_has_its_own_key()
    {
        using var client = new LlmChatClient(llm, Billing);
        await client.GetResponseAsync([new(ChatRole.User, "a")]);
        await client.GetResponseAsync([new(ChatRole.User, "b")]);
        llm.Keys.ShouldBe(["sf:turn:1:chat", "sf:turn:1:chat:2"]);
        client.GetService(typeof(BillingContext)).ShouldBe(Billing);
    }

    private static void Check(UsageDetails usage)
    {
        usage.InputTokenCount.ShouldBe(29);
        usage.OutputTokenCount.ShouldBe(24);
        usage.TotalTokenCount.ShouldBe(53);
        usage.CachedInputTokenCount.ShouldBe(11);
        usage.ReasoningTokenCount.ShouldBe(17);
    }

    private sealed class RecordingLlm : ILlm
    {
        public string Plain { get; set; } = """{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}""";

        public IReadOnlyList<string> Chunks { get; set; } = [];

        public List<JsonNode> Bodies { get; } = [];

        public List<string> Keys { get; } = [];

        public Task<GenerateTextResponse> GenerateTextAsync(
            GenerateTextRequest request,
            CancellationToken cancellationToken
        )
        {
            Record(request.Billing, request.Body);
            return Task.FromResult(
                new GenerateTextResponse { Body = ByteString.CopyFromUtf8(Plain), Receipt = Receipt }
            );
        }

        public async IAsyncEnumerable<StreamTextResponse> StreamTextAsync(
            StreamTextRequest request,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            Record(request.Billing, request.Body);
            foreach (var chunk in Chunks)
                yield return new StreamTextResponse { Chunk = ByteString.CopyFrom(chunk, Encoding.UTF8) };
            await Task.Yield();
            yield return new StreamTextResponse { Receipt = Receipt };
        }

        public Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
            GenerateResponsesTextRequest request,
            CancellationToken cancellationToken
        )
        {
            Record(request.Billing, request.Body);
            return Task.FromResult(
                new GenerateResponsesTextResponse { Body = ByteString.CopyFromUtf8(Plain), Receipt = Receipt }
            );
        }

        public IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
            GenerateResponsesTextRequest request,
            CancellationToken cancellationToken
        ) =>
            StreamTextAsync(
                new StreamTextRequest { Billing = request.Billing, Body = request.Body },
                cancellationToken
            );

        public Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
            GenerateEmbeddingsRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new GenerateEmbeddingsResponse());

        public Task<PingResponse> PingAsync(PingRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new PingResponse());

        public Task<GetResponseResponse> GetResponseAsync(
            GetResponseRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new GetResponseResponse());

        public Task<DeleteResponseResponse> DeleteResponseAsync(
            DeleteResponseRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new DeleteResponseResponse());

        public Task<ListModelsResponse> ListModelsAsync(
            ListModelsRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new ListModelsResponse());

        public Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new GetCallResponse());

        public Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new ListCallsResponse());

        public Task<GetCallSummaryResponse> GetCallSummaryAsync(
            GetCallSummaryRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new GetCallSummaryResponse());

        public Task<GetSpendByKeyResponse> GetSpendByKeyAsync(
            GetSpendByKeyRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new GetSpendByKeyResponse());

        public Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new QuoteCallResponse());

        public Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new GetLimitsResponse());

        public Task<CheckCreditResponse> CheckCreditAsync(
            CheckCreditRequest request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new CheckCreditResponse());

        private void Record(BillingContextMessage billing, ByteString body)
        {
            Bodies.Add(JsonNode.Parse(body.Span)!);
            Keys.Add(billing.EventId);
        }
    }
}
