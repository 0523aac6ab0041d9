namespace SmartFlow.Llm.Providers;

/// <summary>How a vendor's answers become chat completions.</summary>
internal interface IAnswerFormat
{
    /// <summary>The completion in a plain answer's body; false: there is none.</summary>
    bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion);

    /// <summary>For the events of one stream.</summary>
    /// <param name="choices">How many answers were asked for.</param>
    IEventFormat Events(int choices);
}

/// <summary>Follows the events of one streamed answer.</summary>
internal interface IEventFormat
{
    /// <summary>Every choice has ended; without it an end is a cut.</summary>
    bool Finished { get; }

    /// <summary>Usage came with that end or after it: there is nothing more to wait for.</summary>
    bool UsageTold { get; }

    /// <summary>Nothing that follows counts.</summary>
    bool IsEnd(ReadOnlySpan<byte> data);

    /// <summary>
    /// The next chunk of the event; empty: there is no further one. The first call of an event is with its data.
    /// </summary>
    /// <param name="data">The event's data, a JSON object.</param>
    /// <param name="nth">0, 1, … until an empty chunk is returned.</param>
    ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth);
}
