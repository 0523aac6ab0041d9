using System.Runtime.CompilerServices;

namespace SmartFlow.Tests.Platform.Web;

public sealed class HostTests
{
    /// <summary>The last one may still be on somebody's stack.</summary>
    [Fact]
    public async Task A_host_that_has_ended_leaves_memory()
    {
        List<WeakReference> ended = [];
        for (var i = 0; i < 3; i++)
            ended.Add(await StartAndStopAsync());
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        ended.Count(host => host.IsAlive).ShouldBeLessThan(2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> StartAndStopAsync()
    {
        await using var app = await SmartFlowApp.StartAsync();
        return new WeakReference(app.Services);
    }
}
