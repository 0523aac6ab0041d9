using System.Collections.Concurrent;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// Who in this process looks at the centre right now, so that they hear at once; other hosts' news come with their next
/// look.
/// </summary>
internal sealed class LiveNotices
{
    private readonly ConcurrentDictionary<Follower, byte> followers = new();

    public Follower Follow(long userId)
    {
        var follower = new Follower(this, userId);
        followers[follower] = 0;
        return follower;
    }

    /// <summary>Something of the user's centre has changed; after the commit.</summary>
    public void Changed(long userId)
    {
        foreach (var (follower, _) in followers)
            if (follower.UserId == userId)
                follower.Wake();
    }

    /// <summary>One open stream.</summary>
    internal sealed class Follower(LiveNotices live, long userId) : IDisposable
    {
        private readonly SemaphoreSlim wake = new(0, 1);

        public long UserId => userId;

        public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
            wake.WaitAsync(atMost, cancellationToken);

        public void Wake()
        {
            lock (wake)
                if (wake.CurrentCount == 0)
                    wake.Release();
        }

        // The semaphore is not disposed of: somebody may be about to wake it, and it holds nothing.
        public void Dispose() => live.followers.TryRemove(this, out _);
    }
}
