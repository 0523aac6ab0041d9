namespace SmartFlow.Tests.TokenStore;

/// <summary>One host for tests that need no more than users of their own; nothing is sealed but by a test.</summary>
public sealed class QuietStore : IAsyncLifetime
{
    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        App = await SmartFlowApp.StartAsync(s => s.Settings["Sealing:IntervalSeconds"] = "0");

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

[CollectionDefinition(nameof(QuietStore))]
public sealed class QuietStoreCollection : ICollectionFixture<QuietStore>;
