using System.Buffers.Text;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>Headers whose name ends in -bin: base64, sent without padding, taken with and without.</summary>
internal static class BinaryHeader
{
    public const string Suffix = "-bin";

    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>The first value, where several were joined by commas; false for what is no base64.</summary>
    public static bool TryDecode(string text, out byte[] value)
    {
        var first = text.AsSpan();
        if (first.IndexOf(',') is >= 0 and var comma) first = first[..comma];
        first = first.Trim();
        var trimmed = first.TrimEnd('=');
        value = [];
        if (trimmed.Length % 4 == 1 || first.Length - trimmed.Length > 2) return false;
        var padded = new char[(trimmed.Length + 3) / 4 * 4];
        trimmed.CopyTo(padded);
        padded.AsSpan(trimmed.Length).Fill('=');
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        if (!Convert.TryFromBase64Chars(padded, decoded, out var length)) return false;
        value = decoded[..length];
        return true;
    }
}
