using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>
/// Ids travel as uint64 and are kept as signed 64 bits: one that is larger than any of ours is refused where it
/// arrives, with its field, so that no method has to think of it. So are the one signed number whose negative there is
/// not, and times beyond the calendar.
/// </summary>
internal static class WideNumbers
{
    /// <summary>0001-01-01 and 9999-12-31, what a Timestamp may hold by its own definition.</summary>
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> Plans = new();

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static void Check(IMessage message) => Check(message, "");

    private static void Check(IMessage message, string path)
    {
        foreach (var field in Plans.GetOrAdd(message.Descriptor, PlanOf))
        {
            var value = field.Accessor.GetValue(message);
            if (value is IList items)
                foreach (var item in items)
                    CheckValue(item, path + field.Name);
            else
                CheckValue(value, path + field.Name);
        }
    }

    private static void CheckValue(object? value, string field)
    {
        if (value is Timestamp time)
        {
            if (time.Seconds is < FirstSecond or > LastSecond || time.Nanos is < 0 or > 999_999_999)
                throw RefusedException.Field(field, "must be a time");
        }
        else if (value is IMessage inner)
            Check(inner, field + ".");
        else if (value is ulong and > long.MaxValue)
            throw RefusedException.Field(field, $"must be at most {long.MaxValue}");
        else if (value is long.MinValue)
            throw RefusedException.Field(field, $"must be at least {-long.MaxValue}");
    }

    /// <summary>
    /// Fields with 64 bits, and those whose messages have some. Messages that hold themselves and maps are none of
    /// ours.
    /// </summary>
    private static FieldDescriptor[] PlanOf(MessageDescriptor message) =>
        [
            .. message
                .Fields.InDeclarationOrder()
                .Where(f =>
                    f.FieldType switch
                    {
                        FieldType.UInt64 or FieldType.Int64 => true,
                        FieldType.Message => !f.IsMap && f.MessageType != message && PlanOf(f.MessageType).Length > 0,
                        _ => false,
                    }
                ),
        ];
}
