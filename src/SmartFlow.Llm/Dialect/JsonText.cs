using System.Buffers;

namespace SmartFlow.Llm.Dialect;

/// <summary>Arithmetic on JSON strings in their escaped form, which is how they are kept and forwarded.</summary>
internal static class JsonText
{
    private const int UnicodeEscape = 6;

    /// <summary>The UTF-8 bytes of the text that an escaped JSON string (without its quotes) stands for.</summary>
    public static int DecodedLength(ReadOnlySpan<byte> escaped)
    {
        var length = 0;
        while (true)
        {
            var at = escaped.IndexOf((byte)'\\');
            if (at < 0)
                return length + escaped.Length;
            length += at;
            escaped = escaped[at..];
            if (escaped.Length < UnicodeEscape || escaped[1] != 'u')
            {
                length++;
                escaped = escaped[Math.Min(2, escaped.Length)..];
                continue;
            }
            var unit = Unit(escaped);
            var pair =
                unit is >= 0xD800 and < 0xDC00
                && escaped.Length >= 2 * UnicodeEscape
                && escaped[6] == '\\'
                && escaped[7] == 'u'
                && Unit(escaped[UnicodeEscape..]) is >= 0xDC00 and < 0xE000;
            length +=
                pair ? 4
                : unit < 0x80 ? 1
                : unit < 0x800 ? 2
                : 3;
            escaped = escaped[(pair ? 2 * UnicodeEscape : UnicodeEscape)..];
        }
    }

    /// <summary>
    /// Where to cut an escaped JSON string so that the first piece has at most <paramref name="limit"/> bytes (a
    /// little more where one character is longer) and neither a character nor an escape is split.
    /// </summary>
    public static int SafeCut(ReadOnlySpan<byte> escaped, int limit)
    {
        if (escaped.Length <= limit)
            return escaped.Length;
        var at = 0;
        while (at < escaped.Length)
        {
            var next = at + CharacterLength(escaped[at..]);
            if (next > limit && at > 0)
                return at;
            at = next;
        }
        return at;
    }

    /// <summary>Appends a text as a JSON string with its quotes.</summary>
    public static void WriteString(IBufferWriter<byte> target, string text)
    {
        target.Write("\""u8);
        target.Write(System.Text.Json.JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        target.Write("\""u8);
    }

    /// <summary>Appends an integer.</summary>
    public static void WriteNumber(IBufferWriter<byte> target, long number)
    {
        number.TryFormat(
            target.GetSpan(20),
            out var written,
            default,
            System.Globalization.CultureInfo.InvariantCulture
        );
        target.Advance(written);
    }

    private static int CharacterLength(ReadOnlySpan<byte> at)
    {
        if (at[0] == '\\')
        {
            if (at.Length < UnicodeEscape || at[1] != 'u')
                return Math.Min(2, at.Length);
            var pair =
                Unit(at) is >= 0xD800 and < 0xDC00 && at.Length >= 2 * UnicodeEscape && at[6] == '\\' && at[7] == 'u';
            return pair ? 2 * UnicodeEscape : UnicodeEscape;
        }
        var length =
            at[0] < 0x80 ? 1
            : at[0] < 0xE0 ? 2
            : at[0] < 0xF0 ? 3
            : 4;
        return Math.Min(length, at.Length);
    }

    private static int Unit(ReadOnlySpan<byte> escape) =>
        int.TryParse(escape.Slice(2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            ? unit
            : 0;
}
