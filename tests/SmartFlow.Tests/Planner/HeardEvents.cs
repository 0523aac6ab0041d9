using System.Threading.Channels;
using SmartFlow.Platform.Bus;

namespace SmartFlow.Tests.Planner;

/// <summary>A consumer that only listens.</summary>
internal sealed class HeardEvents(string topic) : IConsumer
{
    private readonly Channel<BusEvent> heard = Channel.CreateUnbounded<BusEvent>();
    private int count;

    public string Topic => topic;

    public string Group => "smartflow-test-outbox-consumer";

    public int Count => Volatile.Read(ref count);

    public async Task<BusEvent> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await heard.Reader.ReadAsync(limit.Token);
    }

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        foreach (var one in events)
        {
            Interlocked.Increment(ref count);
            heard.Writer.TryWrite(one with { Payload = one.Payload.ToArray() });
        }
        return Task.FromResult<IReadOnlyList<string?>>(new string?[events.Count]);
    }

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
