using System.Text.Json;
using System.Text.Json.Nodes;
using static SmartFlow.Llm.Forms.ResponseObject;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// What a response and its events owe to this call alone: ids, calls of custom tools and of namespaces, what is kept,
/// and the numbers of the events.
/// </summary>
internal sealed class ResponseStamp(string token, ResponseTools tools, JsonNode? previous)
{
    private readonly Dictionary<int, string> ids = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly HashSet<int> customCalls = [];
    private int sequence;

    /// <summary>It is kept for later requests.</summary>
    public bool Stored { get; set; }

    public JsonObject Whole(JsonObject response)
    {
        response["id"] = ResponseIds.OfResponse(token);
        response["store"] = Stored;
        response["previous_response_id"] = previous?.DeepClone();
        var output = response["output"] as JsonArray ?? [];
        for (var i = 0; i < output.Count; i++)
            if (output[i] is JsonObject item)
                Item(item, i);
        return response;
    }

    /// <summary>The event as it is to be sent: none, itself, or two in its place.</summary>
    public IEnumerable<JsonObject> Events(JsonObject e)
    {
        if (e["response"] is JsonObject response)
            Whole(response);
        if (e["output_index"]?.GetValue<int>() is { } index)
        {
            if (e["item"] is JsonObject item)
                Item(item, index);
            if (customCalls.Contains(index))
                switch (Text(e["type"]))
                {
                    case "response.function_call_arguments.delta":
                        yield break;
                    case "response.function_call_arguments.done":
                        var input = InputOf(Text(e["arguments"]));
                        yield return Numbered(OfCall(index, "delta", "delta", input));
                        yield return Numbered(OfCall(index, "done", "input", input));
                        yield break;
                }
            if (e.ContainsKey("item_id"))
                e["item_id"] = ids.GetValueOrDefault(index);
        }
        yield return Numbered(e);
    }

    private JsonObject OfCall(int index, string kind, string member, string value) =>
        new()
        {
            ["type"] = "response.custom_tool_call_input." + kind,
            ["item_id"] = ids.GetValueOrDefault(index),
            ["output_index"] = index,
            [member] = value,
        };

    private JsonObject Numbered(JsonObject e)
    {
        e["sequence_number"] = sequence++;
        return e;
    }

    private void Item(JsonObject item, int index)
    {
        var kind = Text(item["type"]) switch
        {
            "message" => ResponseIds.Message,
            "reasoning" => ResponseIds.Reasoning,
            "function_call" when tools.IsCustom(Text(item["name"])) => ResponseIds.CustomCall,
            "function_call" => ResponseIds.Call,
            _ => "",
        };
        if (kind.Length == 0)
            return;
        var (space, name) = tools.NameOf(Text(item["name"]));
        if (kind == ResponseIds.CustomCall)
            Customize(item, index);
        if (space is not null)
            (item["namespace"], item["name"]) = (space, name);
        if (!ids.TryGetValue(index, out var id))
            ids[index] = id = ResponseIds.OfItem(kind, token, NextPlace(kind));
        item["id"] = id;
    }

    /// <summary>Calls of both kinds are counted together, as they stand in the answer.</summary>
    private int NextPlace(string kind)
    {
        if (kind == ResponseIds.CustomCall)
            kind = ResponseIds.Call;
        var place = places.GetValueOrDefault(kind);
        places[kind] = place + 1;
        return place;
    }

    private void Customize(JsonObject item, int index)
    {
        customCalls.Add(index);
        var arguments = Text(item["arguments"]);
        item.Remove("arguments");
        item["type"] = "custom_tool_call";
        item["input"] = arguments.Length == 0 ? "" : InputOf(arguments);
    }

    /// <summary>Arguments that are not as they should be are the input themselves.</summary>
    private static string InputOf(string arguments)
    {
        try
        {
            return
                JsonNode.Parse(arguments) is JsonObject given
                && given[ResponseTools.Input] is JsonValue input
                && input.TryGetValue(out string? text)
                ? text
                : arguments;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return arguments;
        }
    }
}
