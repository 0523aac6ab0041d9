using System.ComponentModel;
using System.Diagnostics;

namespace SmartFlow.Tests;

/// <summary>Official clients and servers of other languages, in a folder of tests/clients.</summary>
internal sealed class Node(string name, string package)
{
    private static readonly SemaphoreSlim Installing = new(1);
    private readonly string folder = Path.Combine(Repository.Root, "tests", "clients", name);

    /// <summary>Runs a file of node's own tests; what it printed.</summary>
    public async Task<string> TestAsync(string file, Dictionary<string, string> environment)
    {
        await InstallAsync();
        return await RunAsync("node", ["--test", "--test-reporter=spec", file], environment);
    }

    /// <summary>Runs a program to its end; what it printed.</summary>
    public async Task<string> PrintsAsync(string file, Dictionary<string, string> environment)
    {
        await InstallAsync();
        return await RunAsync("node", [file], environment);
    }

    /// <summary>Starts a program that prints a line when it is ready; the line.</summary>
    public async Task<(Process Process, string Line)> StartAsync(string file, params string[] arguments)
    {
        await InstallAsync();
        var process = Start("node", [file, .. arguments], []);
        var line = await process.StandardOutput.ReadLineAsync();
        return (process, line ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync()));
    }

    private async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules", package)))
                await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], []);
        }
        finally
        {
            Installing.Release();
        }
    }

    private async Task<string> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        using var process = Start(program, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{output}\n{await errors}");
        return output;
    }

    private Process Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"This test needs {program}: install Node.js 20 or newer with npm.");
        }
    }
}
