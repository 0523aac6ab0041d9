using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>Follows one answer as it arrives, and says what it used and what is kept of it.</summary>
internal interface ICallAnswer
{
    /// <summary>UTF-8 bytes of all output so far.</summary>
    long TextBytes { get; }

    /// <summary>The last usage that the provider reported.</summary>
    TokenUsage? Usage { get; }

    /// <summary>The provider's own usage object; empty: none.</summary>
    ReadOnlyMemory<byte> UsageJson { get; }

    /// <summary>The members id, created, model … of the answer as JSON without braces.</summary>
    ReadOnlyMemory<byte> Head { get; }

    /// <summary>Nothing was delivered.</summary>
    bool Empty { get; }

    /// <summary>The answer is whole.</summary>
    bool Finished { get; }

    /// <summary>Takes a chunk or a whole body. False: it is not readable JSON of that kind.</summary>
    bool TryAdd(ReadOnlySpan<byte> json);

    /// <summary>What a repeat is answered with; null where too much came or nothing.</summary>
    StoredAnswer? ToStored();
}
