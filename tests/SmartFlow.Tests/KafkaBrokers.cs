using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using SmartFlow.Contracts.Events;
using SmartFlow.Tests.Platform.Bus;

[assembly: AssemblyFixture(typeof(SmartFlow.Tests.KafkaBrokers))]

namespace SmartFlow.Tests;

/// <summary>
/// Kafka's brokers as librdkafka imitates them, in one process for the whole run, started at first use. Every test
/// takes a cluster of its own, with the topics of the program in four partitions each.
/// </summary>
public sealed class KafkaBrokers : IAsyncLifetime
{
    private readonly SemaphoreSlim turn = new(1);
    private Process? process;

    /// <param name="sessionMs">After which silence a member is evicted.</param>
    public async Task<KafkaCluster> NewClusterAsync(int sessionMs = 3_000)
    {
        var answer = (await AskAsync($"new 1 {sessionMs.ToString(CultureInfo.InvariantCulture)}")).Split(' ');
        var cluster = new KafkaCluster(this, answer[0], answer[1]);
        var names = typeof(Topics)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!);
        foreach (var name in names)
            await AskAsync($"topic {answer[0]} {name} 4");
        return cluster;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        turn.Dispose();
        if (process is null)
            return;
        // It ends with its input.
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    internal async Task<string> AskAsync(string command)
    {
        await turn.WaitAsync();
        try
        {
            process ??= Start();
            await process.StandardInput.WriteLineAsync(command);
            await process.StandardInput.FlushAsync();
            return await process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException("The brokers have ended.");
        }
        finally
        {
            turn.Release();
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(KafkaBrokers).Assembly.Location);
        start.Environment[MockKafka.Variable] = "1";
        var started = Process.Start(start)!;
        // Every connection that breaks is a line there.
        started.BeginErrorReadLine();
        return started;
    }
}

/// <summary>One broker with the program's topics.</summary>
public sealed class KafkaCluster(KafkaBrokers brokers, string id, string servers)
{
    public string Servers => servers;

    /// <summary>Connections break and none is taken; what it has it keeps.</summary>
    public Task DownAsync() => brokers.AskAsync($"down {id} 1");

    public Task UpAsync() => brokers.AskAsync($"up {id} 1");

    /// <summary>Every answer comes so much later.</summary>
    public Task SlowAsync(int milliseconds) =>
        brokers.AskAsync($"slow {id} 1 {milliseconds.ToString(CultureInfo.InvariantCulture)}");
}
