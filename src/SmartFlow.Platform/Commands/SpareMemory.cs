using System.Runtime.InteropServices;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// Gives memory back that is free but resident: once what only the start needed, and every <see cref="Period"/> what
/// the native allocator keeps in the arenas of many threads (glibc's malloc_trim; elsewhere nothing).
/// </summary>
internal sealed partial class SpareMemory : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly Timer timer;

    private SpareMemory() => timer = new Timer(static self => ((SpareMemory)self!).Trim(), this, Period, Period);

    public static SpareMemory Start()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new SpareMemory();
    }

    public void Dispose() => timer.Dispose();

    private void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another allocator's affair.
            timer.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
