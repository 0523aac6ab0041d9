using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Users;

namespace SmartFlow.TokenStore.Charging;

/// <summary>Consumes user.registered: heals an account that registration could not open.</summary>
internal sealed class OpenAccounts(
    ICreditLedger ledger,
    IWriter<TokenStoreDb> writer,
    IDbContextFactory<TokenStoreDb> databases,
    TimeProvider time
) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-token-store-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.UserRegistered ? OpenAsync(happened, cancellationToken) : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private async Task OpenAsync(BusEvent registered, CancellationToken cancellationToken)
    {
        using var span = registered.StartHandling(Topic, Group);
        var user = EventJson.Read<UserRegistered>(registered.Payload);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            if (await db.IsGoneAsync(user.UserId, cancellationToken))
                return;
        await ledger.OpenAccountAsync(
            new OpenAccountRequest
            {
                UserId = user.UserId,
                WelcomeSubject = user.WelcomeSubject,
                WelcomeNetwork = user.WelcomeNetwork,
            },
            cancellationToken
        );
    }
}
