using System.Text.Json;
using OpenAI.Responses;

namespace SmartFlow.Tests.Gateway;

/// <summary>NuGet OpenAI, responses; the second turn names the first instead of sending it.</summary>
internal sealed class ClientMatrixResponses(ClientMatrixClient.Settings settings) : ClientMatrixClient
{
    private readonly ResponsesClient responses = ClientMatrixOpenAi.Open(settings).GetResponsesClient();

    public override async Task<string> AskAsync(string text) =>
        (await responses.CreateResponseAsync(settings.Model, text)).Value.GetOutputText();

    public override async Task<string> StreamAsync(string text)
    {
        var said = "";
        var options = new CreateResponseOptions(settings.Model, [ResponseItem.CreateUserMessageItem(text)])
        {
            StreamingEnabled = true,
        };
        await foreach (var update in await responses.CreateResponseStreamingAsync(options))
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                said += delta.Delta;
        return said;
    }

    public override async Task<string> TurnsAsync(string first, string second)
    {
        var answer = await responses.CreateResponseAsync(settings.Model, first);
        return (await responses.CreateResponseAsync(settings.Model, second, answer.Value.Id)).Value.GetOutputText();
    }

    public override async Task<string> ToolAsync(string text)
    {
        var options = Ask(text);
        options.Tools.Add(
            ResponseTool.CreateFunctionTool(
                "weekday",
                BinaryData.FromString(DateOnly),
                strictModeEnabled: false,
                "The day of a date."
            )
        );
        var asked = (await responses.CreateResponseAsync(options)).Value;
        foreach (var item in asked.OutputItems)
        {
            options.InputItems.Add(item);
            if (item is FunctionCallResponseItem call)
                options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "Friday"));
        }
        return (await responses.CreateResponseAsync(options)).Value.GetOutputText();
    }

    public override async Task<string> StructuredAsync(string text)
    {
        var options = Ask(text);
        options.TextOptions = new ResponseTextOptions
        {
            TextFormat = ResponseTextFormat.CreateJsonSchemaFormat(
                "plan",
                BinaryData.FromString(Schema),
                jsonSchemaIsStrict: true
            ),
        };
        var answer = (await responses.CreateResponseAsync(options)).Value.GetOutputText();
        return Said(JsonSerializer.Deserialize<ClientMatrixPlan>(answer, JsonSerializerOptions.Web));
    }

    public override int? StatusOf(Exception e) => ClientMatrixOpenAi.Status(e);

    private CreateResponseOptions Ask(string text) => new(settings.Model, [ResponseItem.CreateUserMessageItem(text)]);
}
