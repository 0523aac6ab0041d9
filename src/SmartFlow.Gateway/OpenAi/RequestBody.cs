using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>A request's body, unpacked and read once into a pooled buffer that grows with what has arrived.</summary>
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

    /// <summary>Its bytes count, or may: more is announced than the buffer that everybody has, or nothing is.</summary>
    public static bool IsLarge(HttpRequest request) => request.ContentLength is not <= FirstBufferBytes;

    /// <exception cref="RefusedException">payload_too_large, as soon as more has come; unsupported_media_type for its
    /// encoding; malformed_body for text that is no text or cannot be unpacked; request_timeout; rate_limited and
    /// unavailable where the user or the process has too much under way.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, GatewayOptions options)
    {
        var announced = context.Request.ContentLength;
        var most = Math.Max(options.MaxBodyBytes, options.MaxImageBodyBytes);
        // The server's own limit would cut the connection before the refusal is read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = 8L * most;
        var encoding = BodyEncoding.Of(context);
        if (announced > most)
            throw TooLarge(most);
        using var patience = new Patience(context, options.BodySeconds);
        var target = new GrowingBuffer(context, most, encoding.Length == 0 ? announced : null);
        try
        {
            if (encoding.Length == 0)
                await ReadPlainAsync(context.Request, target, patience);
            else
                await ReadPackedAsync(context.Request, encoding, target, patience);
            Check(target.Bytes.AsSpan(0, target.Length), options.MaxBodyBytes);
            return new RequestBody(target.Bytes, target.Length);
        }
        catch (Exception)
        {
            target.GiveBack();
            throw;
        }
    }

    private static void Check(ReadOnlySpan<byte> body, int longestText)
    {
        if (body.Length > longestText && !HasAttachment(body))
            throw TooLarge(longestText);
        if (HasHalfPair(body))
            throw new RefusedException(ErrorCodes.MalformedBody, "The body holds half a surrogate pair.");
    }

    /// <summary>A \uD800 without its other half cannot be read as text, by nobody whom the body would reach.</summary>
    internal static bool HasHalfPair(ReadOnlySpan<byte> json)
    {
        var first = false;
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            if (first && at > 0)
                return true;
            json = json[at..];
            var escaped =
                json.Length >= EscapeBytes
                && json[1] == 'u'
                && Utf8Parser.TryParse(json.Slice(2, 4), out ushort unit, out var read, 'X')
                && read == 4
                    ? unit
                    : (ushort)0;
            if (char.IsLowSurrogate((char)escaped) != first)
                return true;
            first = char.IsHighSurrogate((char)escaped);
            json = json[Math.Min(escaped == 0 ? 2 : EscapeBytes, json.Length)..];
        }
        return first;
    }

    /// <summary>Nobody reads it any more.</summary>
    public void GiveBack() => ArrayPool<byte>.Shared.Return(buffer);

    private static async ValueTask ReadPlainAsync(HttpRequest request, GrowingBuffer target, Patience patience)
    {
        var pipe = request.BodyReader;
        while (true)
        {
            // What came with the headers, which is nearly all of most, is not waited for.
            if (!pipe.TryRead(out var result))
                result = await patience.WaitAsync(token => pipe.ReadAsync(token));
            try
            {
                foreach (var segment in result.Buffer)
                    target.Add(segment.Span);
            }
            finally
            {
                // Else the server could not read over the rest of a refused body, and would break the connection.
                pipe.AdvanceTo(result.Buffer.End);
            }
            if (result.IsCompleted)
                return;
        }
    }

    private static async ValueTask ReadPackedAsync(
        HttpRequest request,
        string encoding,
        GrowingBuffer target,
        Patience patience
    )
    {
        try
        {
            await using var unpacked = await patience.WaitAsync(token =>
                BodyEncoding.UnpackAsync(encoding, request.BodyReader, token)
            );
            while (true)
            {
                var space = target.Space();
                var read = await patience.WaitAsync(token => unpacked.ReadAsync(space, token));
                if (read == 0)
                    return;
                target.Added(read);
            }
        }
        catch (Exception e) when (BodyEncoding.IsBroken(e))
        {
            throw new RefusedException(
                ErrorCodes.MalformedBody,
                $"The body is not readable as {encoding}, which its Content-Encoding says."
            );
        }
    }

    /// <summary>Images or documents, in whichever dialect.</summary>
    private static bool HasAttachment(ReadOnlySpan<byte> body) =>
        body.IndexOf("\"image_url\""u8) >= 0
        || body.IndexOf("\"image\""u8) >= 0
        || body.IndexOf("\"input_image\""u8) >= 0
        || body.IndexOf("\"document\""u8) >= 0
        || body.IndexOf("\"input_file\""u8) >= 0;

    private static RefusedException TooLarge(int limit) =>
        new(
            ErrorCodes.PayloadTooLarge,
            $"The body is larger than {limit} bytes; only calls with images or documents may be larger than calls without."
        );

    /// <summary>
    /// A pooled buffer, doubled as it fills; beyond the first it takes of the budget until the request has ended.
    /// </summary>
    private sealed class GrowingBuffer(HttpContext context, int most, long? announced)
    {
        private BodyBudget.Lease? lease;

        public byte[] Bytes { get; private set; } =
            ArrayPool<byte>.Shared.Rent((int)Math.Min(announced + 1 ?? FirstBufferBytes, FirstBufferBytes));

        public int Length { get; private set; }

        public void Add(ReadOnlySpan<byte> more)
        {
            if (Length + (long)more.Length > most)
                throw TooLarge(most);
            while (Bytes.Length - Length < more.Length)
                Grow();
            more.CopyTo(Bytes.AsSpan(Length));
            Length += more.Length;
        }

        public Memory<byte> Space()
        {
            if (Bytes.Length == Length)
                Grow();
            return Bytes.AsMemory(Length);
        }

        /// <summary>So much was written into <see cref="Space"/>.</summary>
        public void Added(int bytes)
        {
            Length += bytes;
            if (Length > most)
                throw TooLarge(most);
        }

        /// <summary>It was refused; what it took is there for others before its caller has been told.</summary>
        public void GiveBack()
        {
            lease?.Dispose();
            ArrayPool<byte>.Shared.Return(Bytes);
        }

        private void Grow()
        {
            var larger = Math.Min(Bytes.Length * 2L, Math.Max(announced ?? most, Bytes.Length) + 1);
            if (lease is null)
            {
                lease = context
                    .RequestServices.GetRequiredService<BodyBudget>()
                    .Open(new BodyOwner(context.User.UserId(), null));
                context.Response.RegisterForDispose(lease);
            }
            lease.Take(larger - Bytes.Length);
            var grown = ArrayPool<byte>.Shared.Rent((int)larger);
            Bytes.AsSpan(0, Length).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(Bytes);
            Bytes = grown;
        }
    }

    /// <summary>How long a body is waited for in all, from the first wait on.</summary>
    private sealed class Patience(HttpContext context, int seconds) : IDisposable
    {
        private CancellationTokenSource? deadline;
        private CancellationTokenSource? either;

        /// <exception cref="RefusedException">request_timeout.</exception>
        public async ValueTask<T> WaitAsync<T>(Func<CancellationToken, ValueTask<T>> read)
        {
            deadline ??= new CancellationTokenSource(
                TimeSpan.FromSeconds(seconds),
                context.RequestServices.GetRequiredService<TimeProvider>()
            );
            either ??= CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
            try
            {
                return await read(either.Token);
            }
            catch (OperationCanceledException)
                when (deadline.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                throw new RefusedException(ErrorCodes.RequestTimeout, $"The body had not come after {seconds} s.");
            }
        }

        public void Dispose()
        {
            either?.Dispose();
            deadline?.Dispose();
        }
    }
}
