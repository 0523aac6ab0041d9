using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// Consumes user.access.ended: what the assistant does for the user, which does not end with a request, stops as by the
/// stop button. Handling it twice stops nothing more.
/// </summary>
internal sealed class StopTurns(LiveTurns turns, IWriter<AgentDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-agent-user-auth-consumer";

    /// <summary>Turns run in the process that was asked.</summary>
    public bool InEveryProcess => true;

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
        {
            if (
                happened.Name == EventNames.UserAccessEnded
                && EventJson.Read<UserAccessEnded>(happened.Payload) is { Running: true } ended
            )
                turns.StopUser(ended.UserId);
            return Task.CompletedTask;
        });

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
}
