using System.Buffers.Text;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A count of tokens as servers write it: a number with or without a fraction or exponent, or a text that holds one.
/// </summary>
internal static class UsageNumber
{
    /// <summary>Above this a count is noise, not tokens.</summary>
    public const long Max = 1_000_000_000_000;
    private const int LongestText = 64;

    /// <summary>
    /// The value on which the reader stands, a fraction rounded up; null where it is none, is negative or beyond
    /// <see cref="Max"/>. Objects and lists are skipped.
    /// </summary>
    public static long? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? Within(whole) : OfDecimal(reader.ValueSpan);
            case JsonTokenType.String when !reader.ValueIsEscaped && reader.ValueSpan.Length <= LongestText:
                return OfDecimal(reader.ValueSpan.Trim(" \t"u8));
            default:
                reader.Skip();
                return null;
        }
    }

    private static long? OfDecimal(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out decimal number, out var length)
        && length == text.Length
        && number is >= 0 and <= Max
            ? (long)decimal.Ceiling(number)
            : null;

    private static long? Within(long number) => number is >= 0 and <= Max ? number : null;
}
