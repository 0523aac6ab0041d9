using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>
/// One consumer on one topic. It takes what has arrived as a batch, hands it over, and commits offsets once the
/// handler's transaction is durable, never past an event that is not done: a process that dies, or loses its
/// partitions, leaves them to be handed out again. While a batch runs the partitions rest and the membership lives on.
/// The client is used by one thread alone.
/// </summary>
internal sealed partial class KafkaConsumer : IPartitionOwner, IDisposable
{
    /// <summary>
    /// What comes ends the wait at once; a stop waits for its end, and the tries of what is aside do.
    /// </summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollAside = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CommitPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly IConsumer handler;
    private readonly KafkaClients clients;
    private readonly Delivery delivery;
    private readonly KafkaMeters meters;
    private readonly TimeProvider time;
    private readonly ILogger<KafkaConsumer> logger;
    private readonly Tally failures;
    private readonly string handled;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The program ends: nothing new is taken.</summary>
    private readonly CancellationTokenSource stopping = new();

    /// <summary>What runs is broken off.</summary>
    private readonly CancellationTokenSource breaking = new();

    // All of the thread that polls.
    private readonly Dictionary<TopicPartition, PartitionProgress> progress = [];
    private readonly AsideEvents<TopicPartitionOffset> aside;
    private readonly List<Taken> carried = [];
    private IReadOnlyList<Taken> batch = [];
    private Task<IReadOnlyList<StuckEvent>>? running;
    private CancellationTokenSource? breakingBatch;
    private IConsumer<string, byte[]>? client;
    private bool paused;
    private DateTimeOffset commitsFrom;

    public KafkaConsumer(
        IConsumer handler,
        KafkaClients clients,
        Delivery delivery,
        KafkaMeters meters,
        TimeProvider time,
        ILogger<KafkaConsumer> logger
    )
    {
        (this.handler, this.clients, this.delivery, this.meters, this.time, this.logger) = (
            handler,
            clients,
            delivery,
            meters,
            time,
            logger
        );
        (aside, failures, handled) = (new(delivery, time), new(time), $"consume.handled/{handler.Group}");
    }

    public void Start() => new Thread(Run) { IsBackground = true, Name = handler.Group }.Start();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await ended
            .Task.WaitAsync(HandOver, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await breaking.CancelAsync();
        await ended
            .Task.WaitAsync(HandOver, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        // A thread that has not ended still looks at them.
        if (!ended.Task.IsCompleted)
            return;
        stopping.Dispose();
        breaking.Dispose();
    }

    public void Assigned(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var one in partitions)
            progress[one] = new PartitionProgress();
        // They do not rest yet.
        paused = false;
    }

    /// <summary>
    /// What runs gets a moment to end, then it is broken off; whoever is next gets what is not committed.
    /// </summary>
    public void Revoked(IReadOnlyList<TopicPartition> partitions)
    {
        if (running is not null && batch.Any(t => partitions.Contains(t.Place.TopicPartition)))
        {
            if (Ends(running, HandOver))
                TakeOutcome();
            else
                Abandon();
        }
        SettleAside();
        Commit(partitions);
        Lost(partitions);
    }

    public void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var one in partitions)
            progress.Remove(one);
        carried.RemoveAll(t => partitions.Contains(t.Place.TopicPartition));
        aside.Drop(p => partitions.Contains(p.TopicPartition));
    }

    /// <summary>A client that has ended for good is followed by another.</summary>
    private void Run()
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                using (client = clients.Consumer(Group(), handler.InEveryProcess, this))
                    Consume();
            }
            catch (Exception e)
            {
                Log.Broke(logger, e, handler.Group);
                if (running is not null)
                    Abandon();
                Lost([.. progress.Keys]);
                stopping.Token.WaitHandle.WaitOne(CommitPause);
            }
        ended.TrySetResult();
    }

    private string Group() =>
        handler.InEveryProcess ? $"{handler.Group}.{Guid.CreateVersion7(time.GetUtcNow()):N}" : handler.Group;

    private void Consume()
    {
        paused = false;
        client!.Subscribe(handler.Topic);
        while (!stopping.IsCancellationRequested)
        {
            // :: Step 1: what was aside and is done lets its partition go on; the rest gets its next try.
            SettleAside();
            aside.TryDue(breaking.Token);
            Commit(progress.Keys);

            // :: Step 2: take what is there, at most a batch; what waits behind one of its key joins it.
            Rest(aside.IsFull);
            var taken = Take();
            Measure();
            if (taken.Count == 0)
                continue;

            // :: Step 3: hand it over; until that has ended nothing more is taken.
            Begin(taken);
            while (!Ends(running!, Slice))
            {
                Rest(true);
                Measure();
                if (Next(TimeSpan.Zero) is { } more)
                    carried.Add(more);
                if (running is null)
                    break;
            }
            if (running is not null)
                TakeOutcome();
        }
        // :: Step 4: what is done is committed and the group is left, so that others go on at once.
        SettleAside();
        Commit(progress.Keys);
        client.Close();
    }

    private List<Taken> Take()
    {
        var taken = new List<Taken>(carried);
        carried.Clear();
        var wait =
            taken.Count > 0 ? TimeSpan.Zero
            : aside.Count > 0 ? PollAside
            : Poll;
        while (taken.Count < Delivery.BatchLimit && Next(wait) is { } next)
        {
            taken.Add(next);
            wait = TimeSpan.Zero;
        }
        // Those of partitions that went away meanwhile are somebody else's.
        taken.RemoveAll(t => !progress.ContainsKey(t.Place.TopicPartition));
        if (aside.Count == 0)
            return taken;
        var keys = aside.Keys();
        aside.Add(
            taken
                .Where(t => keys.Contains(t.Happened.Key))
                .Select(t => (t.Place, delivery.Waiting(handler, t.Happened)))
        );
        return [.. taken.Where(t => !keys.Contains(t.Happened.Key))];
    }

    /// <summary>The next event, if one comes in time; membership and partitions are looked after meanwhile.</summary>
    private Taken? Next(TimeSpan wait)
    {
        try
        {
            if (client!.Consume(wait) is not { Message: { } message } result)
                return null;
            // Of a partition that went away in between.
            if (!progress.TryGetValue(result.TopicPartition, out var partition))
                return null;
            partition.Taken(result.Offset);
            if (KafkaMessages.Read(message) is { } happened)
                return new Taken(result.TopicPartitionOffset, happened);
            Log.Foreign(logger, result.TopicPartitionOffset);
            partition.Done(result.Offset);
            return null;
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            if (failures.Add() is > 0 and var count)
                Log.NotTaken(logger, handler.Group, handler.Topic, e.Error.Reason, count);
            return null;
        }
    }

    private void Begin(List<Taken> taken)
    {
        batch = taken;
        breakingBatch = CancellationTokenSource.CreateLinkedTokenSource(breaking.Token);
        var token = breakingBatch.Token;
        running = Task.Run(() => DeliverAsync([.. taken.Select(t => t.Happened)], token), CancellationToken.None);
    }

    /// <summary>
    /// What the whole batch cannot reach is tried for ever; the end of the program leaves it to the next process.
    /// </summary>
    private async Task<IReadOnlyList<StuckEvent>> DeliverAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, cancellationToken);
        for (var tries = 1; ; tries++)
            try
            {
                return await delivery.DeliverAsync(handler, events, cancellationToken);
            }
            catch (Exception e) when (!waiting.IsCancellationRequested)
            {
                Log.NotDelivered(logger, e, handler.Group, tries);
                var pause = Math.Min(LongestPause.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(tries, 10)));
                await Task.Delay(TimeSpan.FromMilliseconds(pause), waiting.Token);
            }
    }

    /// <summary>
    /// Of a batch that has ended: what stepped aside, and what is done. One that was broken off is taken once more.
    /// </summary>
    private void TakeOutcome()
    {
        if (running!.IsCompletedSuccessfully)
        {
            FaultPoint.Reach(handled);
            var stuck = running
                .GetAwaiter()
                .GetResult()
                .ToDictionary<StuckEvent, BusEvent>(s => s.Happened, ReferenceEqualityComparer.Instance);
            aside.Add(batch.Where(t => stuck.ContainsKey(t.Happened)).Select(t => (t.Place, stuck[t.Happened])));
            foreach (var one in batch)
                if (!stuck.ContainsKey(one.Happened))
                    Done(one.Place);
        }
        else
            carried.InsertRange(0, batch);
        // One that goes on without us still looks at it.
        if (running.IsCompleted)
            breakingBatch!.Dispose();
        (running, batch) = (null, []);
    }

    /// <summary>
    /// Breaks the batch off; one that does not end by that either goes on without us, and its events are taken once
    /// more.
    /// </summary>
    private void Abandon()
    {
        breakingBatch!.Cancel();
        Ends(running!, HandOver);
        TakeOutcome();
    }

    private sealed record Taken(TopicPartitionOffset Place, BusEvent Happened);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The client of {Group} has ended; another begins")]
        public static partial void Broke(ILogger logger, Exception e, string group);

        [LoggerMessage(2, LogLevel.Warning, "{Group} passes over a message without event_id and name at {Place}")]
        private static partial void Foreign(ILogger logger, string group, string place);

        public static void Foreign(ILogger logger, TopicPartitionOffset place) =>
            Foreign(logger, place.Topic, place.ToString());

        [LoggerMessage(
            3,
            LogLevel.Warning,
            "{Group} could not read {Topic}: {Reason} ({Count} times); it goes on trying"
        )]
        public static partial void NotTaken(ILogger logger, string group, string topic, string reason, long count);

        [LoggerMessage(4, LogLevel.Warning, "A batch failed at {Group}, attempt {Attempt}; it goes on trying")]
        public static partial void NotDelivered(ILogger logger, Exception e, string group, int attempt);

        [LoggerMessage(5, LogLevel.Information, "{Group} could not commit: {Reason}; what it has done may come again")]
        public static partial void NotCommitted(ILogger logger, string group, string reason);
    }
}
