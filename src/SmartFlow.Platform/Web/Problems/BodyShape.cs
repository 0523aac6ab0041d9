using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>
/// What a JSON value lacks of the type that it should become, field by field, by the serializer's own contract of that
/// type.
/// </summary>
internal sealed class BodyShape(JsonSerializerOptions options)
{
    private const int MaxProblems = 100;
    private readonly Dictionary<string, string[]> problems = new(StringComparer.Ordinal);

    /// <summary>Reasons by field; empty where nothing can be named.</summary>
    public static IReadOnlyDictionary<string, string[]> Problems(
        JsonElement body,
        Type type,
        JsonSerializerOptions options
    )
    {
        var shape = new BodyShape(options);
        shape.Check(body, type, "");
        return shape.problems;
    }

    private void Check(JsonElement value, Type type, string path)
    {
        if (problems.Count >= MaxProblems)
            return;
        var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                foreach (var property in info.Properties)
                    CheckMember(value, property, path);
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                var i = 0;
                foreach (var element in value.EnumerateArray())
                {
                    if (element.ValueKind != JsonValueKind.Null)
                        Check(element, info.ElementType!, $"{path}[{i}]");
                    i++;
                }
                break;
            case JsonTypeInfoKind.Dictionary when value.ValueKind == JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    if (member.Value.ValueKind != JsonValueKind.Null)
                        Check(member.Value, info.ElementType!, Join(path, member.Name));
                break;
            case JsonTypeInfoKind.None:
                CheckLeaf(value, info, path);
                break;
            default:
                Add(path, $"must be {(info.Kind == JsonTypeInfoKind.Enumerable ? "a list" : "an object")}");
                break;
        }
    }

    private void CheckMember(JsonElement parent, JsonPropertyInfo property, string path)
    {
        var field = Join(path, property.Name);
        var found = Find(parent, property.Name);
        if (found is not { } value)
        {
            if (property.IsRequired)
                Add(field, "is required");
        }
        else if (value.ValueKind != JsonValueKind.Null)
            Check(value, property.PropertyType, field);
        else if (!MayBeNull(property))
            Add(field, "must not be null");
    }

    private void CheckLeaf(JsonElement value, JsonTypeInfo info, string path)
    {
        try
        {
            value.Deserialize(info);
        }
        catch (JsonReason reason)
        {
            Add(path, reason.Why);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or FormatException
                        or InvalidOperationException
                        or NotSupportedException
                        or OverflowException
            )
        {
            Add(path, $"must be {Kinds.Of(info.Type)}");
        }
    }

    /// <summary>As the serializer finds it: the last of several, whatever the case of its letters.</summary>
    private static JsonElement? Find(JsonElement parent, string name)
    {
        JsonElement? found = null;
        foreach (var member in parent.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                found = member.Value;
        return found;
    }

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is not null
            : property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    private void Add(string path, string reason) => problems.TryAdd(path.Length == 0 ? "body" : path, [reason]);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
