namespace SmartFlow.Tests.Agent;

/// <summary>A host for each test and one user of it, with the offline model.</summary>
public abstract class OfflineAgent : IAsyncLifetime
{
    private protected SmartFlowApp app = null!;
    private protected TestUser mei = null!;

    public async ValueTask InitializeAsync()
    {
        app = await SmartFlowApp.StartAsync();
        // Wednesday, 25 November 2026, 15:00 in Shanghai.
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 7, 0, 0, TimeSpan.Zero));
        mei = await app.SignUpAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
