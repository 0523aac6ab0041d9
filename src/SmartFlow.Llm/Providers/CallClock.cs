using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Providers;

/// <summary>The time-outs of one attempt, and who ended it: our caller, or one of them.</summary>
internal sealed class CallClock : IDisposable
{
    private readonly OpenAiCompatibleOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource source = new();
    private readonly ITimer timer;
    private readonly long began;
    private CancellationToken caller;
    private CancellationTokenRegistration callersEnd;
    private string waitingFor = "answer";
    private TimeSpan step;
    private long armedAt;
    private bool resting;

    public CallClock(OpenAiCompatibleOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        began = time.GetTimestamp();
        step = TimeSpan.FromSeconds(options.TotalTimeoutSeconds);
        timer = time.CreateTimer(static clock => ((CallClock)clock!).Fire(), this, step, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    /// <summary>From now on this token ends the attempt; an earlier one no longer does.</summary>
    public void Obey(CancellationToken cancellationToken)
    {
        callersEnd.Dispose();
        caller = cancellationToken;
        callersEnd = cancellationToken.UnsafeRegister(s => ((CancellationTokenSource)s!).Cancel(), source);
    }

    /// <summary>Something has to come within so many seconds, and the whole within the total.</summary>
    public void Expect(string what, int seconds) => Expect(what, TimeSpan.FromSeconds(seconds));

    /// <summary>The same in other words.</summary>
    public void Expect(string what, TimeSpan wanted)
    {
        Volatile.Write(ref resting, false);
        // A stream tells of its progress thousands of times a second; the timer is moved a few times a second at most.
        if (ReferenceEquals(what, waitingFor) && time.GetElapsedTime(armedAt) < wanted / 256)
            return;
        (waitingFor, step, armedAt) = (what, wanted, time.GetTimestamp());
        Arm();
    }

    /// <summary>
    /// The server has delivered; until something is expected again it is our reader who takes the time.
    /// </summary>
    public void Rest() => Volatile.Write(ref resting, true);

    /// <summary>
    /// The caller's cancellation, our own refusal to send, or the failure of the provider that an exception stands for.
    /// </summary>
    public Exception Classify(Exception exception, bool answering)
    {
        if (exception is ProviderException or RefusedException)
            return exception;
        if (caller.IsCancellationRequested)
            return new OperationCanceledException(caller);
        if (source.IsCancellationRequested)
            return Failures.TimedOut(waitingFor);
        return exception is OperationCanceledException
            ? Failures.ConnectTimeout()
            : Failures.FromException(exception, answering);
    }

    public void Dispose()
    {
        timer.Dispose();
        callersEnd.Dispose();
        source.Dispose();
    }

    private void Arm()
    {
        var left = TimeSpan.FromSeconds(options.TotalTimeoutSeconds) - time.GetElapsedTime(began);
        timer.Change(
            left < TimeSpan.Zero ? TimeSpan.Zero
                : left < step ? left
                : step,
            Timeout.InfiniteTimeSpan
        );
    }

    private void Fire()
    {
        try
        {
            var inTime = time.GetElapsedTime(began) < TimeSpan.FromSeconds(options.TotalTimeoutSeconds);
            if (inTime && Volatile.Read(ref resting))
                Arm();
            else
                source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this very moment.
        }
    }
}
