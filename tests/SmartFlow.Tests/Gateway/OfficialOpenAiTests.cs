using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;

namespace SmartFlow.Tests.Gateway;

/// <summary>OpenAI's official .NET client, unchanged, against the real host.</summary>
public sealed class OfficialOpenAiTests
{
    [Fact]
    public async Task A_chat_is_answered_plain_and_streamed_with_its_usage()
    {
        await using var f = await Fixture.StartAsync();
        var chat = f.Client().GetChatClient("fake");
        var plain = await chat.CompleteChatAsync([new SystemChatMessage("Be brief."), new UserChatMessage("hi")]);
        plain.Value.Content[0].Text.ShouldBe("Hello there");
        plain.Value.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(4);
        plain.GetRawResponse().Headers.TryGetValue("x-smartflow-credit-micros", out var micros).ShouldBeTrue();
        long.Parse(micros!).ShouldBePositive();
        var (text, usage) = ("", (ChatTokenUsage?)null);
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("hi")]))
        {
            text += string.Concat(update.ContentUpdate.Select(c => c.Text));
            usage = update.Usage ?? usage;
        }
        text.ShouldBe("Hello there");
        (usage!.InputTokenCount, usage.OutputTokenCount, usage.OutputTokenDetails.ReasoningTokenCount).ShouldBe(
            (10, 2, 1)
        );
    }

    [Fact]
    public async Task A_stream_that_is_stopped_at_its_hold_is_read_as_one_that_reached_its_limit()
    {
        await using var f = await Fixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Text = string.Join(' ', Enumerable.Repeat("word", 1_000)),
            HangAfter = 500,
        };
        var (text, end, usage) = ("", (ChatFinishReason?)null, (ChatTokenUsage?)null);
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 10 };
        await foreach (
            var update in f.Client()
                .GetChatClient("fake")
                .CompleteChatStreamingAsync([new UserChatMessage("hi")], options)
        )
        {
            text += string.Concat(update.ContentUpdate.Select(c => c.Text));
            end = update.FinishReason ?? end;
            usage = update.Usage ?? usage;
        }
        text.ShouldStartWith("word word");
        end.ShouldBe(ChatFinishReason.Length);
        usage!.OutputTokenCount.ShouldBe(10);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_goes_back()
    {
        await using var f = await Fixture.StartAsync();
        var tool = ChatTool.CreateFunctionTool(
            "add_task",
            "Adds.",
            BinaryData.FromString("""{"type":"object","properties":{}}""")
        );
        var options = new ChatCompletionOptions
        {
            Tools = { tool },
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
        };
        List<ChatMessage> messages = [new UserChatMessage("hi")];
        var asked = (await f.Client().GetChatClient("scripted/tool-call").CompleteChatAsync(messages, options)).Value;
        asked.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var call = asked.ToolCalls.ShouldHaveSingleItem();
        (call.FunctionName, call.FunctionArguments.ToString()).ShouldBe(("add_task", """{"query":"Friday"}"""));
        messages.AddRange([new AssistantChatMessage(asked), new ToolChatMessage(call.Id, "done")]);
        (await f.Client().GetChatClient("fake").CompleteChatAsync(messages, options))
            .Value.Content[0]
            .Text.ShouldBe("Hello there");
        var sent = f.Provider.Received.ShouldHaveSingleItem().Body;
        sent["messages"]!.AsArray().Select(m => m!["role"]!.GetValue<string>()).ShouldBe(["user", "assistant", "tool"]);
        sent["tool_choice"]!.GetValue<string>().ShouldBe("required");
    }

    [Fact]
    public async Task Schema_images_stops_and_log_probabilities_reach_the_provider()
    {
        await using var f = await Fixture.StartAsync();
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "plan",
                BinaryData.FromString("""{"type":"object"}"""),
                jsonSchemaIsStrict: true
            ),
            StopSequences = { "END" },
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 2,
            MaxOutputTokenCount = 40,
            Seed = 7,
        };
        var image = ChatMessageContentPart.CreateImagePart(
            BinaryData.FromBytes(new byte[] { 1, 2, 3 }),
            "image/png",
            ChatImageDetailLevel.Low
        );
        await f.Client()
            .GetChatClient("fake")
            .CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateTextPart("What?"), image)], options);
        var sent = f.Provider.Received.ShouldHaveSingleItem().Body;
        sent["response_format"]!["json_schema"]!["name"]!.GetValue<string>().ShouldBe("plan");
        sent["messages"]![0]!["content"]![1]!["image_url"]!["url"]!
            .GetValue<string>()
            .ShouldBe("data:image/png;base64,AQID");
        (
            sent["stop"]![0]!.GetValue<string>(),
            sent["top_logprobs"]!.GetValue<int>(),
            sent["max_completion_tokens"]!.GetValue<int>(),
            sent["seed"]!.GetValue<int>()
        ).ShouldBe(("END", 2, 40, 7));
    }

    [Fact]
    public async Task A_response_is_given_plain_and_streamed()
    {
        await using var f = await Fixture.StartAsync();
        var responses = f.Client().GetResponsesClient();
        var options = new CreateResponseOptions("fake", [ResponseItem.CreateUserMessageItem("hi")])
        {
            Instructions = "Be brief.",
        };
        var plain = (await responses.CreateResponseAsync(options)).Value;
        (plain.GetOutputText(), plain.Status, plain.Usage.OutputTokenCount).ShouldBe(
            ("Hello there", ResponseStatus.Completed, 2)
        );
        options.StreamingEnabled = true;
        var (text, last) = ("", (StreamingResponseUpdate?)null);
        await foreach (var update in await responses.CreateResponseStreamingAsync(options))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                text += delta.Delta;
            last = update;
        }
        text.ShouldBe("Hello there");
        last.ShouldBeOfType<StreamingResponseCompletedUpdate>().Response.GetOutputText().ShouldBe("Hello there");
    }

    [Fact]
    public async Task Texts_are_embedded()
    {
        await using var f = await Fixture.StartAsync();
        var vectors = (
            await f.Client()
                .GetEmbeddingClient("fake")
                .GenerateEmbeddingsAsync(["a", "b"], new EmbeddingGenerationOptions { Dimensions = 3 })
        ).Value;
        vectors
            .Select(v => v.ToFloats().ToArray())
            .ShouldBe([
                [1, 2, 3],
                [1, 2, 3],
            ]);
        vectors.Usage.InputTokenCount.ShouldBe(10);
        var demo = (await f.Client().GetEmbeddingClient("demo").GenerateEmbeddingAsync("a")).Value;
        demo.ToFloats().Length.ShouldBe(256);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        await using var f = await Fixture.StartAsync();
        var models = f.Client().GetOpenAIModelClient();
        (await models.GetModelsAsync()).Value.Select(m => m.Id).ShouldContain("fake");
        (await models.GetModelAsync("demo")).Value.OwnedBy.ShouldBe("demo");
    }

    [Fact]
    public async Task Refusals_are_the_clients_own_exceptions()
    {
        await using var f = await Fixture.StartAsync();
        (await StatusAsync(f.Client("sf-wrong"), "fake")).ShouldBe(401);
        (await StatusAsync(f.Client(await f.Poor.CreateApiKeyAsync()), "fake")).ShouldBe(402);
        (await StatusAsync(f.Client(), "none")).ShouldBe(404);
        var refused = await Should.ThrowAsync<ClientResultException>(() =>
            f.Client().GetEmbeddingClient("fake").GenerateEmbeddingsAsync([""])
        );
        (refused.Status, refused.Message).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(400),
            r => r.Message.ShouldContain("must not be empty")
        );
        f.Provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_is_tried_again_by_the_client_and_charged_once()
    {
        await using var f = await Fixture.StartAsync();
        var calls = 0;
        f.Provider.Answers = _ => new FakeAnswer { Status = Interlocked.Increment(ref calls) == 1 ? 500 : 200 };
        var before = await f.App.BalanceMicrosAsync(f.Mei);
        var answer = await f.Client(retries: 2).GetChatClient("fake").CompleteChatAsync([new UserChatMessage("hi")]);
        answer.Value.Content[0].Text.ShouldBe("Hello there");
        calls.ShouldBe(2);
        answer.GetRawResponse().Headers.TryGetValue("x-smartflow-credit-micros", out var micros).ShouldBeTrue();
        await Eventually.IsTrueAsync(
            async () => await f.App.BalanceMicrosAsync(f.Mei) == before - long.Parse(micros!),
            "one charge"
        );
    }

    private static async Task<int> StatusAsync(OpenAIClient client, string model) =>
        (
            await Should.ThrowAsync<ClientResultException>(() =>
                client.GetChatClient(model).CompleteChatAsync([new UserChatMessage("hi")])
            )
        ).Status;

    private sealed class Fixture(SmartFlowApp app, FakeProvider provider, TestUser mei, TestUser poor, string key)
        : IAsyncDisposable
    {
        public SmartFlowApp App => app;

        public FakeProvider Provider => provider;

        public TestUser Mei => mei;

        public TestUser Poor => poor;

        public static async Task<Fixture> StartAsync()
        {
            var provider = await FakeProvider.StartAsync();
            provider.Answers = _ => new FakeAnswer { CachedTokens = 4, ReasoningTokens = 1 };
            // The second user finds no welcome left.
            var app = await GatewayClient.StartAsync(provider, s =>
            {
                s.Settings["TokenStore:WelcomesADay"] = "1";
                s.Settings["Llm:AttemptsPerCandidate"] = "1";
            });
            var mei = await app.SignUpAsync();
            return new Fixture(app, provider, mei, await app.SignUpAsync("poor"), await mei.CreateApiKeyAsync());
        }

        public OpenAIClient Client(string? other = null, int retries = 0) =>
            new(
                new ApiKeyCredential(other ?? key),
                new OpenAIClientOptions
                {
                    Endpoint = new Uri(app.Url, "/v1"),
                    RetryPolicy = new ClientRetryPolicy(retries),
                }
            );

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
