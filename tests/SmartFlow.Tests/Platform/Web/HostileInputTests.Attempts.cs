using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Platform.Web;

public sealed partial class HostileInputTests
{
    private sealed record Attempt(string Method, string Url, string? Body, string Why)
    {
        /// <summary>Takes away what the others need: deletes it, or turns to another term.</summary>
        public bool Ends =>
            Method == "DELETE"
            || Url.EndsWith("/remove", StringComparison.Ordinal)
            || (Method == "POST" && Url.StartsWith("/api/v1/terms", StringComparison.Ordinal));
    }

    private static IEnumerable<Attempt> Attempts(JsonElement document, Dictionary<string, string> ids)
    {
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        foreach (var operation in path.Value.EnumerateObject())
        {
            var method = operation.Name.ToUpperInvariant();
            // They end the session that the others need, or never end themselves.
            if (
                path.Name is "/api/v1/auth/logout" or "/api/v1/auth/change-password"
                || path.Name.EndsWith("/stream", StringComparison.Ordinal)
            )
                continue;
            var url = Parameter().Replace(path.Name, "1");
            var body = Body(method, path.Name, operation.Value, document, ids);
            if (url != path.Name)
                foreach (var id in Ids)
                    yield return new Attempt(method, Parameter().Replace(path.Name, id), body?.ToJsonString(), "id");
            foreach (var query in QueriesOf(operation.Value))
            foreach (var value in Queries)
                yield return new Attempt(method, $"{url}?{query}={value}", body?.ToJsonString(), "query");
            if (body is null)
            {
                if (method != "GET")
                    yield return new Attempt(method, url, null, "no body");
                continue;
            }
            yield return new Attempt(method, url, body.ToJsonString(), "good");
            foreach (var raw in Bodies)
                yield return new Attempt(method, url, raw, "body " + raw[..Math.Min(raw.Length, 20)]);
            foreach (var place in Places(body, []))
            foreach (var value in Values)
                yield return new Attempt(
                    method,
                    url,
                    With(body, place, value),
                    $"{string.Join('.', place)} = {value[..Math.Min(value.Length, 30)]}"
                );
        }
    }

    private static IEnumerable<string> QueriesOf(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? parameters
                .EnumerateArray()
                .Where(p => p.TryGetProperty("in", out var where) && where.ValueEquals("query"))
                .Select(p => p.GetProperty("name").GetString()!)
            : [];

    private static JsonNode? Body(
        string method,
        string path,
        JsonElement operation,
        JsonElement document,
        Dictionary<string, string> ids
    )
    {
        if (Good.TryGetValue($"{method} {path}", out var good))
            return JsonNode.Parse(
                ids.Aggregate(good, (text, id) => text.Replace(id.Key, id.Value, StringComparison.Ordinal))
            );
        return
            operation.TryGetProperty("requestBody", out var request)
            && request.TryGetProperty("content", out var content)
            && content.TryGetProperty("application/json", out var json)
            ? Sample(json.GetProperty("schema"), document, 0)
            : null;
    }

    /// <summary>Some value of a schema's type.</summary>
    private static JsonNode? Sample(JsonElement schema, JsonElement document, int depth)
    {
        while (schema.TryGetProperty("$ref", out var reference))
            schema = document
                .GetProperty("components")
                .GetProperty("schemas")
                .GetProperty(reference.GetString()!.Split('/')[^1]);
        if (depth > 5)
            return null;
        if (schema.TryGetProperty("oneOf", out var any))
            return Sample(
                any.EnumerateArray().Last(s => !s.TryGetProperty("type", out var t) || t.ToString() != "null"),
                document,
                depth + 1
            );
        if (schema.TryGetProperty("enum", out var values))
            return JsonNode.Parse(values[0].GetRawText());
        if (schema.TryGetProperty("properties", out var properties))
            return new JsonObject(
                properties
                    .EnumerateObject()
                    .Select(p => KeyValuePair.Create(p.Name, Sample(p.Value, document, depth + 1)))
            );
        var type = schema.TryGetProperty("type", out var named) ? named.ToString() : "";
        if (type.Contains("array", StringComparison.Ordinal))
            return new JsonArray(Sample(schema.GetProperty("items"), document, depth + 1));
        if (type.Contains("integer", StringComparison.Ordinal) || type.Contains("number", StringComparison.Ordinal))
            return 1;
        if (type.Contains("boolean", StringComparison.Ordinal))
            return true;
        if (type.Contains("object", StringComparison.Ordinal))
            return new JsonObject();
        var format = schema.TryGetProperty("format", out var f) ? f.GetString() : null;
        return format switch
        {
            "date" => "2026-11-23",
            "date-time" => "2026-11-30T10:00:00Z",
            _ => "abc",
        };
    }

    private static IEnumerable<string[]> Places(JsonNode? node, string[] at)
    {
        if (at.Length > 0)
            yield return at;
        var inner = node switch
        {
            JsonObject o => o.Select(p => (p.Key, p.Value)),
            JsonArray a => a.Select((v, i) => (i.ToString(CultureInfo.InvariantCulture), v)),
            _ => [],
        };
        foreach (var (name, value) in inner)
        foreach (var place in Places(value, [.. at, name]))
            yield return place;
    }

    /// <summary>As text, because half a surrogate pair is no string that a node could hold.</summary>
    private static string With(JsonNode body, string[] place, string value)
    {
        const string mark = "replaced-here";
        var copy = body.DeepClone();
        var parent = place[..^1]
            .Aggregate(copy, (node, name) =>
                node is JsonArray array ? array[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!
            );
        if (parent is JsonArray list)
            list[int.Parse(place[^1], CultureInfo.InvariantCulture)] = mark;
        else
            parent[place[^1]] = mark;
        return copy.ToJsonString().Replace($"\"{mark}\"", value, StringComparison.Ordinal);
    }
}
