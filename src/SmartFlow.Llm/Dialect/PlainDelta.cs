using System.Text.Json;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A chunk of one choice that says a text and nothing else: what is not in the text has no effect a second time.
/// </summary>
internal static class PlainDelta
{
    /// <param name="chunk">Readable.</param>
    /// <param name="texts">The places of what may differ, with their quotes.</param>
    /// <param name="said">Which of them is the text that is said.</param>
    /// <param name="index">Of the choice; null: it is not named.</param>
    public static bool TryFind(ReadOnlySpan<byte> chunk, List<Place> texts, out int said, out int? index)
    {
        texts.Clear();
        (said, index) = (-1, null);
        var reader = new Utf8JsonReader(chunk);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isChoices, isFiller) = (reader.ValueTextEquals("choices"u8), reader.ValueTextEquals("obfuscation"u8));
            if (
                reader.ValueTextEquals("usage"u8)
                || reader.ValueTextEquals("error"u8)
                || reader.ValueTextEquals("x_groq"u8)
            )
            {
                if (!IsNull(ref reader))
                    return false;
                continue;
            }
            reader.Read();
            if (isChoices)
            {
                if (said >= 0 || !Choice(ref reader, texts, ref said, ref index))
                    return false;
            }
            else if (isFiller && reader.TokenType == JsonTokenType.String)
                texts.Add(JsonEdits.Past(ref reader));
            else
                reader.Skip();
        }
        return said >= 0;
    }

    private static bool Choice(ref Utf8JsonReader reader, List<Place> texts, ref int said, ref int? index)
    {
        if (
            reader.TokenType != JsonTokenType.StartArray
            || !reader.Read()
            || reader.TokenType != JsonTokenType.StartObject
        )
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            if (reader.ValueTextEquals("delta"u8))
            {
                if (!Delta(ref reader, texts, ref said))
                    return false;
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                if (
                    index is not null
                    || !reader.Read()
                    || reader.TokenType != JsonTokenType.Number
                    || !reader.TryGetInt32(out var number)
                )
                    return false;
                index = number;
            }
            else if (!IsNull(ref reader))
                return false;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray;
    }

    private static bool Delta(ref Utf8JsonReader reader, List<Place> texts, ref int said)
    {
        if (said >= 0 || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            // As it stands: an answer is kept under its names as they came.
            if (reader.ValueSpan.SequenceEqual("content"u8))
            {
                if (said >= 0 || !reader.Read() || reader.TokenType != JsonTokenType.String)
                    return false;
                said = texts.Count;
                texts.Add(JsonEdits.Past(ref reader));
            }
            else if (reader.ValueTextEquals("role"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                    return false;
            }
            else if (!IsNull(ref reader))
                return false;
        return said >= 0;
    }

    private static bool IsNull(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.Null;
}
