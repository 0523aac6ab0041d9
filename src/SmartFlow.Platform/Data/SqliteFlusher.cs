using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Makes commits survive power loss: one flush of a file's log for everything that was committed before it began, on a
/// thread of its own, so that the writer goes on meanwhile. SQLite's own FULL would flush inside each commit
/// (docs/decisions/0097). The log is the same inode for as long as the writer's connection is open. A flush that failed
/// stays failed: the kernel forgets which pages it could not write, so a later one that succeeds would prove nothing.
/// </summary>
internal sealed partial class SqliteFlusher(string file) : IDisposable
{
    // A monitor: its wait does not spin.
    private readonly object gate = new();
    private List<Action<Exception?>> waiting = [];
    private List<Action<Exception?>> served = [];
    private SafeFileHandle? log;
    private Thread? thread;
    private bool flushing;
    private volatile NotFlushedException? failure;
    private bool failed;
    private bool stopping;

    /// <summary>Why nothing that is committed from now on can be known to survive; null: all is well.</summary>
    public IOException? Failure => failure;

    /// <summary>
    /// Calls back once everything committed until now is on the disk, or with the reason why it is not.
    /// </summary>
    public void WhenFlushed(Action<Exception?> then)
    {
        lock (gate)
        {
            waiting.Add(then);
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = $"flushes {Path.GetFileName(file)}" };
                thread.Start();
            }
            if (waiting.Count == 1 && !flushing)
                Monitor.Pulse(gate);
        }
    }

    /// <summary>Completes when what was committed until now and wants a flush has had it; at once if it has.</summary>
    public Task FlushedAsync()
    {
        lock (gate)
            if (!flushing && !failed && waiting.Count == 0)
                return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WhenFlushed(failure => Complete(done, failure));
        return done.Task;
    }

    /// <summary>After the last commit: serves whoever still waits.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }
        thread?.Join();
        log?.Dispose();
    }

    private static void Complete(TaskCompletionSource done, Exception? failure)
    {
        if (failure is null)
            done.SetResult();
        else
            done.SetException(failure);
    }

    private void Run()
    {
        while (true)
        {
            lock (gate)
            {
                flushing = false;
                while (waiting.Count == 0)
                {
                    if (stopping)
                        return;
                    Monitor.Wait(gate);
                }
                (waiting, served) = (served, waiting);
                flushing = true;
            }
            var problem = failure ?? TryFlush();
            // What could not be flushed is visible all the same: whoever asks later must not take it for durable.
            lock (gate)
                failed = problem is not null;
            foreach (var then in served)
                then(problem);
            served.Clear();
        }
    }

    private NotFlushedException? TryFlush()
    {
        try
        {
            log ??= File.OpenHandle(
                file + "-wal",
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing was asked of the disk: the next one may succeed for all.
            return new NotFlushedException(file, e);
        }
        return failure = Flush(log);
    }

    private NotFlushedException? Flush(SafeFileHandle opened)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                RandomAccess.FlushToDisk(opened);
            else if (DataSync(opened) != 0)
                return new NotFlushedException(file, new Win32Exception(Marshal.GetLastPInvokeError()));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new NotFlushedException(file, e);
        }
    }

    /// <summary>Content and size only: .NET's own flush writes the file's times too.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);
}
