using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartFlow.Gateway.Fallback;

/// <summary>
/// Whether the agent's process says that it is ready: asked every few seconds, so that no user's message is what finds
/// out. Two noes or silences in a row and it is away, one yes and it is back. Before the first word it is away.
/// </summary>
internal sealed partial class AgentHealth(AgentLink link, IOptions<GatewayOptions> options, ILogger<AgentHealth> logger)
    : BackgroundService
{
    private const int NoesMax = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim looking = new(1);
    private int noes = NoesMax;

    public bool IsUp => Volatile.Read(ref noes) < NoesMax;

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await looking.WaitAsync(cancellationToken);
        await LookOnceAsync(cancellationToken);
    }

    /// <summary>
    /// One look, unless one is under way: of many messages that found the agent gone none waits for the others' looks.
    /// </summary>
    public async Task LookUnlessLookingAsync(CancellationToken cancellationToken)
    {
        if (await looking.WaitAsync(TimeSpan.Zero, cancellationToken))
            await LookOnceAsync(cancellationToken);
    }

    /// <summary>Whoever looks gives its turn back.</summary>
    private async Task LookOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (before, ready) = (IsUp, await IsReadyAsync(cancellationToken));
            Volatile.Write(ref noes, ready ? 0 : Math.Min(NoesMax, noes + 1));
            if (before && !IsUp)
                Log.Away(logger);
            else if (!before && IsUp)
                Log.Back(logger);
        }
        finally
        {
            looking.Release();
        }
    }

    public override void Dispose()
    {
        looking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!link.IsSet)
            return;
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.AgentCheckSeconds), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, link.AddressOf("/readyz"));
            using var answer = await link.SendAsync(request, patience.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "The assistant's process is away: its messages are answered with plain chat"
        )]
        public static partial void Away(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "The assistant's process is ready")]
        public static partial void Back(ILogger logger);
    }
}
