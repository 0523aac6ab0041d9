using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The vectors of an answer in the form that was asked for: a list of numbers, or base64 of their little-endian 32-bit
/// floats. All else stays byte for byte; so does a vector that is neither.
/// </summary>
internal static class EmbeddingVectors
{
    /// <param name="body">A list of embeddings.</param>
    /// <param name="base64">False: numbers.</param>
    public static ReadOnlyMemory<byte> As(ReadOnlyMemory<byte> body, bool base64)
    {
        var json = body.Span;
        ArrayBufferWriter<byte>? target = null;
        var copied = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                // data[i].embedding: within the object, the list, and the object of the item.
                if (
                    reader.CurrentDepth != 3
                    || reader.TokenType != JsonTokenType.PropertyName
                    || !reader.ValueTextEquals("embedding"u8)
                )
                    continue;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var replaced = reader.TokenType switch
                {
                    JsonTokenType.StartArray when base64 => Encode(ref reader),
                    JsonTokenType.String when !base64 => Decode(ref reader),
                    _ => null,
                };
                reader.Skip();
                if (replaced is null)
                    continue;
                target ??= new ArrayBufferWriter<byte>(json.Length);
                target.Write(json[copied..start]);
                target.Write(replaced);
                copied = (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            return body;
        }
        if (target is null)
            return body;
        target.Write(json[copied..]);
        return target.WrittenMemory;
    }

    /// <summary>
    /// The reader ends on the end of the array; null: not all are numbers, and it stands before what is not.
    /// </summary>
    private static byte[]? Encode(ref Utf8JsonReader reader)
    {
        var look = reader;
        var bytes = new ArrayBufferWriter<byte>();
        while (look.Read() && look.TokenType == JsonTokenType.Number)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.GetSpan(sizeof(float)), (float)look.GetDouble());
            bytes.Advance(sizeof(float));
        }
        if (look.TokenType != JsonTokenType.EndArray)
            return null;
        reader = look;
        var length = (bytes.WrittenCount + 2) / 3 * 4;
        var text = new byte[length + 2];
        text[0] = text[^1] = (byte)'"';
        System.Buffers.Text.Base64.EncodeToUtf8(bytes.WrittenSpan, text.AsSpan(1), out _, out _);
        return text;
    }

    private static byte[]? Decode(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length == 0 || bytes.Length % sizeof(float) != 0)
            return null;
        var target = new ArrayBufferWriter<byte>(bytes.Length * 3);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartArray();
        for (var at = 0; at < bytes.Length; at += sizeof(float))
        {
            var number = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at));
            if (!float.IsFinite(number))
                return null;
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
        json.Flush();
        return target.WrittenSpan.ToArray();
    }
}
