using System.Text;
using SmartFlow.Planner.Exchange;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Bytes as text: UTF-8 with or without a mark, UTF-16 with one, or else GB18030, which GBK is a part of.
/// </summary>
internal static class FileText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    static FileText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="RefusedException">invalid_argument: no text of one of these.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var text = Decode(bytes);
        if (text.Contains('\0'))
            throw Unreadable.NoText();
        return text;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.StartsWith(Encoding.UTF8.Preamble))
                return Utf8.GetString(bytes[3..]);
            if (bytes.StartsWith(Encoding.Unicode.Preamble))
                return Strict("utf-16LE").GetString(bytes[2..]);
            if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble))
                return Strict("utf-16BE").GetString(bytes[2..]);
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Folded(bytes) ?? Chinese(bytes);
        }
    }

    /// <summary>A calendar in UTF-8 whose lines are folded inside of characters; null: none.</summary>
    private static string? Folded(ReadOnlySpan<byte> bytes)
    {
        var calendar = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        if (!Ascii.EqualsIgnoreCase(calendar[..Math.Min(15, calendar.Length)], "BEGIN:VCALENDAR"u8))
            return null;
        try
        {
            return Utf8.GetString(CalendarText.WithWholeCharacters(calendar));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Chinese(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict("gb18030").GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Unreadable.Encoding();
        }
    }

    private static Encoding Strict(string name) =>
        Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
