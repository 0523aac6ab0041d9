using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>A request's body, read once into a pooled buffer.</summary>
internal readonly struct RequestBody
{
    private const int FirstBufferBytes = 8 * 1024;
    private const int EscapeBytes = 6;
    private readonly byte[] buffer;

    private RequestBody(byte[] buffer, int length)
    {
        this.buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <exception cref="RefusedException">payload_too_large; malformed_body for text that is no text.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, GatewayOptions options)
    {
        var announced = context.Request.ContentLength;
        var most = Math.Max(options.MaxBodyBytes, options.MaxImageBodyBytes);
        // The server's own limit would cut the connection before the refusal is read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = 8L * most;
        if (announced > most) throw TooLarge(most);
        var buffer = ArrayPool<byte>.Shared.Rent((int)(announced + 1 ?? FirstBufferBytes));
        var length = 0;
        var source = context.Request.Body;
        while (true)
        {
            if (length == buffer.Length) buffer = Grow(buffer);
            var read = await source.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            if (read == 0) break;
            length += read;
            if (length > most) throw TooLarge(most);
        }
        if (length > options.MaxBodyBytes && !HasImage(buffer.AsSpan(0, length))) throw TooLarge(options.MaxBodyBytes);
        if (HasHalfPair(buffer.AsSpan(0, length))) throw new RefusedException(ErrorCodes.MalformedBody, "The body holds half a surrogate pair.");
        return new RequestBody(buffer, length);
    }

    /// <summary>A \uD800 without its other half cannot be read as text, by nobody whom the body would reach.</summary>
    internal static bool HasHalfPair(ReadOnlySpan<byte> json)
    {
        var first = false;
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            if (first && at > 0) return true;
            json = json[at..];
            var escaped = json.Length >= EscapeBytes && json[1] == 'u'
                && Utf8Parser.TryParse(json.Slice(2, 4), out ushort unit, out var read, 'X') && read == 4 ? unit : (ushort)0;
            if (char.IsLowSurrogate((char)escaped) != first) return true;
            first = char.IsHighSurrogate((char)escaped);
            json = json[Math.Min(escaped == 0 ? 2 : EscapeBytes, json.Length)..];
        }
        return first;
    }

    /// <summary>Nobody reads it any more.</summary>
    public void GiveBack() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>As OpenAI's or as Anthropic's dialect has it.</summary>
    private static bool HasImage(ReadOnlySpan<byte> body) => body.IndexOf("\"image_url\""u8) >= 0 || body.IndexOf("\"image\""u8) >= 0;

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static RefusedException TooLarge(int limit) =>
        new(ErrorCodes.PayloadTooLarge, $"The body is larger than {limit} bytes; only calls with images may be larger than calls without.");
}
