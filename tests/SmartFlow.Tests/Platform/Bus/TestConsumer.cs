using System.Collections.Concurrent;
using SmartFlow.Contracts.Events;
using SmartFlow.Planner;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>A consumer of the planner's events that does what its test says.</summary>
internal sealed class TestConsumer : IConsumer
{
    /// <summary>Every event of every try, in order.</summary>
    public ConcurrentQueue<BusEvent> Seen { get; } = new();

    /// <summary>What its host warns of.</summary>
    public LogLines Log { get; } = new();

    public bool Hang { get; init; }

    public bool Poison { get; set; }

    public Func<BusEvent, bool> Fails { get; set; } = _ => false;

    public IWriter<PlannerDb>? Writer { get; set; }

    public string Topic => Topics.Task;

    public string Group => "test-consumer";

    public async Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        foreach (var one in events)
            Seen.Enqueue(one);
        if (events.Any(Fails))
            throw new InvalidOperationException("It cannot be handled yet.");
        if (Hang)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return [.. events.Select(_ => Poison ? "poison" : null)];
    }

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        Writer!.BuryAsync(this, poison, reason, attempts, DateTimeOffset.UnixEpoch, cancellationToken);

    /// <summary>By key, each event once, in the order of their first coming.</summary>
    public Dictionary<string, string[]> FirstSeen() =>
        Seen.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Select(e => e.EventId).Distinct().ToArray());
}
