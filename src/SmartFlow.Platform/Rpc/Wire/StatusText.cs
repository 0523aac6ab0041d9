using System.Text;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>The trailer grpc-message: UTF-8, percent-encoded outside of printable ASCII.</summary>
internal static class StatusText
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Longer texts are cut: headers have a limit at every client.</summary>
    private const int MaxBytes = 1_000;

    public static string Encode(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var length = Whole(bytes);
        var text = new StringBuilder(length);
        foreach (var b in bytes.AsSpan(0, length))
            if (b is >= 0x20 and <= 0x7E and not (byte)'%') text.Append((char)b);
            else text.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
        return text.ToString();
    }

    /// <summary>Never fails: what is not encoded stays as it is, and bytes that are no UTF-8 become U+FFFD.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var source = Encoding.UTF8.GetBytes(text);
        var (bytes, length) = (new byte[source.Length], 0);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '%' && i + 2 < source.Length
                && Digit(source[i + 1]) is >= 0 and var high && Digit(source[i + 2]) is >= 0 and var low)
            {
                bytes[length++] = (byte)(high << 4 | low);
                i += 2;
            }
            else bytes[length++] = source[i];
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The length up to the limit that splits no character.</summary>
    private static int Whole(byte[] bytes)
    {
        if (bytes.Length <= MaxBytes) return bytes.Length;
        var length = MaxBytes;
        while (length > 0 && (bytes[length] & 0xC0) == 0x80) length--;
        return length;
    }

    private static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };
}
