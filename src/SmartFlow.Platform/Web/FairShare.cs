using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>
/// While the machine cannot keep up, whoever asks for far more than the others waits a moment before each request, so
/// that the others do not. Nobody waits while it keeps up, while few are there, or who asks about as often as most. A
/// share is of the credentials that a request was let in with, else of its network; it fades within seconds.
/// </summary>
/// <remarks>
/// Far more: four times what the quarter of callers with the least asks for. The quarter and not the mean, which heavy
/// ones raise themselves.
/// </remarks>
public sealed class FairShare(IOptions<RateLimitOptions> options, TimeProvider time) : BackgroundService
{
    private const int FewestCallers = 8;
    private const int CallersLimit = 65_536;
    private const int WaitingLimit = 4_096;
    private const double TimesTheLeast = 4;

    /// <summary>Requests a second that are never too many.</summary>
    private const double AlwaysFine = 5;
    private const int BytesOfOne = 64 * 1024;
    private const double FadeSeconds = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(4);

    /// <summary>
    /// Looks without lateness that make up for a late one: a single pause, of a collection say, is none that lasts.
    /// </summary>
    private const int LooksOfOneLate = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>Who has not asked for so long has gone: nobody waits for their sake.</summary>
    private static readonly TimeSpan Present = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<long, Share> shares = new();
    private double fair = double.PositiveInfinity;
    private long busyUntil;
    private int waiting;
    private int lateness;

    /// <summary>Completed by who comes when enough are there; null: they are looked at.</summary>
    private TaskCompletionSource? several;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var credentials = CredentialsOf(context.Request);
        var address = context.Connection.RemoteIpAddress;
        var network = (long)Network.Of(address).GetHashCode();
        // Credentials that nobody was let in with are anybody's to make up.
        var mine = shares.GetValueOrDefault(credentials)
            ?? (Network.IsThisMachine(address) ? null : shares.GetValueOrDefault(network));
        if (mine is not null && WaitFor(mine) is { Ticks: > 0 } wait)
        {
            if (Interlocked.Increment(ref waiting) > WaitingLimit)
            {
                Interlocked.Decrement(ref waiting);
                await Refusals.WriteAsync(
                    context,
                    new RefusedException(
                        ErrorCodes.Unavailable,
                        "Too many requests at once.",
                        retryAfter: TimeSpan.FromSeconds(2)
                    )
                );
                return;
            }
            try
            {
                await Task.Delay(wait, time, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // Who leaves has asked all the same; else leaving soon and asking again would be a way past the wait.
                Count(mine, context.Request);
                throw;
            }
            finally
            {
                Interlocked.Decrement(ref waiting);
            }
        }
        try
        {
            await next(context);
        }
        finally
        {
            var letIn = context.User.Identity?.IsAuthenticated == true;
            Count(ShareOf(letIn ? credentials : network), context.Request);
        }
    }

    private void Count(Share share, HttpRequest request) =>
        share.Add(1 + (request.ContentLength ?? 0) / (double)BytesOfOne, time.GetTimestamp(), time.TimestampFrequency);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.FairShare && !stoppingToken.IsCancellationRequested)
        {
            await SeveralAsync(stoppingToken);
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Look, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            // What comes late here comes late everywhere.
            Measure(CannotKeepUp(Stopwatch.GetElapsedTime(began)));
        }
    }

    private Share ShareOf(long key)
    {
        if (shares.TryGetValue(key, out var share))
            return share;
        share = shares.GetOrAdd(key, static _ => new Share());
        if (shares.Count >= FewestCallers)
            Volatile.Read(ref several)?.TrySetResult();
        return share;
    }

    /// <summary>
    /// While few are there nobody waits for anybody, and a process that few ask need not wake up to look.
    /// </summary>
    private async Task SeveralAsync(CancellationToken stoppingToken)
    {
        if (shares.Count >= FewestCallers)
            return;
        var come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref several, come);
        if (shares.Count < FewestCallers)
            await come.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref several, null);
        lateness = 0;
    }

    /// <summary>
    /// Whether looks that took so long, this one the last, say that the machine is late: twice within half a second.
    /// </summary>
    internal bool CannotKeepUp(TimeSpan look)
    {
        lateness = Math.Clamp(lateness + (look > Look + Late ? LooksOfOneLate : -1), 0, 2 * LooksOfOneLate);
        return lateness > LooksOfOneLate;
    }

    /// <summary>What is fair now; forgets who has not asked for a while.</summary>
    internal void Measure(bool cannotKeepUp)
    {
        if (cannotKeepUp)
            Volatile.Write(ref busyUntil, time.GetTimestamp() + (long)(Memory.TotalSeconds * time.TimestampFrequency));
        var now = time.GetTimestamp();
        var rates = new List<double>(shares.Count);
        foreach (var (key, share) in shares)
        {
            var rate = share.Rate(now, time.TimestampFrequency);
            if (rate < 0.05)
                shares.TryRemove(key, out _);
            else if (share.AskedSince(now - (long)(Present.TotalSeconds * time.TimestampFrequency)))
                rates.Add(rate);
        }
        if (shares.Count > CallersLimit)
            shares.Clear();
        rates.Sort();
        Volatile.Write(
            ref fair,
            rates.Count < FewestCallers
                ? double.PositiveInfinity
                : Math.Max(AlwaysFine, TimesTheLeast * rates[rates.Count / 4])
        );
    }

    private TimeSpan WaitFor(Share mine)
    {
        var most = Volatile.Read(ref fair);
        if (double.IsInfinity(most) || Volatile.Read(ref busyUntil) < time.GetTimestamp())
            return TimeSpan.Zero;
        var over = mine.Rate(time.GetTimestamp(), time.TimestampFrequency) / most;
        return over <= 1
            ? TimeSpan.Zero
            : TimeSpan.FromTicks(Math.Min(Longest.Ticks, (long)((over - 1) * Longest.Ticks)));
    }

    private static long CredentialsOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0)
            header = request.Headers["x-api-key"];
        if (header.Count == 0)
            header = request.Headers.Cookie;
        return header.Count == 0 ? 0 : (1L << 32) | (uint)string.GetHashCode(header[0], StringComparison.Ordinal);
    }

    /// <summary>Requests a second, the latest counting most.</summary>
    private sealed class Share
    {
        private readonly Lock gate = new();
        private double rate;
        private long at;

        public void Add(double requests, long now, long frequency)
        {
            lock (gate)
                (rate, at) = (Faded(now, frequency) + requests / FadeSeconds, now);
        }

        public double Rate(long now, long frequency)
        {
            lock (gate)
                return Faded(now, frequency);
        }

        public bool AskedSince(long then)
        {
            lock (gate)
                return at >= then;
        }

        private double Faded(long now, long frequency) =>
            rate * Math.Exp(-Math.Max(0, (now - at) / (double)frequency) / FadeSeconds);
    }
}
