namespace SmartFlow.Tests.Faults;

/// <summary>One process of the cluster: it can die, stand still and come back with its addresses.</summary>
/// <param name="ownClock">Its wall clock can be moved, where libfaketime is installed.</param>
internal sealed class ClusterNode(
    string name,
    string folder,
    Func<(string, string)[]> environment,
    bool ownClock = false
) : IAsyncDisposable
{
    private static readonly string? Clock = Directory
        .GetFiles(
            "/usr/lib",
            "libfaketimeMT.so.1",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }
        )
        .FirstOrDefault();
    private SmartFlowProcess? process;

    /// <summary>libfaketime reads from here, once a second, by how much it moves the clock.</summary>
    private string ClockFile => Path.Combine(folder, "clock");

    public string Name => name;

    public HttpClient Http => Process.Http;

    public SmartFlowProcess Process => process ?? throw new InvalidOperationException($"{name} does not run.");

    public async Task StartAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        await SetClockAsync(0);
        // Without the last, its timed waits on the monotonic clock end at once and every thread that waits spins.
        (string, string)[] clock =
            ownClock && Clock is not null
                ?
                [
                    ("LD_PRELOAD", Clock),
                    ("FAKETIME_TIMESTAMP_FILE", ClockFile),
                    ("FAKETIME_CACHE_DURATION", "1"),
                    ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
                    ("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
                ]
                : [];
        process = await SmartFlowProcess.StartAsync(folder, [.. environment(), .. clock]);
    }

    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGSTOP.</summary>
    public Task PauseAsync() => Process.SuspendAsync();

    public Task ResumeAsync() => Process.ResumeAsync();

    /// <summary>Moves its wall clock, not what it measures time by.</summary>
    public Task SetClockAsync(int seconds) =>
        File.WriteAllTextAsync(ClockFile, FormattableString.Invariant($"{seconds:+0;-0;+0}"));

    /// <summary>What time the process says that it is.</summary>
    public async Task<DateTimeOffset> ClockAsync() => (await Http.GetAsync("/healthz")).Headers.Date!.Value;

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
    }
}
