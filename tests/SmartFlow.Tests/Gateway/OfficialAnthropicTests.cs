using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace SmartFlow.Tests.Gateway;

/// <summary>Anthropic's official .NET client, unchanged, against the real host.</summary>
public sealed class OfficialAnthropicTests
{
    [Fact]
    public async Task A_message_is_answered_plain_and_streamed_with_its_usage()
    {
        await using var provider = await StartProviderAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        using var client = Client(app, await (await app.SignUpAsync()).CreateApiKeyAsync());
        var asked = new MessageCreateParams
        {
            Model = "fake",
            MaxTokens = 64,
            System = "Be brief.",
            Messages = [new UserMessageParam("hi")],
        };
        var message = await client.Messages.Create(asked);
        message.Content.ShouldHaveSingleItem().TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldBe("Hello there");
        (message.Usage.InputTokens, message.Usage.CacheReadInputTokens, message.Usage.OutputTokens).ShouldBe((6, 4, 2));
        var (streamed, output) = ("", 0L);
        await foreach (var e in client.Messages.CreateStreaming(asked))
        {
            if (e.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var more))
                streamed += more.Text;
            if (e.TryPickDelta(out var end))
                output = end.Usage.OutputTokens;
        }
        (streamed, output).ShouldBe(("Hello there", 2));
    }

    [Fact]
    public async Task A_tool_and_an_image_pass_through_its_chat_client()
    {
        await using var provider = await StartProviderAsync();
        await using var app = await GatewayClient.StartAsync(provider);
        using var client = Client(app, await (await app.SignUpAsync()).CreateApiKeyAsync());
        using var chat = client.AsIChatClient("scripted/tool-call", 64);
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string query) => query + "!", "lookup")] };
        List<ChatMessage> messages =
        [
            new(ChatRole.User, [new TextContent("When?"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")]),
        ];
        var asked = await chat.GetResponseAsync(messages, options);
        var call = asked.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ShouldHaveSingleItem();
        call.Arguments!["query"]!.ToString().ShouldBe("Friday");
        messages.AddRange(asked.Messages);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Friday!")]));
        options.ModelId = "fake";
        (await chat.GetResponseAsync(messages, options)).Text.ShouldBe("Hello there");
        var sent = provider.Received.ShouldHaveSingleItem().Body["messages"]!.AsArray();
        sent.Select(m => m!["role"]!.GetValue<string>()).ShouldBe(["user", "assistant", "tool"]);
        sent[0]!["content"]![1]!["image_url"]!["url"]!.GetValue<string>().ShouldBe("data:image/png;base64,AQID");
    }

    [Fact]
    public async Task Refusals_are_the_clients_own_exceptions()
    {
        await using var provider = await StartProviderAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["TokenStore:WelcomesADay"] = "1"
        );
        var (mei, poor) = (await app.SignUpAsync(), await app.SignUpAsync("poor"));
        (await StatusAsync(app, "sf-wrong", "fake")).ShouldBe(401);
        (await StatusAsync(app, await poor.CreateApiKeyAsync(), "fake")).ShouldBe(402);
        (await StatusAsync(app, await mei.CreateApiKeyAsync(), "none")).ShouldBe(404);
        provider.Received.ShouldBeEmpty();
    }

    private static async Task<int> StatusAsync(SmartFlowApp app, string key, string model)
    {
        using var client = Client(app, key);
        var refused = await Should.ThrowAsync<AnthropicApiException>(() =>
            client.Messages.Create(
                new MessageCreateParams
                {
                    Model = model,
                    MaxTokens = 64,
                    Messages = [new UserMessageParam("hi")],
                }
            )
        );
        return (int)refused.StatusCode;
    }

    private static async Task<FakeProvider> StartProviderAsync()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { CachedTokens = 4 };
        return provider;
    }

    private static AnthropicClient Client(SmartFlowApp app, string key) =>
        new(
            new Anthropic.Core.ClientOptions
            {
                BaseUrl = app.Url.ToString().TrimEnd('/'),
                ApiKey = key,
                MaxRetries = 0,
            }
        );
}
