using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>
/// Keeps the beginning of a JSON body as an endpoint reads it, so that what is wrong with it can be said from the body
/// and the type that was asked for. A longer body is not kept: then only the first wrong field is named.
/// </summary>
internal sealed class NotedBody(Stream inner) : ReadingStream
{
    private const int LimitBytes = 64 * 1_024;
    private readonly MemoryStream kept = new();

    /// <summary>Not all of it is kept.</summary>
    public bool TooLong { get; private set; }

    /// <summary>What the endpoint reads the body as, with the copy; nothing where it reads the bytes itself.</summary>
    public static void Note(HttpContext context)
    {
        if (
            context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not { RequestType: { } type }
            || type == typeof(JsonObject)
            || !context.Request.HasJsonContentType()
        )
            return;
        var noted = new NotedBody(context.Request.Body);
        context.Request.Body = noted;
        context.Features.Set(noted);
    }

    /// <summary>The whole body, or null where it was too long, is no JSON or does not come to its end.</summary>
    public async Task<JsonDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rest = new byte[4_096];
            while (!TooLong && await ReadAsync(rest, cancellationToken) > 0) { }
            return TooLong ? null : JsonDocument.Parse(kept.GetBuffer().AsMemory(0, (int)kept.Length));
        }
        catch (Exception e)
            when (e is JsonException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    private void Keep(ReadOnlySpan<byte> read)
    {
        if (TooLong || kept.Length + read.Length > LimitBytes)
            TooLong = true;
        else
            kept.Write(read);
    }
}
