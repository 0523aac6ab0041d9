namespace SmartFlow.Tests.Planner;

/// <summary>One host for the tests of a class that need no more than a user of their own each.</summary>
public sealed class StartedApp : IAsyncLifetime
{
    /// <summary>A Wednesday, 15:00 in Shanghai.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);

    private int users;

    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await SmartFlowApp.StartAsync();
        App.Clock.SetTo(Now);
    }

    public Task<TestUser> NewUserAsync() => App.SignUpAsync($"user{Interlocked.Increment(ref users)}");

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
