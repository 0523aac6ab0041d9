using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>Response objects as chat completions.</summary>
internal sealed class ResponsesFormat(TimeProvider time) : IAnswerFormat
{
    public IEventFormat Events(int choices) => new ResponsesEvents(time);

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = default;
        if (!new ReadableJson().TryRead(body, out var readable))
            return false;
        using var document = JsonDocument.Parse(readable);
        var response = document.RootElement;
        // It failed and may say what it used.
        if (Text(response, "status") == "failed")
            throw Failures.FromErrorObject(readable.Span);
        // In work: there is no answer in it.
        if (
            Text(response, "status") is "queued" or "in_progress" or "cancelled"
            || AnswerReading.Member(response, "output").ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
        )
            return false;
        return AnswerMender.TryComplete(Completion(response), time, out completion);
    }

    public static string Text(JsonElement of, string name) => AnswerReading.Text(of, name);

    /// <summary>The word of the common dialect for why an answer ended.</summary>
    public static string FinishReason(JsonElement response, bool callsTools)
    {
        var why = Text(AnswerReading.Member(response, "incomplete_details"), "reason");
        return why.Length > 0 && FinishReasons.Of(why) == FinishReasons.ContentFilter ? FinishReasons.ContentFilter
            : why.Length > 0 || Text(response, "status") == "incomplete" ? FinishReasons.Length
            : FinishReasons.Beside(FinishReasons.Stop, callsTools, functionCall: false);
    }

    /// <summary>The id under which a call's result is given.</summary>
    public static string CallIdOf(JsonElement item, TimeProvider time) =>
        Text(item, "call_id") is { Length: > 0 } callId ? callId
        : Text(item, "id") is { Length: > 0 } id ? id
        : $"call_{Guid.CreateVersion7(time.GetUtcNow()):N}";

    /// <summary>Arguments that are no text as their JSON.</summary>
    public static string ArgumentsOf(JsonElement item) =>
        AnswerReading.Member(item, "arguments") switch
        {
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => "",
            { ValueKind: JsonValueKind.String } => Text(item, "arguments"),
            var other => other.GetRawText(),
        };

    /// <summary>
    /// The usage under the names of the common dialect, number for number. Where a server tells both names of a member,
    /// the one that says more is written under it.
    /// </summary>
    public static void WriteUsage(Utf8JsonWriter json, JsonElement response)
    {
        if (AnswerReading.Member(response, "usage") is not { ValueKind: JsonValueKind.Object } usage)
            return;
        json.WriteStartObject("usage");
        foreach (var member in usage.EnumerateObject())
        {
            var (name, other) = NamesOf(member.Name);
            if (
                other.Length > 0
                && usage.TryGetProperty(other, out var rival)
                && SaysMore(rival, member.Value, name == member.Name)
            )
                continue;
            json.WritePropertyName(name);
            member.Value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    /// <summary>The common name of a member, and the other one under which it may stand.</summary>
    private static (string Common, string Other) NamesOf(string name) =>
        name switch
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

    private static double Sum(JsonElement counts) =>
        counts.ValueKind switch
        {
            JsonValueKind.Number => counts.GetDouble(),
            JsonValueKind.String => double.TryParse(counts.GetString(), CultureInfo.InvariantCulture, out var number)
                ? number
                : -1,
            JsonValueKind.Object => counts.EnumerateObject().Sum(c => Math.Max(0, Sum(c.Value))),
            _ => -1,
        };

    private ReadOnlyMemory<byte> Completion(JsonElement response)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("id", Text(response, "id"));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", CreatedOf(response) ?? time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", Text(response, "model"));
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        var callsTools = WriteMessage(json, AnswerReading.Member(response, "output"));
        json.WriteEndObject();
        json.WriteString("finish_reason", FinishReason(response, callsTools));
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, response);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private static long? CreatedOf(JsonElement response) =>
        AnswerReading.Member(response, "created_at") is { ValueKind: JsonValueKind.Number } at
        && at.TryGetDouble(out var seconds)
        && seconds is >= 0 and < 1e11
            ? (long)seconds
            : null;

    private bool WriteMessage(Utf8JsonWriter json, JsonElement output)
    {
        // One item that was not put into a list.
        JsonElement[] given = output.ValueKind == JsonValueKind.Object ? [output] : [.. output.EnumerateArray()];
        var items = given.ToLookup(i => Text(i, "type"));
        var parts = items["message"].SelectMany(m => AnswerReading.Items(m, "content")).ToLookup(p => Text(p, "type"));
        var text =
            string.Concat(items["message"].Select(m => Text(m, "content")))
            + string.Concat(parts["output_text"].Select(p => Text(p, "text")));
        var refusal = string.Concat(parts["refusal"].Select(p => Text(p, "refusal")));
        var thought = items["reasoning"]
            .SelectMany(r => AnswerReading.Items(r, "summary").Concat(AnswerReading.Items(r, "content")))
            .Select(AnswerReading.TextOf);
        var reasoning = string.Join("\n\n", thought.Where(t => t.Length > 0));
        var calls = items["function_call"].ToArray();
        if (text.Length > 0 || (calls.Length == 0 && refusal.Length == 0))
            json.WriteString("content", text);
        else
            json.WriteNull("content");
        if (refusal.Length > 0)
            json.WriteString("refusal", refusal);
        if (reasoning.Length > 0)
            json.WriteString("reasoning_content", reasoning);
        if (calls.Length == 0)
            return false;
        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", CallIdOf(call, time));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", Text(call, "name"));
            json.WriteString("arguments", ArgumentsOf(call) is { Length: > 0 } arguments ? arguments : "{}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return true;
    }
}
