using System.Net;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// A body whose request is marked as sent at the last moment: the connection stands and nothing has been flushed,
/// because headers wait in the handler's buffer for the body.
/// </summary>
internal sealed class MarkedContent(ProviderRequest request) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await request.BeforeFirstByte();
        await stream.WriteAsync(request.Body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.Body.Length;
        return true;
    }
}
