using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Providers;

/// <summary>A piece of a scripted answer.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Before">The wait before it; infinite: it never comes.</param>
/// <param name="Breaks">The connection breaks instead.</param>
internal sealed record ScriptedPiece(byte[] Bytes, TimeSpan Before = default, bool Breaks = false);

/// <summary>A response body that follows its script as it is read.</summary>
internal sealed class ScriptedBody(IEnumerator<ScriptedPiece> pieces, TimeProvider time) : ReadingStream
{
    private ReadOnlyMemory<byte> left;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (left.IsEmpty)
        {
            if (!pieces.MoveNext())
                return 0;
            if (pieces.Current.Before != default)
                await Task.Delay(pieces.Current.Before, time, cancellationToken);
            if (pieces.Current.Breaks)
                throw new HttpIOException(HttpRequestError.ResponseEnded);
            left = pieces.Current.Bytes;
        }
        var length = Math.Min(left.Length, buffer.Length);
        left[..length].CopyTo(buffer);
        left = left[length..];
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            pieces.Dispose();
        base.Dispose(disposing);
    }
}
