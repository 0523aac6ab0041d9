using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;

namespace SmartFlow.Tests.Gateway;

/// <summary>NuGet Semantic Kernel with its connector for OpenAI.</summary>
internal sealed class ClientMatrixSemanticKernel(ClientMatrixClient.Settings settings) : ClientMatrixClient
{
    private readonly Kernel kernel = Build(settings);

    private IChatCompletionService Chat => kernel.GetRequiredService<IChatCompletionService>();

    public override async Task<string> AskAsync(string text) =>
        (await Chat.GetChatMessageContentAsync(text)).Content ?? "";

    public override async Task<string> StreamAsync(string text)
    {
        var said = "";
        await foreach (var part in Chat.GetStreamingChatMessageContentsAsync(new ChatHistory(text, AuthorRole.User)))
            said += part.Content;
        return said;
    }

    public override async Task<string> TurnsAsync(string first, string second)
    {
        var history = new ChatHistory(first, AuthorRole.User);
        history.Add(await Chat.GetChatMessageContentAsync(history));
        history.AddUserMessage(second);
        return (await Chat.GetChatMessageContentAsync(history)).Content ?? "";
    }

    public override async Task<string> ToolAsync(string text)
    {
        kernel.Plugins.AddFromFunctions(
            "days",
            [KernelFunctionFactory.CreateFromMethod((string date) => "Friday", "weekday", "The day of a date.")]
        );
        var options = new OpenAIPromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        return (await Chat.GetChatMessageContentAsync(text, options, kernel)).Content ?? "";
    }

    public override async Task<string> StructuredAsync(string text)
    {
        var options = new OpenAIPromptExecutionSettings { ResponseFormat = typeof(ClientMatrixPlan) };
        var answer = (await Chat.GetChatMessageContentAsync(text, options)).Content ?? "";
        return Said(JsonSerializer.Deserialize<ClientMatrixPlan>(answer, JsonSerializerOptions.Web));
    }

    public override async Task<string> EmbedAsync(string text) =>
        Said(
            (
                await kernel
                    .GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()
                    .GenerateVectorAsync(text)
            ).ToArray()
        );

    public override int? StatusOf(Exception e) =>
        (int?)(e as HttpOperationException)?.StatusCode ?? ClientMatrixOpenAi.Status(e);

    private static Kernel Build(Settings settings)
    {
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion(settings.Model, ClientMatrixOpenAi.Open(settings));
        builder.AddOpenAIEmbeddingGenerator(settings.Model, ClientMatrixOpenAi.Open(settings));
        return builder.Build();
    }
}
