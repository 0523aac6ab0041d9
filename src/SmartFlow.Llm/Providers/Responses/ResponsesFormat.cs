using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>Response objects as chat completions.</summary>
internal sealed class ResponsesFormat(TimeProvider time) : IAnswerFormat
{
    public IEventFormat Events(int choices) => new ResponsesEvents(time.GetUtcNow().ToUnixTimeSeconds());

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = default;
        try
        {
            using var document = JsonDocument.Parse(body);
            var response = document.RootElement;
            // It failed and may say what it used.
            if (Text(response, "status") == "failed") throw Failures.FromErrorObject(body.Span);
            // In work: there is no answer in it.
            if (Text(response, "status") is not ("completed" or "incomplete") || !response.TryGetProperty("output", out var output)
                || output.ValueKind != JsonValueKind.Array)
                return false;
            completion = Completion(response, output);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    /// <summary>The word of the common dialect for why an answer ended.</summary>
    public static string FinishReason(JsonElement response, bool callsTools)
    {
        var why = response.TryGetProperty("incomplete_details", out var details) ? Text(details, "reason") : "";
        return why == "content_filter" ? why
            : why.Length > 0 || Text(response, "status") == "incomplete" ? "length"
            : callsTools ? "tool_calls"
            : "stop";
    }

    /// <summary>
    /// The usage under the names of the common dialect, number for number. Where a server tells both names of a member, the
    /// one that says more is written under it.
    /// </summary>
    public static void WriteUsage(Utf8JsonWriter json, JsonElement response)
    {
        if (!response.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object) return;
        json.WriteStartObject("usage");
        foreach (var member in usage.EnumerateObject())
        {
            var (name, other) = NamesOf(member.Name);
            if (other.Length > 0 && usage.TryGetProperty(other, out var rival) && SaysMore(rival, member.Value, name == member.Name)) continue;
            json.WritePropertyName(name);
            member.Value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    /// <summary>The common name of a member, and the other one under which it may stand.</summary>
    private static (string Common, string Other) NamesOf(string name) => name switch
    {
        "input_tokens" => ("prompt_tokens", "prompt_tokens"),
        "prompt_tokens" => (name, "input_tokens"),
        "output_tokens" => ("completion_tokens", "completion_tokens"),
        "completion_tokens" => (name, "output_tokens"),
        "input_tokens_details" => ("prompt_tokens_details", "prompt_tokens_details"),
        "prompt_tokens_details" => (name, "input_tokens_details"),
        "output_tokens_details" => ("completion_tokens_details", "completion_tokens_details"),
        "completion_tokens_details" => (name, "output_tokens_details"),
        _ => (name, ""),
    };

    /// <summary>The rival has the larger count; of two that say the same the common one.</summary>
    private static bool SaysMore(JsonElement rival, JsonElement own, bool isCommon)
    {
        var (theirs, ours) = (Sum(rival), Sum(own));
        return isCommon ? theirs > ours : theirs >= ours;
    }

    private static double Sum(JsonElement counts) => counts.ValueKind switch
    {
        JsonValueKind.Number => counts.GetDouble(),
        JsonValueKind.String => double.TryParse(counts.GetString(), CultureInfo.InvariantCulture, out var number) ? number : -1,
        JsonValueKind.Object => counts.EnumerateObject().Sum(c => Math.Max(0, Sum(c.Value))),
        _ => -1,
    };

    private static ReadOnlyMemory<byte> Completion(JsonElement response, JsonElement output)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("id", Text(response, "id"));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", response.TryGetProperty("created_at", out var at) && at.TryGetDouble(out var seconds) ? (long)seconds : 0);
        json.WriteString("model", Text(response, "model"));
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        var callsTools = WriteMessage(json, output);
        json.WriteEndObject();
        json.WriteString("finish_reason", FinishReason(response, callsTools));
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, response);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private static bool WriteMessage(Utf8JsonWriter json, JsonElement output)
    {
        var items = output.EnumerateArray().ToLookup(i => Text(i, "type"));
        var parts = items["message"].SelectMany(m => Members(m, "content")).ToLookup(p => Text(p, "type"));
        var text = string.Concat(items["message"].Select(m => Text(m, "content")).Concat(parts["output_text"].Select(p => Text(p, "text"))));
        var refusal = string.Concat(parts["refusal"].Select(p => Text(p, "refusal")));
        var thought = items["reasoning"].SelectMany(r => Members(r, "summary").Concat<JsonElement>(Members(r, "content"))).Select(p => Text(p, "text"));
        var reasoning = string.Join("\n\n", thought.Where(t => t.Length > 0));
        var calls = items["function_call"].ToArray();
        if (text.Length > 0 || (calls.Length == 0 && refusal.Length == 0)) json.WriteString("content", text);
        else json.WriteNull("content");
        if (refusal.Length > 0) json.WriteString("refusal", refusal);
        if (reasoning.Length > 0) json.WriteString("reasoning_content", reasoning);
        if (calls.Length == 0) return false;
        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", Text(call, "call_id"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", Text(call, "name"));
            json.WriteString("arguments", Arguments(call));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return true;
    }

    /// <summary>Some servers give the arguments of a call as an object instead of a text.</summary>
    public static string Arguments(JsonElement call) =>
        call.TryGetProperty("arguments", out var arguments) && arguments.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? arguments.GetRawText()
            : Text(call, "arguments");

    private static JsonElement.ArrayEnumerator Members(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
