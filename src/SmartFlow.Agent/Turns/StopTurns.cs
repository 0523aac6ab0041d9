using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// Consumes user.access.ended: what the assistant does for the user, which does not end with a request, stops as by the stop
/// button. Handling it twice stops nothing more.
/// </summary>
internal sealed class StopTurns(LiveTurns turns, IWriter<AgentDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-agent-user-auth-consumer";

    /// <summary>Turns run in the process that was asked.</summary>
    public bool InEveryProcess => true;

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = new string?[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
            try
            {
                if (events[i].Name != EventNames.UserAccessEnded) continue;
                var ended = EventJson.Read<UserAccessEnded>(events[i].Payload);
                if (ended.Running) turns.StopUser(ended.UserId);
            }
            catch (PoisonException e)
            {
                outcomes[i] = e.Message;
            }
        return Task.FromResult<IReadOnlyList<string?>>(outcomes);
    }

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
}
