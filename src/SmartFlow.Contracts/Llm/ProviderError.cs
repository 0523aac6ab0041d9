namespace SmartFlow.Contracts.Llm;

/// <summary>
/// What a provider said of a request that it rejected: a member of the refusal, for the surfaces whose clients act on
/// it.
/// </summary>
public static class ProviderError
{
    /// <summary>
    /// An object with the provider's <c>code</c>, <c>param</c> and <c>type</c>, as far as it named them.
    /// </summary>
    public const string Member = "provider_error";

    /// <summary>OpenAI's code for a prompt that does not fit, given to what others say in other words.</summary>
    public const string ContextLength = "context_length_exceeded";
}
