using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SmartFlow.Contracts.Llm;

/// <summary>
/// A type as the JSON that a model is to write: its schema, and a tolerant reader that says what does not fit.
/// </summary>
internal static class JsonShape<T>
{
    private const int MaxStarts = 32;
    private const int MaxDepth = 16;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>
    /// As strict servers want it: every property is required, what may be missing may be null, and nothing else is
    /// allowed.
    /// </summary>
    public static readonly JsonElement Schema = JsonSerializer.SerializeToElement(
        JsonSchemaExporter.GetJsonSchemaAsNode(
            Options,
            typeof(T),
            new JsonSchemaExporterOptions
            {
                TreatNullObliviousAsNonNullable = true,
                TransformSchemaNode = (_, node) => Strict(node),
            }
        )
    );

    /// <summary>The value in the text, be it between fences or sentences; or what is wrong.</summary>
    public static (T? Value, string? Problem) Read(string text)
    {
        if (Find(text) is not { } json)
            return (default, "there is no readable JSON object in it");
        try
        {
            var value = json.Deserialize<T>(Options);
            if (value is null)
                return (default, "it is null");
            var problems = new List<string>();
            Check(value, "", 0, problems);
            return problems.Count == 0 ? (value, null) : (default, string.Join("; ", problems));
        }
        catch (JsonException e)
        {
            return (default, e.Message);
        }
    }

    /// <summary>The first object that can be read to its end.</summary>
    private static JsonElement? Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var (start, tries) = (bytes.AsSpan().IndexOf((byte)'{'), 0); start >= 0 && tries < MaxStarts; tries++)
        {
            try
            {
                var reader = new Utf8JsonReader(bytes.AsSpan(start));
                return JsonElement.ParseValue(ref reader);
            }
            catch (JsonException)
            {
                var next = bytes.AsSpan(start + 1).IndexOf((byte)'{');
                start = next < 0 ? -1 : start + 1 + next;
            }
        }
        return null;
    }

    private static JsonNode Strict(JsonNode node)
    {
        if (node is JsonObject schema && schema["properties"] is JsonObject properties)
        {
            schema["required"] = new JsonArray([.. properties.Select(p => (JsonNode)JsonValue.Create(p.Key))]);
            schema["additionalProperties"] = false;
        }
        return node;
    }

    /// <summary>The annotations of the value and of what it holds.</summary>
    private static void Check(object value, string path, int depth, List<string> problems)
    {
        if (depth == MaxDepth || Options.GetTypeInfo(value.GetType()) is not { } type)
            return;
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            var i = 0;
            foreach (var item in (System.Collections.IEnumerable)value)
                if (item is not null)
                    Check(item, $"{path}[{i++}]", depth + 1, problems);
        }
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var found = new List<ValidationResult>();
        if (!Validator.TryValidateObject(value, new ValidationContext(value), found, validateAllProperties: true))
            problems.AddRange(found.Select(f => path.Length == 0 ? f.ErrorMessage! : $"{path}: {f.ErrorMessage}"));
        foreach (var property in type.Properties)
            if (property.Get?.Invoke(value) is { } inner)
                Check(inner, path.Length == 0 ? property.Name : $"{path}.{property.Name}", depth + 1, problems);
    }
}
