using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Llm.Forms;

/// <summary>A call in the form of OpenAI's Responses API: translated, made as a chat completion, translated back.</summary>
internal static class ResponsesText
{
    public static async Task<GenerateResponsesTextResponse> GenerateAsync(
        ILlm llm, BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var request = ResponseRequest.Parse(body.Span, stream: false);
        var answer = await llm.GenerateTextAsync(billing, request.Chat, cancellationToken);
        var response = ResponseObject.Of(request.Asked, answer.Body.Memory, answer.Receipt);
        return new GenerateResponsesTextResponse { Body = Bytes(response), Receipt = answer.Receipt };
    }

    public static async IAsyncEnumerable<StreamTextResponse> StreamAsync(
        ILlm llm, BillingContext billing, ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = ResponseRequest.Parse(body.Span, stream: true);
        var events = new ResponseEvents(request);
        StreamTextResponse? receipt = null;
        var begun = false;
        await foreach (var part in llm.StreamTextAsync(billing, request.Chat, cancellationToken))
        {
            if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt)
            {
                receipt = part;
                // A stored answer begins with it.
                if (!begun) yield return part;
                continue;
            }
            if (part.PartCase != StreamTextResponse.PartOneofCase.Chunk)
            {
                yield return part;
                continue;
            }
            begun = true;
            events.Add(part.Chunk.Memory);
            while (events.Take() is { } e) yield return new StreamTextResponse { Chunk = Bytes(e) };
        }
        events.End(receipt?.Receipt ?? new CallReceipt { EventId = billing.EventId });
        while (events.Take() is { } e) yield return new StreamTextResponse { Chunk = Bytes(e) };
        if (receipt is { Receipt.Replayed: false }) yield return receipt;
    }

    private static ByteString Bytes(JsonObject json) => UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(json));
}
