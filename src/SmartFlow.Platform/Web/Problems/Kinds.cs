using System.Globalization;
using System.Text.Json;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>Kinds of values in words, without the names of types, and whether a text is one.</summary>
internal static class Kinds
{
    public static string Of(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            { IsEnum: true } words => "one of "
                + string.Join(", ", Enum.GetNames(words).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)),
            var t when t == typeof(string) => "a string",
            var t when t == typeof(bool) => "true or false",
            var t when t == typeof(decimal) || t == typeof(double) || t == typeof(float) => "a number",
            { IsPrimitive: true } => "a whole number",
            var t when t == typeof(DateOnly) => "a date like 2026-11-22",
            var t when t == typeof(DateTimeOffset) || t == typeof(DateTime) => "a time like 2026-11-22T08:00:00Z",
            var t when t == typeof(Guid) => "a UUID",
            _ => "of the documented type",
        };

    /// <summary>
    /// What stands in a path, a query or a header can become a value of the type; true where nothing is known of it.
    /// </summary>
    public static bool Reads(Type type, string text)
    {
        var (invariant, kind) = (CultureInfo.InvariantCulture, Nullable.GetUnderlyingType(type) ?? type);
        if (kind.IsEnum)
            return Enum.TryParse(kind, text, ignoreCase: true, out _);
        return Type.GetTypeCode(kind) switch
        {
            TypeCode.Boolean => bool.TryParse(text, out _),
            TypeCode.Int16 => short.TryParse(text, NumberStyles.Integer, invariant, out _),
            TypeCode.Int32 => int.TryParse(text, NumberStyles.Integer, invariant, out _),
            TypeCode.Int64 => long.TryParse(text, NumberStyles.Integer, invariant, out _),
            TypeCode.UInt64 => ulong.TryParse(text, NumberStyles.Integer, invariant, out _),
            TypeCode.Decimal => decimal.TryParse(text, NumberStyles.Number, invariant, out _),
            TypeCode.Double => double.TryParse(
                text,
                NumberStyles.Float | NumberStyles.AllowThousands,
                invariant,
                out _
            ),
            _ when kind == typeof(DateOnly) => DateOnly.TryParse(text, invariant, out _),
            _ when kind == typeof(DateTimeOffset) => DateTimeOffset.TryParse(text, invariant, out _),
            _ when kind == typeof(Guid) => Guid.TryParse(text, out _),
            _ => true,
        };
    }
}
