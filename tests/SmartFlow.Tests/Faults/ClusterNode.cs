namespace SmartFlow.Tests.Faults;

/// <summary>One process of the cluster: it can die, stand still and come back with its addresses.</summary>
internal sealed class ClusterNode(string name, string folder, Func<(string, string)[]> environment) : IAsyncDisposable
{
    private SmartFlowProcess? process;

    public string Name => name;

    public HttpClient Http => Process.Http;

    public SmartFlowProcess Process => process ?? throw new InvalidOperationException($"{name} does not run.");

    public async Task StartAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = await SmartFlowProcess.StartAsync(folder, environment());
    }

    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGSTOP.</summary>
    public Task PauseAsync() => Process.SuspendAsync();

    public Task ResumeAsync() => Process.ResumeAsync();

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
    }
}
