using System.Text;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Bytes as text: UTF-8 with or without a mark, UTF-16 with one, or else GB18030, which GBK is a part of.</summary>
internal static class FileText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    static FileText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="RefusedException">invalid_argument: no text of one of these.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var text = Decode(bytes);
        if (text.Contains('\0')) throw Unreadable.NoText();
        return text;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.StartsWith(Encoding.UTF8.Preamble)) return Utf8.GetString(bytes[3..]);
            if (bytes.StartsWith(Encoding.Unicode.Preamble)) return Strict("utf-16LE").GetString(bytes[2..]);
            if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Strict("utf-16BE").GetString(bytes[2..]);
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Chinese(bytes);
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

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
