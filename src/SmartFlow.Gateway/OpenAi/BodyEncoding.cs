using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>The encodings in which a body may come (RFC 9110, 8.4): one of gzip, deflate, br and zstd.</summary>
internal static class BodyEncoding
{
    private const string Offered = "gzip, deflate, br, zstd";

    /// <summary>8 MiB, the largest window that HTTP has (RFC 9659): a few bytes must not make us take more.</summary>
    private const int ZstdWindowLog = 23;

    /// <summary>The encoding's name; empty: the body comes as it is.</summary>
    /// <exception cref="RefusedException">unsupported_media_type: an encoding that is not offered, or
    /// several.</exception>
    public static string Of(HttpContext context)
    {
        var given = context.Request.Headers.ContentEncoding;
        if (given.Count == 0)
            return "";
        var name = given.ToString().Trim().ToLowerInvariant();
        switch (name)
        {
            case "" or "identity":
                return "";
            case "gzip" or "deflate" or "br" or "zstd":
                return name;
            case "x-gzip":
                return "gzip";
        }
        context.Response.Headers.AcceptEncoding = Offered;
        throw new RefusedException(
            ErrorCodes.UnsupportedMediaType,
            $"The body's Content-Encoding is {name}; send it as it is, or in one of {Offered}."
        );
    }

    /// <summary>The body unpacked.</summary>
    /// <param name="encoding">From <see cref="Of"/>, not empty.</param>
    /// <param name="body">As it comes.</param>
    /// <param name="cancellationToken">The caller has gone, or its first bytes are too late.</param>
    public static async ValueTask<Stream> UnpackAsync(
        string encoding,
        PipeReader body,
        CancellationToken cancellationToken
    ) =>
        encoding switch
        {
            "gzip" => new GZipStream(body.AsStream(), CompressionMode.Decompress),
            "br" => new BrotliStream(body.AsStream(), CompressionMode.Decompress),
            "zstd" => Zstd(body.AsStream()),
            // What HTTP calls deflate is zlib's format, but some send the bare one.
            _ when await IsZLibAsync(body, cancellationToken) => new ZLibStream(
                body.AsStream(),
                CompressionMode.Decompress
            ),
            _ => new DeflateStream(body.AsStream(), CompressionMode.Decompress),
        };

    /// <summary>
    /// What the unpacking throws for bytes that are not what their encoding says; the invalid operation is Brotli's.
    /// </summary>
    public static bool IsBroken(Exception e) =>
        e is InvalidDataException or ZstdException or EndOfStreamException or InvalidOperationException;

    /// <summary>By its first two bytes (RFC 1950, 2.2), which stay in the pipe.</summary>
    private static async ValueTask<bool> IsZLibAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var (buffer, enough) = (read.Buffer, read.Buffer.Length >= 2);
            var isZLib = enough && IsZLib(buffer);
            body.AdvanceTo(buffer.Start, enough ? buffer.Start : buffer.End);
            if (enough || read.IsCompleted)
                return isZLib;
        }
    }

    private static bool IsZLib(ReadOnlySequence<byte> body)
    {
        Span<byte> head = stackalloc byte[2];
        body.Slice(0, 2).CopyTo(head);
        return (head[0] & 0x0f) == 8 && ((head[0] << 8) | head[1]) % 31 == 0;
    }

    private static DecompressionStream Zstd(Stream body)
    {
        var stream = new DecompressionStream(body);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstdWindowLog);
        return stream;
    }
}
