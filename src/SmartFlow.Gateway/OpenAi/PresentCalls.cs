using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Calls without a key whose client is there, as far as is known. OpenAI's .NET client repeats in the moment of its
/// time-out: the repeat is here before the first connection's end is seen. So a request like a call that has run for
/// longer than programs make equal calls apart waits <c>Gateway:JoinGraceMilliseconds</c> for that call's client to
/// have left.
/// </summary>
internal sealed class PresentCalls(IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>No client's patience is shorter, and calls that are made at once on purpose are younger.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<Likeness, List<Present>> calls = [];

    /// <summary>This client is there until the result is disposed of, after it was noted that it left.</summary>
    public Present Enter(HttpRequest request, ulong userId, long apiKeyId, ReadOnlyMemory<byte> body)
    {
        var present = new Present(
            this,
            new Likeness(userId, apiKeyId, request.Path, body.Length),
            body,
            time.GetTimestamp()
        );
        lock (gate)
        {
            if (calls.TryGetValue(present.Like, out var alike))
                alike.Add(present);
            else
                calls[present.Like] = [present];
        }
        return present;
    }

    /// <returns>Whether there was a call to wait for, so that another look for it is worth while.</returns>
    public async ValueTask<bool> WaitForOthersAsync(Present own, CancellationToken cancellationToken)
    {
        Task[] others;
        lock (gate)
        {
            if (calls[own.Like].Count == 1)
                return false;
            others =
            [
                .. calls[own.Like]
                    .Where(c => c.Asks(own) && time.GetElapsedTime(c.Since) >= Patience)
                    .Select(c => c.Gone),
            ];
        }
        if (others.Length == 0)
            return false;
        await Task.WhenAny(
            Task.WhenAll(others),
            Task.Delay(TimeSpan.FromMilliseconds(options.Value.JoinGraceMilliseconds), time, cancellationToken)
        );
        return true;
    }

    private void Leave(Present present)
    {
        lock (gate)
        {
            var alike = calls[present.Like];
            alike.Remove(present);
            if (alike.Count == 0)
                calls.Remove(present.Like);
        }
    }

    /// <summary>Tells cheaply that a request may be the same; whether it is, its bytes decide.</summary>
    internal readonly record struct Likeness(ulong UserId, long ApiKeyId, PathString Path, int BodyBytes);

    internal sealed class Present(PresentCalls all, Likeness like, ReadOnlyMemory<byte> body, long since) : IDisposable
    {
        private TaskCompletionSource? gone;

        public Likeness Like => like;

        public long Since => since;

        /// <summary>For the same; the bodies are there as long as the calls.</summary>
        public bool Asks(Present other) => other != this && body.Span.SequenceEqual(other.Body.Span);

        private ReadOnlyMemory<byte> Body => body;

        /// <summary>Under the lock: most calls are never waited for.</summary>
        public Task Gone =>
            (gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Dispose()
        {
            all.Leave(this);
            gone?.TrySetResult();
        }
    }
}
