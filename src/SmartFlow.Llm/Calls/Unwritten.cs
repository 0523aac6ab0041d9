using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Ends of calls that the journal did not take, e.g. because its disk was full. They are tried again while this process
/// lives, so that the charge is what the provider said; after its death the recovery estimates. Bounded: beyond the
/// limit a call falls to the recovery at once.
/// </summary>
internal sealed class Unwritten(IOptions<LlmOptions> options)
{
    private readonly ConcurrentDictionary<long, UnwrittenEnd> ends = new();

    /// <summary>
    /// Those tried least come first, so that one which can never be written does not hold up the others.
    /// </summary>
    public IReadOnlyList<UnwrittenEnd> All => [.. ends.Values.OrderBy(e => e.Attempts)];

    public int Count => ends.Count;

    public bool TryKeep(LlmCall row, JournalCommand end)
    {
        if (ends.Count >= options.Value.UnwrittenLimit)
            return false;
        ends[row.Id] = new(row, end);
        return true;
    }

    public void Remove(UnwrittenEnd end) => ends.TryRemove(end.Row.Id, out _);
}

internal sealed class UnwrittenEnd(LlmCall row, JournalCommand end)
{
    public LlmCall Row { get; } = row;

    public JournalCommand End { get; } = end;

    public int Attempts { get; set; }
}
