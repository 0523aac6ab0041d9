using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace SmartFlow.Platform.Web;

/// <summary>
/// The one JSON dialect of the HTTP surface: snake_case names and enums, numbers as numbers, times in UTC. A
/// constructor parameter or <c>required</c> member that may not be null must be sent; one that may be null may be left
/// out.
/// </summary>
public static class WebJson
{
    /// <summary>For what is written outside an endpoint's own result, e.g. into a stream of events.</summary>
    public static readonly JsonSerializerOptions Options = Configure(
        new JsonSerializerOptions(JsonSerializerDefaults.Web)
    );

    internal static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(LeaveOutWhatMayBeNull)
            .WithAddedModifier(RefuseWhatNobodyStores);
        return options;
    }

    private static void LeaveOutWhatMayBeNull(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
            if (property is { IsRequired: true, AssociatedParameter: { IsNullable: true } })
                property.IsRequired = false;
    }

    /// <summary>
    /// What annotations leave open: a list whose elements may not be null holds none, and no text holds U+0000, which
    /// PostgreSQL does not store.
    /// </summary>
    private static void RefuseWhatNobodyStores(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var texts = type.Properties.Where(p => p.Get is not null && p.PropertyType == typeof(string)).ToArray();
        var lists = type.Properties.Where(p => p.Get is not null && HoldsNoNull(p)).ToArray();
        if (texts.Length + lists.Length == 0)
            return;
        type.OnDeserialized += read =>
        {
            foreach (var text in texts)
                Check(text, text.Get!(read));
            foreach (var list in lists)
            foreach (var element in (IEnumerable?)list.Get!(read) ?? Array.Empty<object>())
                Check(list, element ?? throw Refused(list, "must not hold null"));
        };
    }

    private static void Check(JsonPropertyInfo property, object? value)
    {
        if (value is string text && text.Contains('\0'))
            throw Refused(property, "must not hold the character U+0000");
    }

    private static JsonReason Refused(JsonPropertyInfo property, string why) => new(why, "$." + property.Name);

    private static bool HoldsNoNull(JsonPropertyInfo property)
    {
        if (property.PropertyType == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
            return false;
        if (property.AttributeProvider is not PropertyInfo member)
            return false;
        var list = new NullabilityInfoContext().Create(member);
        var element = list.ElementType ?? (list.GenericTypeArguments is [var only] ? only : null);
        return element is { Type.IsValueType: false, ReadState: NullabilityState.NotNull };
    }

    /// <summary>RFC 3339 with a Z; a time without an offset is refused, because nobody knows what it means.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            var hasOffset =
                text.EndsWith('Z')
                || text.EndsWith('z')
                || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
            return hasOffset && reader.TryGetDateTimeOffset(out var time)
                ? time.ToUniversalTime()
                : throw new JsonReason("must be a time like 2026-11-22T08:00:00Z");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }
}
