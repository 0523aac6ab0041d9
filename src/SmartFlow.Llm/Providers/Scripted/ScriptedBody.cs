namespace SmartFlow.Llm.Providers;

/// <summary>A piece of a scripted answer.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Before">The wait before it; infinite: it never comes.</param>
/// <param name="Breaks">The connection breaks instead.</param>
internal sealed record ScriptedPiece(byte[] Bytes, TimeSpan Before = default, bool Breaks = false);

/// <summary>A response body that follows its script as it is read.</summary>
internal sealed class ScriptedBody(IEnumerator<ScriptedPiece> pieces, TimeProvider time) : Stream
{
    private ReadOnlyMemory<byte> left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (left.IsEmpty)
        {
            if (!pieces.MoveNext()) return 0;
            if (pieces.Current.Before != default) await Task.Delay(pieces.Current.Before, time, cancellationToken);
            if (pieces.Current.Breaks) throw new HttpIOException(HttpRequestError.ResponseEnded);
            left = pieces.Current.Bytes;
        }
        var length = Math.Min(left.Length, buffer.Length);
        left[..length].CopyTo(buffer);
        left = left[length..];
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) pieces.Dispose();
        base.Dispose(disposing);
    }
}
