using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.TokenStore.Charging;

/// <summary>Consumes user.registered: heals an account that registration could not open.</summary>
internal sealed class OpenAccounts(ICreditLedger ledger, IWriter<TokenStoreDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-token-store-user-auth-consumer";

    public async Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        var outcomes = new string?[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (events[i].Name != EventNames.UserRegistered) continue;
            using var span = events[i].StartHandling(Topic, Group);
            var user = EventJson.Read<UserRegistered>(events[i].Payload);
            await ledger.OpenAccountAsync(
                new OpenAccountRequest
                {
                    UserId = user.UserId, WelcomeSubject = user.WelcomeSubject, WelcomeNetwork = user.WelcomeNetwork,
                },
                cancellationToken);
        }
        return outcomes;
    }

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
}
