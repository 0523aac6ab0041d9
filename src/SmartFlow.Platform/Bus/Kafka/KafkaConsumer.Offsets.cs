using Confluent.Kafka;

namespace SmartFlow.Platform.Bus.Kafka;

internal sealed partial class KafkaConsumer
{
    private void SettleAside()
    {
        foreach (var (place, _) in aside.TakeDone())
            Done(place);
    }

    private void Done(TopicPartitionOffset place)
    {
        if (progress.TryGetValue(place.TopicPartition, out var partition))
            partition.Done(place.Offset);
    }

    /// <summary>A commit that fails is made again with the next; until then a crash only repeats events.</summary>
    private void Commit(IEnumerable<TopicPartition> partitions)
    {
        if (handler.InEveryProcess)
            return;
        var due = new List<TopicPartitionOffset>();
        foreach (var one in partitions)
            if (progress.TryGetValue(one, out var partition) && partition.Committable > partition.Committed)
                due.Add(new TopicPartitionOffset(one, partition.Committable));
        if (due.Count == 0 || time.GetUtcNow() < commitsFrom)
            return;
        try
        {
            client!.Commit(due);
            foreach (var one in due)
                progress[one.TopicPartition].Committed = one.Offset;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            commitsFrom = time.GetUtcNow() + CommitPause;
            Log.NotCommitted(logger, handler.Group, e.Error.Reason);
        }
    }

    /// <summary>Resting partitions bring nothing, and the client forgets what it has read ahead of them.</summary>
    private void Rest(bool rest)
    {
        if (rest == paused)
            return;
        if (rest)
            client!.Pause(client.Assignment);
        else
            client!.Resume(client.Assignment);
        paused = rest;
    }

    private void Measure()
    {
        var lag = 0L;
        foreach (var (partition, done) in progress)
            if (
                done.Committable >= 0
                && client!.GetWatermarkOffsets(partition) is { } ends
                && ends.High != Offset.Unset
            )
                lag += Math.Max(0, ends.High - done.Committable);
        var oldest = batch
            .Concat(carried)
            .Select(t => (DateTimeOffset?)t.Happened.CreatedAt)
            .Append(aside.OldestAt)
            .Min();
        meters.Set(handler, lag, oldest);
    }

    private static bool Ends(Task task, TimeSpan wait)
    {
        if (task.IsCompleted)
            return true;
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne(wait);
        return task.IsCompleted;
    }
}
