using System.Diagnostics;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// This program as a process of its own, for work that must be stoppable: its executable, or dotnet with the library
/// that lies beside it. The child sees none of our settings, which hold secrets.
/// </summary>
public static class OwnProgram
{
    private const string Name = "smartflow";

    /// <summary>What a runtime needs to find itself.</summary>
    private static readonly string[] Kept =
    [
        "PATH",
        "HOME",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SystemRoot",
        "LANG",
        "LD_LIBRARY_PATH",
    ];

    /// <summary>How it is started: all three streams redirected, in the program's folder.</summary>
    public static ProcessStartInfo With(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, _) in start.Environment.ToArray())
            if (
                !Kept.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase)
            )
                start.Environment.Remove(name);
        Choose(start);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Other programs can host us as well, e.g. tests: then the executable that runs is not ours.</summary>
    private static void Choose(ProcessStartInfo start)
    {
        var running = Environment.ProcessPath ?? "dotnet";
        var runner = Path.GetFileNameWithoutExtension(running);
        if (runner == Name)
        {
            start.FileName = running;
            return;
        }
        start.FileName = runner == "dotnet" ? running : "dotnet";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, Name + ".dll"));
    }
}
