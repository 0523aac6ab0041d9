using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using static SmartFlow.Llm.Forms.ResponseObject;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// What a request refers to in the place of its references: earlier items by id, or a whole earlier response.
/// </summary>
internal sealed class ResponseReferences(KeptResponses kept)
{
    private const string Previous = "previous_response_id";
    private const string Resend = "set store to false in your client, so that it sends the whole input";

    /// <exception cref="RefusedException">invalid_argument naming the field whose item or response is not kept
    /// here.</exception>
    public async Task<IReadOnlyList<InputItem>> ResolveAsync(
        ulong userId,
        JsonObject asked,
        CancellationToken cancellationToken
    )
    {
        var (own, referred) = JsonBody.Translate(asked, static a =>
        {
            var given = ResponseInput.ItemsOf(a["input"]);
            return (given, given.Select(i => ReferenceOf(i.Json)).ToArray());
        });
        var items = new List<InputItem>();
        if (asked[Previous] is { } previous)
            items.AddRange(await BeforeAsync(userId, Text(previous), cancellationToken));
        if (Array.TrueForAll(referred, r => r is null))
            return [.. items, .. own];
        var outputs = await OutputsAsync(userId, referred, cancellationToken);
        var taken = new HashSet<JsonNode>();
        for (var i = 0; i < own.Count; i++)
            if (referred[i] is not { } id)
                items.Add(own[i]);
            else if (Find(outputs, id, own[i].Field) is var item && taken.Add(item))
                items.Add(own[i] with { Json = item.DeepClone() });
        return items;
    }

    /// <summary>The response's output as the items that it had.</summary>
    public static JsonArray OutputOf(string token, JsonObject asked, ReadOnlyMemory<byte> completion)
    {
        var response = ResponseObject.Of(asked, completion, new CallReceipt());
        return new ResponseStamp(token, ResponseTools.Of(asked["tools"]), null).Whole(response)["output"]!.AsArray();
    }

    private async Task<IEnumerable<InputItem>> BeforeAsync(ulong userId, string id, CancellationToken cancellationToken)
    {
        var found = ResponseIds.TokenOf(id) is { } token
            ? await kept.FindAsync(userId, token, cancellationToken)
            : null;
        if (found is null)
            throw RefusedException.Field(
                Previous,
                $"there is no response {id} kept here: send the whole input, or {Resend}"
            );
        if (found.Input is null)
            throw RefusedException.Field(
                Previous,
                "the input of that response was too long to be kept: send the whole input"
            );
        return found
            .Input.Concat(OutputOf(found.Token, found.Asked, found.Completion))
            .Select(i => new InputItem(i, Previous))
            .ToArray();
    }

    /// <summary>The answers that are referred to, each as its items; one request for all.</summary>
    private async Task<Dictionary<string, JsonArray>> OutputsAsync(
        ulong userId,
        string?[] ids,
        CancellationToken cancellationToken
    )
    {
        var tokens = ids.OfType<string>()
            .Select(id => ResponseIds.Parse(id)?.Token)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (tokens.Length > KeptResponses.MostReferences)
            throw RefusedException.Field(
                "input",
                $"must not refer to more than {KeptResponses.MostReferences} responses"
            );
        if (tokens.Length == 0)
            return [];
        var answers = await kept.AnswersAsync(userId, tokens, cancellationToken);
        return answers.ToDictionary(a => a.Key, a => OutputOf(a.Key, [], a.Value), StringComparer.Ordinal);
    }

    private static JsonNode Find(Dictionary<string, JsonArray> outputs, string id, string field)
    {
        if (
            ResponseIds.Parse(id) is { Place: < ResponseIds.FirstInput } parts
            && outputs.TryGetValue(parts.Token, out var output)
        )
        {
            // Its tools are not looked at, so that every call is one of a function here.
            var kind = parts.Kind == ResponseIds.CustomCall ? ResponseIds.Call : parts.Kind;
            var wanted = ResponseIds.OfItem(kind, parts.Token, parts.Place);
            var found = output.FirstOrDefault(i => Text(i?["id"]) == wanted)
                // A stream may tell in several messages what is kept as one.
                ?? (
                    kind == ResponseIds.Call
                        ? null
                        : output.FirstOrDefault(i => Text(i?["id"]).StartsWith(kind + "_", StringComparison.Ordinal))
                );
            if (found is not null)
                return found;
        }
        throw RefusedException.Field(field, $"the item {id} is not kept here: send the item itself, or {Resend}");
    }

    /// <summary>The id of what stands for another item; null: it is one itself.</summary>
    private static string? ReferenceOf(JsonNode? item) =>
        item switch
        {
            JsonObject o when Text(o["type"]) == "item_reference" => Text(o["id"]),
            JsonObject o when o["type"] is null && o["role"] is null && o["id"] is { } id => Text(id),
            _ => null,
        };
}
