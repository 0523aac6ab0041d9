using System.Runtime.InteropServices;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// How urgent the kernel takes a thread to be: .NET's own priorities do nothing on Linux. For threads that end with
/// their work. Where the kernel refuses, or is another, the work is as urgent as everything else.
/// </summary>
internal static partial class SpareTime
{
    private const int Ordinary = 0;
    private const int Idle = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>This thread gets about a tenth of what another one gets that wants the same core.</summary>
    public static void StandBack()
    {
        const int ofProcessOrThread = 0,
            thisThread = 0,
            nice = 10;
        if (OperatingSystem.IsLinux())
            _ = SetPriority(ofProcessOrThread, thisThread, nice);
    }

    /// <summary>
    /// The work on this thread gets only what nobody else wants, and gives way at once; after two seconds, so that a
    /// machine which is always full ends it too, it stands back like the others.
    /// </summary>
    public static T Run<T>(Func<T> work)
    {
        StandBack();
        if (!OperatingSystem.IsLinux())
            return work();
        var (thread, priority) = (ThreadId(), 0);
        _ = SetScheduler(thread, Idle, ref priority);
        using var rescue = new Timer(
            static id =>
            {
                var priority = 0;
                _ = SetScheduler((int)id!, Ordinary, ref priority);
            },
            thread,
            Patience,
            Timeout.InfiniteTimeSpan
        );
        return work();
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    /// <param name="priority">The only field of the structure that it takes.</param>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, ref int priority);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();
}
