using System.Diagnostics;
using System.Globalization;

namespace SmartFlow.Bench;

/// <summary>CPU time and memory of another process and its children.</summary>
internal static class ProcessMeter
{
    public static double CpuSeconds(int processId)
    {
        if (processId == 0)
            return 0;
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds + Children(processId).Sum(CpuSeconds);
    }

    public static double ResidentMiB(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }

    private static IEnumerable<int> Children(int processId) =>
        File.ReadAllText($"/proc/{processId}/task/{processId}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
}
