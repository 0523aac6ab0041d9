namespace SmartFlow.Llm.Dialect;

/// <summary>Follows one answer as it arrives, and says what it used and what is kept of it.</summary>
internal interface ICallAnswer
{
    /// <summary>The weight of all output so far in bytes.</summary>
    long TextBytes { get; }

    /// <summary>What the provider reported so far, as far as it did.</summary>
    ToldUsage Told { get; }

    /// <summary>
    /// Nothing was delivered after the provider last spoke of the output: what it said holds for all.
    /// </summary>
    bool IsCounted { get; }

    /// <summary>So it is, and the answer was over, or it failed with these words.</summary>
    bool IsTold { get; }

    /// <summary>The provider's own usage object; empty: none that can be read.</summary>
    ReadOnlyMemory<byte> UsageJson { get; }

    /// <summary>The members id, created, model … of the answer as JSON without braces.</summary>
    ReadOnlyMemory<byte> Head { get; }

    /// <summary>Nothing was delivered.</summary>
    bool Empty { get; }

    /// <summary>The answer is whole.</summary>
    bool Finished { get; }

    /// <summary>Takes a chunk or a whole body. False: it is not readable JSON of that kind.</summary>
    bool TryAdd(ReadOnlySpan<byte> json);

    /// <summary>Takes the usage object with which the answer failed.</summary>
    void Tell(ReadOnlySpan<byte> usageObject);

    /// <summary>What a repeat is answered with; null where too much came or nothing.</summary>
    StoredAnswer? ToStored();
}
