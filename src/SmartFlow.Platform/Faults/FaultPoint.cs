namespace SmartFlow.Platform.Faults;

/// <summary>
/// Named places where a test kills the process as kill -9 would: <c>SMARTFLOW_FAULT=call.sent</c>, or
/// <c>call.sent:3</c> for the third time it is reached. Off unless the variable is set.
/// </summary>
public static class FaultPoint
{
    private static readonly string Name;
    private static int left;

    static FaultPoint()
    {
        var parts = (Environment.GetEnvironmentVariable("SMARTFLOW_FAULT") ?? "").Split(':');
        Name = parts[0];
        left = parts.Length > 1 && int.TryParse(parts[1], out var count) ? count : 1;
    }

    public static void Reach(string name)
    {
        if (Name.Length == 0 || Name != name || Interlocked.Decrement(ref left) != 0)
            return;
        Console.Error.WriteLine($"fault {name}");
        Console.Error.Flush();
        System.Diagnostics.Process.GetCurrentProcess().Kill();
        // The signal is on its way; nothing after this point may run.
        new ManualResetEventSlim().Wait();
    }
}
