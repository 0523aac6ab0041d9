using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Tests.Faults;

/// <summary>
/// A TCP connection's way to a server, with what can happen on it: bytes stop in one direction or both, arrive late, or
/// the connection is reset the moment the answer to a COMMIT comes back. Where the server has gone connections are
/// refused, as its own machine would. What is sent can be altered on the way, which is how a process gets a defect that
/// its code does not have.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    private static readonly byte[] CommitAnswer = "C\0\0\0\vCOMMIT\0"u8.ToArray();
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource end = new();
    private readonly IPEndPoint target;
    private Socket listener;
    private volatile TaskCompletionSource? cutThere;
    private volatile TaskCompletionSource? cutBack;
    private volatile (byte[] Of, byte[] By)[] alterations = [];
    private int altered;
    private int delayMs;
    private int commitsToLose;
    private int lost;
    private int held;

    /// <param name="targetPort">The server's.</param>
    /// <param name="port">Where the wire begins; nobody else takes it while the server is away.</param>
    public Wire(int targetPort, int port)
    {
        (target, Port) = (new IPEndPoint(IPAddress.Loopback, targetPort), port);
        listener = Listen();
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Answers to a COMMIT that were lost so far.</summary>
    public int LostCommits => Volatile.Read(ref lost);

    /// <summary>Pieces that met a cut so far.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>How often something was altered so far.</summary>
    public int Altered => Volatile.Read(ref altered);

    /// <summary>
    /// From now on these bytes are others of the same length to the server, on connections opened from now on too.
    /// </summary>
    public void Alter(IEnumerable<(string Of, string By)> texts) =>
        alterations = [
            .. texts.Select(t => (Encoding.UTF8.GetBytes(t.Of), Encoding.UTF8.GetBytes(t.By.PadRight(t.Of.Length)))),
        ];

    /// <summary>Before each piece, both ways.</summary>
    public void Slow(TimeSpan delay) => Volatile.Write(ref delayMs, (int)delay.TotalMilliseconds);

    public void LoseCommits(int count) => Volatile.Write(ref commitsToLose, count);

    /// <summary>What is sent from now on does not arrive until the wire is mended.</summary>
    public void Cut(bool there, bool back)
    {
        if (there)
            cutThere ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (back)
            cutBack ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Mend()
    {
        Slow(TimeSpan.Zero);
        LoseCommits(0);
        cutThere?.TrySetResult();
        cutBack?.TrySetResult();
        (cutThere, cutBack) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        Mend();
        await end.CancelAsync();
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                try
                {
                    _ = CarryAsync(await listener.AcceptAsync(end.Token));
                }
                catch (Exception e)
                    when (e is ObjectDisposedException or SocketException && !end.IsCancellationRequested)
                {
                    while (!await ConnectsAsync())
                        await Task.Delay(Pause, end.Token);
                    listener = Listen();
                }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private Socket Listen()
    {
        var socket = NewSocket();
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        socket.Listen(512);
        return socket;
    }

    private async Task<bool> ConnectsAsync()
    {
        using var probe = NewSocket();
        try
        {
            await probe.ConnectAsync(target, end.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private async Task CarryAsync(Socket near)
    {
        using (near)
        using (var far = NewSocket())
            try
            {
                near.NoDelay = far.NoDelay = true;
                // A reset, not an orderly end, where the server has gone: as the kernel of a machine would answer.
                near.LingerState = new LingerOption(true, 0);
                await far.ConnectAsync(target, end.Token);
                await Task.WhenAny(PumpAsync(near, far, back: false), PumpAsync(far, near, back: true));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One of the two ends has gone.
                if (e is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                    listener.Dispose();
            }
    }

    private async Task PumpAsync(Socket from, Socket to, bool back)
    {
        var buffer = new byte[32 * 1024];
        while (true)
        {
            var read = await from.ReceiveAsync(buffer, SocketFlags.None, end.Token);
            if (read == 0)
                return;
            if (Volatile.Read(ref delayMs) is > 0 and var delay)
                await Task.Delay(delay, end.Token);
            while ((back ? cutBack : cutThere) is { } cut)
            {
                Interlocked.Increment(ref held);
                await cut.Task.WaitAsync(end.Token);
            }
            if (
                back
                && Volatile.Read(ref commitsToLose) > 0
                && buffer.AsSpan(0, read).IndexOf(CommitAnswer) >= 0
                && Interlocked.Decrement(ref commitsToLose) >= 0
            )
            {
                Interlocked.Increment(ref lost);
                return;
            }
            if (!back)
                AlterIn(buffer.AsSpan(0, read));
            await to.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, end.Token);
        }
    }

    /// <summary>A text across two pieces stays as it is: statements are sent whole.</summary>
    private void AlterIn(Span<byte> piece)
    {
        foreach (var (of, by) in alterations)
            for (int at, from = 0; (at = piece[from..].IndexOf(of)) >= 0; from += at + of.Length)
            {
                by.CopyTo(piece[(from + at)..]);
                Interlocked.Increment(ref altered);
            }
    }
}
