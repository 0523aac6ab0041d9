using Microsoft.Extensions.AI;

namespace SmartFlow.Tests.Gateway;

/// <summary>NuGet Microsoft.Extensions.AI over the chat client of OpenAI's.</summary>
internal sealed class ClientMatrixExtensionsAi(ClientMatrixClient.Settings settings) : ClientMatrixClient
{
    private readonly IChatClient chat = ClientMatrixOpenAi
        .Open(settings)
        .GetChatClient(settings.Model)
        .AsIChatClient()
        .AsBuilder()
        .UseFunctionInvocation()
        .Build();

    public override async Task<string> AskAsync(string text) => (await chat.GetResponseAsync(text)).Text;

    public override async Task<string> StreamAsync(string text)
    {
        var said = "";
        await foreach (var update in chat.GetStreamingResponseAsync(text))
            said += update.Text;
        return said;
    }

    public override async Task<string> TurnsAsync(string first, string second)
    {
        List<ChatMessage> messages = [new(ChatRole.User, first)];
        messages.AddMessages(await chat.GetResponseAsync(messages));
        messages.Add(new(ChatRole.User, second));
        return (await chat.GetResponseAsync(messages)).Text;
    }

    public override async Task<string> ToolAsync(string text)
    {
        var tool = AIFunctionFactory.Create((string date) => "Friday", "weekday", "The day of a date.");
        return (await chat.GetResponseAsync(text, new ChatOptions { Tools = [tool] })).Text;
    }

    public override async Task<string> StructuredAsync(string text) =>
        Said((await chat.GetResponseAsync<ClientMatrixPlan>(text)).Result);

    public override async Task<string> EmbedAsync(string text)
    {
        using var embeddings = ClientMatrixOpenAi
            .Open(settings)
            .GetEmbeddingClient(settings.Model)
            .AsIEmbeddingGenerator();
        return Said((await embeddings.GenerateVectorAsync(text)).ToArray());
    }

    public override int? StatusOf(Exception e) => ClientMatrixOpenAi.Status(e);

    public override void Dispose()
    {
        chat.Dispose();
        base.Dispose();
    }
}
