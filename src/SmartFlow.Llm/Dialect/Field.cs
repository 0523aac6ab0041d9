namespace SmartFlow.Llm.Dialect;

/// <summary>A top-level member of a request: the bytes from its name to the end of its value.</summary>
internal readonly record struct Member(int Start, int ValueStart, int End, Field Field);

/// <summary>The top-level members that mean something to us. Above NotText, a member may be given only once.</summary>
internal enum Field
{
    /// <summary>It reaches the provider and may become prompt, so its bytes count as text.</summary>
    Other,

    /// <summary>It is not passed on.</summary>
    Dropped,

    /// <summary>Passed on, and known not to become prompt.</summary>
    NotText,
    Model,
    Messages,
    Stream,
    StreamOptions,
    N,
    MaxTokens,
    MaxCompletionTokens,

    /// <summary>Tool and schema JSON that becomes prompt.</summary>
    Tools,

    /// <summary>What is embedded.</summary>
    Input,

    /// <summary>In what form vectors are wanted.</summary>
    EncodingFormat,

    /// <summary>For ourselves: of its members, those of a vendor reach this vendor alone.</summary>
    SmartFlow,
}
