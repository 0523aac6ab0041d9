using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Mending;

/// <summary>What has been seen of one of an answer's choices so far.</summary>
internal sealed class MendedChoice(int index)
{
    private readonly List<byte[]> ids = [];

    public int Index => index;

    /// <summary>The role was given.</summary>
    public bool HasRole { get; set; }

    /// <summary>A delta has come.</summary>
    public bool HasDelta { get; set; }

    /// <summary>A legacy function was called.</summary>
    public bool CallsFunction { get; set; }

    public bool Ended { get; set; }

    public ToolCallNumbers Calls { get; } = new();

    /// <summary>Tool calls that have begun.</summary>
    public int CallCount => ids.Count;

    /// <summary>The id under which a call goes on; null: it begins now.</summary>
    public byte[]? IdOf(int number) => number < ids.Count ? ids[number] : null;

    /// <summary>A call begins: its id, or another where that is missing or taken.</summary>
    public byte[] Begin(ReadOnlySpan<byte> id, Func<byte[]> another)
    {
        var taken = id.IsEmpty;
        foreach (var known in ids)
            taken |= id.SequenceEqual(known);
        ids.Add(taken ? another() : id.ToArray());
        return ids[^1];
    }
}
