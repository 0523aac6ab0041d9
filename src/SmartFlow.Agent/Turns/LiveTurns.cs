using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>The turns that run in this process. They do not end with the request that began them.</summary>
internal sealed class LiveTurns(RunTurn run, IOptions<AgentOptions> options, ILogger<LiveTurns> logger)
    : IHostedService,
        IDisposable
{
    private readonly ConcurrentDictionary<long, (LiveTurn Live, Task Done)> turns = new();
    private readonly CancellationTokenSource shutdown = new();

    /// <summary>Each ends with what it has.</summary>
    public void StopUser(ulong userId)
    {
        foreach (var (live, _) in turns.Values)
            if (live.UserId == userId)
                live.Stop();
    }

    public LiveTurn? Find(long conversationId) => turns.TryGetValue(conversationId, out var found) ? found.Live : null;

    /// <summary>Before a turn takes its conversation.</summary>
    /// <exception cref="RefusedException">unavailable: too many run here, or the process is stopping.</exception>
    public void CheckRoom()
    {
        if (turns.Count >= options.Value.RunningTurnsMax || shutdown.IsCancellationRequested)
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Too many conversations are being answered. Try again in a moment.",
                retryAfter: TimeSpan.FromSeconds(5)
            );
    }

    public LiveTurn Begin(OpenTurn turn)
    {
        var live = new LiveTurn(turn.TurnId, turn.ConversationId, turn.UserId, turn.Seq);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = Task.Run(async () =>
        {
            await entered.Task;
            await RunAsync(turn, live);
        });
        turns[turn.ConversationId] = (live, task);
        entered.SetResult();
        return live;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Ends what runs, each with its interrupt and its usage; the host's shutdown limit bounds the wait.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await shutdown.CancelAsync();
        await Task.WhenAll(turns.Values.Select(t => t.Done)).WaitAsync(cancellationToken);
    }

    public void Dispose() => shutdown.Dispose();

    private async Task RunAsync(OpenTurn turn, LiveTurn live)
    {
        try
        {
            await run.RunAsync(turn, live, shutdown.Token);
        }
        catch (Exception e)
        {
            LiveTurnsLog.Broke(logger, e, turn.TurnId);
        }
        finally
        {
            live.End();
            // The conversation was free again a moment ago: the next turn may stand here already.
            if (turns.TryGetValue(turn.ConversationId, out var now) && now.Live == live)
                turns.TryRemove(new KeyValuePair<long, (LiveTurn, Task)>(turn.ConversationId, now));
        }
    }
}

internal static partial class LiveTurnsLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Turn {TurnId} could not be ended in order.")]
    public static partial void Broke(ILogger logger, Exception exception, string turnId);
}
