using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Contracts.Llm;

/// <summary>What a response is asked for.</summary>
/// <param name="Input">What the user says.</param>
/// <param name="Instructions">What the model is to keep to.</param>
/// <param name="ImageUrls">Images beside the input: https addresses of public names, or data URLs.</param>
/// <param name="MaxOutputTokens">Null: the outlet's default.</param>
public sealed record LlmResponseRequest(
    string Input, string? Instructions = null, IReadOnlyList<string>? ImageUrls = null, long? MaxOutputTokens = null)
{
    /// <summary>Further members of the Responses API: tools, text, reasoning …</summary>
    public JsonObject More { get; init; } = [];
}

/// <summary>A function that the model wants called.</summary>
/// <param name="CallId">For its output.</param>
/// <param name="Name">Of the function.</param>
/// <param name="Arguments">JSON as the model wrote it; it may be broken.</param>
public sealed record LlmFunctionCall(string CallId, string Name, string Arguments);

/// <summary>A response.</summary>
/// <param name="Id">The same for a repeat.</param>
/// <param name="Status">completed or incomplete.</param>
/// <param name="Text">All that was said.</param>
/// <param name="Calls">Functions to call.</param>
/// <param name="Receipt">What it used and cost.</param>
public sealed record LlmResponse(string Id, string Status, string Text, IReadOnlyList<LlmFunctionCall> Calls, CallReceipt Receipt);

/// <summary>
/// The Responses API in process, paid for under one billing context like <see cref="LlmChatClient"/>: the first request uses the
/// context's event id, each further one that id with <c>:2</c>, <c>:3</c> …. Refusals are those of ILlm.
/// </summary>
public sealed class LlmResponsesClient(ILlm llm, BillingContext billing)
{
    private int calls;

    public async Task<LlmResponse> CreateAsync(LlmResponseRequest request, CancellationToken cancellationToken)
    {
        var answer = await llm.GenerateResponsesTextAsync(NextCall(), Body(request), cancellationToken);
        using var document = JsonDocument.Parse(answer.Body.Memory);
        return Read(document.RootElement, answer.Receipt);
    }

    /// <summary>The text as it comes.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="whole">Gets the whole response once the last piece has been taken.</param>
    /// <param name="cancellationToken">The caller has gone.</param>
    public async IAsyncEnumerable<string> StreamAsync(
        LlmResponseRequest request, Action<LlmResponse> whole, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(whole);
        JsonElement last = default;
        CallReceipt? receipt = null;
        await foreach (var part in llm.StreamResponsesTextAsync(NextCall(), Body(request), cancellationToken))
        {
            if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt)
            {
                receipt = part.Receipt;
                continue;
            }
            if (part.PartCase != StreamTextResponse.PartOneofCase.Chunk) continue;
            using var document = JsonDocument.Parse(part.Chunk.Memory);
            var e = document.RootElement;
            if (e.TryGetProperty("response", out var response)) last = response.Clone();
            if (e.GetProperty("type").ValueEquals("response.output_text.delta")) yield return e.GetProperty("delta").GetString()!;
        }
        whole(Read(last, receipt ?? new CallReceipt { EventId = billing.EventId }));
    }

    private BillingContext NextCall()
    {
        var number = Interlocked.Increment(ref calls);
        return number == 1 ? billing : billing with { EventId = $"{billing.EventId}:{number}" };
    }

    private byte[] Body(LlmResponseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = request.More.DeepClone().AsObject();
        // Nobody goes on from it.
        if (body["store"] is null) body["store"] = false;
        if (billing.ModelAlias.Length > 0) body["model"] = billing.ModelAlias;
        if (request.Instructions is not null) body["instructions"] = request.Instructions;
        if (request.MaxOutputTokens is { } limit) body["max_output_tokens"] = limit;
        var content = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = request.Input });
        foreach (var url in request.ImageUrls ?? []) content.Add(new JsonObject { ["type"] = "input_image", ["image_url"] = url });
        body["input"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content });
        return JsonSerializer.SerializeToUtf8Bytes(body, ChatRequests.Json);
    }

    private static LlmResponse Read(JsonElement response, CallReceipt receipt)
    {
        var (text, functions) = ("", new List<LlmFunctionCall>());
        foreach (var item in response.GetProperty("output").EnumerateArray())
        {
            if (item.GetProperty("type").ValueEquals("function_call"))
                functions.Add(new(ChatAnswers.Text(item, "call_id") ?? "", ChatAnswers.Text(item, "name") ?? "", ChatAnswers.Text(item, "arguments") ?? ""));
            if (item.GetProperty("type").ValueEquals("message"))
                text += string.Concat(item.GetProperty("content").EnumerateArray().Select(p => ChatAnswers.Text(p, "text")));
        }
        return new(ChatAnswers.Text(response, "id") ?? "", ChatAnswers.Text(response, "status") ?? "", text, functions, receipt);
    }
}
