namespace SmartFlow.Tests.Platform.Bus;

public sealed class InProcessBusTests(PostgresServer postgres) : BusCompliance(postgres)
{
    protected override Task<IReadOnlyDictionary<string, string?>> ConfigureAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?>());

    /// <summary>The outbox is the only durable copy.</summary>
    protected override int KeptInOutbox(int waiting) => waiting;
}
