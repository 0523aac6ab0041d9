using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace SmartFlow.Tests.Gateway;

/// <summary>NuGet Anthropic.</summary>
internal sealed class ClientMatrixAnthropic : ClientMatrixClient
{
    private readonly AnthropicClient client;
    private readonly string model;

    public ClientMatrixAnthropic(Settings settings)
    {
        var options = new ClientOptions { BaseUrl = settings.Origin.ToString().TrimEnd('/'), ApiKey = settings.Key };
        if (settings.Patience is { } patience)
            options.Timeout = patience;
        (client, model) = (new AnthropicClient(options), settings.Model);
    }

    public override async Task<string> AskAsync(string text) =>
        TextOf(await client.Messages.Create(Ask(new UserMessageParam(text))));

    public override async Task<string> StreamAsync(string text)
    {
        var said = "";
        await foreach (var e in client.Messages.CreateStreaming(Ask(new UserMessageParam(text))))
            if (e.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var more))
                said += more.Text;
        return said;
    }

    public override async Task<string> TurnsAsync(string first, string second)
    {
        var answer = TextOf(await client.Messages.Create(Ask(new UserMessageParam(first))));
        return TextOf(
            await client.Messages.Create(
                Ask(new UserMessageParam(first), new AssistantMessageParam(answer), new UserMessageParam(second))
            )
        );
    }

    public override async Task<string> ToolAsync(string text)
    {
        var tool = new Tool
        {
            Name = "weekday",
            Description = "The day of a date.",
            InputSchema = new InputSchema { Properties = Members("""{"date":{"type":"string"}}""") },
        };
        var asked = await client.Messages.Create(Ask(new UserMessageParam(text)) with { Tools = [tool] });
        var calls = asked
            .Content.Select(b => b.TryPickToolUse(out var call) ? call : null)
            .OfType<ToolUseBlock>()
            .ToArray();
        List<ContentBlockParam> sent =
        [
            .. calls.Select(c => new ToolUseBlockParam
            {
                ID = c.ID,
                Name = c.Name,
                Input = c.Input,
            }),
        ];
        List<ContentBlockParam> results = [.. calls.Select(c => new ToolResultBlockParam(c.ID) { Content = "Friday" })];
        var next = Ask(new UserMessageParam(text), new AssistantMessageParam(sent), new UserMessageParam(results)) with
        {
            Tools = [tool],
        };
        return TextOf(await client.Messages.Create(next));
    }

    public override async Task<string> StructuredAsync(string text)
    {
        var format = new JsonOutputFormat { Schema = Members(Schema) };
        var answer = await client.Messages.Create(
            Ask(new UserMessageParam(text)) with
            {
                OutputConfig = new OutputConfig { Format = format },
            }
        );
        return Said(JsonSerializer.Deserialize<ClientMatrixPlan>(TextOf(answer), JsonSerializerOptions.Web));
    }

    public override int? StatusOf(Exception e) => e is AnthropicApiException refused ? (int)refused.StatusCode : null;

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    private MessageCreateParams Ask(params MessageParam[] messages) =>
        new()
        {
            Model = model,
            MaxTokens = 1_024,
            Messages = messages,
        };

    private static Dictionary<string, JsonElement> Members(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static string TextOf(Message message) =>
        string.Concat(message.Content.Select(b => b.TryPickText(out var text) ? text.Text : ""));
}
