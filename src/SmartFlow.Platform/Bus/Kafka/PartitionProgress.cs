namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>Which events of a partition are done: offsets are committed up to the first that is not.</summary>
internal sealed class PartitionProgress
{
    private readonly SortedSet<long> open = [];
    private long next = -1;

    /// <summary>The offset that stands at the brokers, as far as this process set it.</summary>
    public long Committed { get; set; } = -1;

    /// <summary>Everything before it is done; -1: nothing has been taken.</summary>
    public long Committable => open.Count > 0 ? open.Min : next;

    public void Taken(long offset)
    {
        open.Add(offset);
        next = Math.Max(next, offset + 1);
    }

    public void Done(long offset) => open.Remove(offset);
}
