using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Contracts.Llm;

/// <summary>
/// An <see cref="IChatClient"/> whose every call is paid for: it speaks to <see cref="ILlm"/> under one billing
/// context. The first request uses the context's event id, each further one that id with <c>:2</c>, <c>:3</c> …, so
/// that a loop of tool calls that is run again asks for the same calls. Refusals are those of ILlm. The receipt is the
/// raw representation of a response, and of the last update of a stream.
/// </summary>
public sealed class LlmChatClient(ILlm llm, BillingContext billing) : IChatClient
{
    private int calls;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var answer = await llm.GenerateTextAsync(NextCall(), Body(messages, options), cancellationToken);
        using var document = JsonDocument.Parse(answer.Body.Memory);
        return ChatAnswers.Response(document.RootElement, answer.Receipt);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var stream = new ChatStream();
        await foreach (var part in llm.StreamTextAsync(NextCall(), Body(messages, options), cancellationToken))
        {
            if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt)
            {
                yield return stream.End(part.Receipt);
                continue;
            }
            if (part.PartCase != StreamTextResponse.PartOneofCase.Chunk)
                continue;
            using var chunk = JsonDocument.Parse(part.Chunk.Memory);
            foreach (var update in stream.Read(chunk.RootElement))
                yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(BillingContext))
            return billing;
        if (serviceType == typeof(ChatClientMetadata))
            return new ChatClientMetadata("smartflow", null, billing.ModelAlias);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // The outlet is shared; there is nothing of this caller to give back.
    }

    private BillingContext NextCall()
    {
        var number = Interlocked.Increment(ref calls);
        return number == 1 ? billing : billing with { EventId = $"{billing.EventId}:{number}" };
    }

    private byte[] Body(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        JsonObject body = ChatRequests.Body(messages, options, billing.ModelAlias);
        return JsonSerializer.SerializeToUtf8Bytes(body, ChatRequests.Json);
    }
}
