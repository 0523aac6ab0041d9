using System.Diagnostics;

namespace SmartFlow.Bench;

/// <summary>CPU time and memory of another process.</summary>
internal static class ProcessMeter
{
    public static double CpuSeconds(int processId)
    {
        if (processId == 0) return 0;
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds;
    }

    public static double ResidentMiB(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }
}
