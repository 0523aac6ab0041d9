using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace SmartFlow.Tests.Gateway;

/// <summary>NuGet OpenAI, chat completions.</summary>
internal sealed class ClientMatrixOpenAi(ClientMatrixClient.Settings settings) : ClientMatrixClient
{
    private readonly ChatClient chat = Open(settings).GetChatClient(settings.Model);

    /// <summary>The client that others are built on as well.</summary>
    public static OpenAIClient Open(Settings settings)
    {
        var options = new OpenAIClientOptions { Endpoint = settings.V1 };
        if (settings.Patience is { } patience)
            options.NetworkTimeout = patience;
        return new OpenAIClient(new ApiKeyCredential(settings.Key), options);
    }

    public override async Task<string> AskAsync(string text) =>
        TextOf(await chat.CompleteChatAsync([new UserChatMessage(text)]));

    public override async Task<string> StreamAsync(string text)
    {
        var said = "";
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage(text)]))
            said += string.Concat(update.ContentUpdate.Select(c => c.Text));
        return said;
    }

    public override async Task<string> TurnsAsync(string first, string second)
    {
        var answer = await chat.CompleteChatAsync([new UserChatMessage(first)]);
        return TextOf(
            await chat.CompleteChatAsync([
                new UserChatMessage(first),
                new AssistantChatMessage(answer.Value),
                new UserChatMessage(second),
            ])
        );
    }

    public override async Task<string> ToolAsync(string text)
    {
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("weekday", "The day of a date.", BinaryData.FromString(DateOnly)) },
        };
        List<ChatMessage> messages = [new UserChatMessage(text)];
        var asked = (await chat.CompleteChatAsync(messages, options)).Value;
        messages.Add(new AssistantChatMessage(asked));
        messages.AddRange(asked.ToolCalls.Select(c => new ToolChatMessage(c.Id, "Friday")));
        return TextOf(await chat.CompleteChatAsync(messages, options));
    }

    public override async Task<string> StructuredAsync(string text)
    {
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "plan",
                BinaryData.FromString(Schema),
                jsonSchemaIsStrict: true
            ),
        };
        var answer = TextOf(await chat.CompleteChatAsync([new UserChatMessage(text)], options));
        return Said(JsonSerializer.Deserialize<ClientMatrixPlan>(answer, JsonSerializerOptions.Web));
    }

    public override async Task<string> EmbedAsync(string text)
    {
        EmbeddingClient embeddings = Open(settings).GetEmbeddingClient(settings.Model);
        return Said((await embeddings.GenerateEmbeddingAsync(text)).Value.ToFloats().ToArray());
    }

    public override int? StatusOf(Exception e) => Status(e);

    /// <summary>0 stands for no answer.</summary>
    public static int? Status(Exception e) =>
        e is ClientResultException { Status: > 0 } refused ? refused.Status : null;

    private static string TextOf(ClientResult<ChatCompletion> answer) =>
        string.Concat(answer.Value.Content.Select(c => c.Text));
}
