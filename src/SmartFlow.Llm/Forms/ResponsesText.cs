using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// A call in the form of OpenAI's Responses API: translated, made as a chat completion, translated back, and kept for
/// those that go on from it.
/// </summary>
internal sealed class ResponsesText(KeptResponses kept)
{
    private readonly ResponseReferences references = new(kept);

    public async Task<GenerateResponsesTextResponse> GenerateAsync(
        ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        var request = await RequestAsync(billing, body, stream: false, cancellationToken);
        var answer = await llm.GenerateTextAsync(billing, request.Chat, cancellationToken);
        var response = ResponseObject.Of(request.Asked, answer.Body.Memory, answer.Receipt);
        var stamp = StampOf(billing, request);
        stamp.Stored = await KeepAsync(billing, answer.Receipt, request);
        return new GenerateResponsesTextResponse { Body = Bytes(stamp.Whole(response)), Receipt = answer.Receipt };
    }

    public async IAsyncEnumerable<StreamTextResponse> StreamAsync(
        ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = await RequestAsync(billing, body, stream: true, cancellationToken);
        var events = new ResponseEvents(request);
        var stamp = StampOf(billing, request);
        stamp.Stored = request.Store;
        StreamTextResponse? receipt = null;
        var begun = false;
        await foreach (var part in llm.StreamTextAsync(billing, request.Chat, cancellationToken))
        {
            if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt)
            {
                receipt = part;
                // A stored answer begins with it.
                if (!begun)
                    yield return part;
                continue;
            }
            if (part.PartCase != StreamTextResponse.PartOneofCase.Chunk)
            {
                yield return part;
                continue;
            }
            begun = true;
            events.Add(part.Chunk.Memory);
            foreach (var e in Ready(events, stamp))
                yield return e;
        }
        var end = receipt?.Receipt ?? new CallReceipt { EventId = billing.EventId };
        stamp.Stored = await KeepAsync(billing, end, request);
        events.End(end);
        foreach (var e in Ready(events, stamp))
            yield return e;
        if (receipt is { Receipt.Replayed: false })
            yield return receipt;
    }

    /// <exception cref="RefusedException">not_found.</exception>
    public async Task<GetResponseResponse> GetAsync(GetResponseRequest asked, CancellationToken cancellationToken)
    {
        var found = ResponseIds.TokenOf(asked.ResponseId) is { } token
            ? await kept.FindAsync(asked.UserId, token, cancellationToken)
            : null;
        if (found is null)
            throw NotKept();
        var row = found.Call;
        var usage = new TokenUsage(
            row.InputTokens,
            row.OutputTokens,
            row.CachedTokens,
            row.CacheWriteTokens,
            row.ReasoningTokens,
            row.Estimated
        );
        var response = ResponseObject.Of(
            found.Asked,
            found.Completion,
            Ending.Receipt(row, Quote.Thaw(row.Candidates)[row.Candidate], usage, replayed: true)
        );
        var stamp = new ResponseStamp(
            found.Token,
            ResponseTools.Of(found.Asked["tools"]),
            found.Asked["previous_response_id"]
        )
        {
            Stored = true,
        };
        return new GetResponseResponse
        {
            Body = Bytes(stamp.Whole(response)),
            Input = found.Input is null ? ByteString.Empty : Bytes(Named(found)),
        };
    }

    /// <exception cref="RefusedException">not_found.</exception>
    public async Task<DeleteResponseResponse> DeleteAsync(
        DeleteResponseRequest asked,
        CancellationToken cancellationToken
    ) =>
        ResponseIds.TokenOf(asked.ResponseId) is { } token
        && await kept.DeleteAsync(asked.UserId, token, cancellationToken)
            ? new DeleteResponseResponse()
            : throw NotKept();

    private static RefusedException NotKept() => RefusedException.NotFound("response kept here");

    private async Task<ResponseRequest> RequestAsync(
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        bool stream,
        CancellationToken cancellationToken
    )
    {
        var asked = ResponseRequest.Read(body.Span);
        return ResponseRequest.Of(
            asked,
            await references.ResolveAsync(billing.UserId, asked, cancellationToken),
            stream
        );
    }

    private Task<bool> KeepAsync(BillingContext billing, CallReceipt receipt, ResponseRequest request) =>
        kept.KeepAsync(billing.UserId, TokenOf(billing), receipt.EventId, request);

    private static ResponseStamp StampOf(BillingContext billing, ResponseRequest request) =>
        new(TokenOf(billing), request.Tools, request.Asked["previous_response_id"]);

    private static string TokenOf(BillingContext billing) => AnswerIds.Of(billing.UserId, billing.EventId);

    private static IEnumerable<StreamTextResponse> Ready(ResponseEvents events, ResponseStamp stamp)
    {
        while (events.Take() is { } e)
            foreach (var stamped in stamp.Events(e))
                yield return new StreamTextResponse { Chunk = Bytes(stamped) };
    }

    /// <summary>The input's items, each with an id.</summary>
    private static JsonArray Named(KeptResponse found)
    {
        for (var i = 0; i < found.Input!.Count; i++)
            if (found.Input[i] is JsonObject item)
            {
                item["type"] ??= "message";
                item["id"] ??= ResponseIds.OfItem(ResponseIds.Message, found.Token, ResponseIds.FirstInput + i);
                if (item["content"] is JsonValue text)
                    item["content"] = new JsonArray(
                        new JsonObject { ["type"] = "input_text", ["text"] = text.DeepClone() }
                    );
            }
        return found.Input;
    }

    private static ByteString Bytes(JsonNode json) =>
        UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(json));
}
