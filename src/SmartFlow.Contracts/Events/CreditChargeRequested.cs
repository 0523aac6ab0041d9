namespace SmartFlow.Contracts.Events;

/// <summary>A call ended and is to be charged: settled exactly once per (user_id, call, event_id).</summary>
public sealed record CreditChargeRequested
{
    public required ulong UserId { get; init; }

    /// <summary>The caller's key of the call.</summary>
    public required string EventId { get; init; }

    public required string Scene { get; init; }

    public required string ProviderName { get; init; }

    public required string ModelName { get; init; }

    public required ulong PriceRuleId { get; init; }

    public required int PriceRuleVersion { get; init; }

    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required long CachedTokens { get; init; }

    public required long CacheWriteTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    /// <summary>Images in the request; absent in events from before they had a price.</summary>
    public long Images { get; init; }

    public required bool Estimated { get; init; }

    public required long CostMicroYuan { get; init; }

    /// <summary>What the user pays, in micro-credits; never negative.</summary>
    public required long CreditMicros { get; init; }

    /// <summary>completed, client_gone, provider_cut, stopped_at_hold, unknown …: why this is charged.</summary>
    public required string Outcome { get; init; }

    public required string ConversationId { get; init; }

    /// <summary>input_only where the scene's policy charges the prompt alone; absent: all is charged.</summary>
    public string? Charging { get; init; }
}

/// <summary>A user registered; heals an account that could not be opened at once.</summary>
public sealed record UserRegistered
{
    public required ulong UserId { get; init; }

    /// <summary>Normalised name and address.</summary>
    public required string WelcomeSubject { get; init; }

    /// <summary>As in OpenAccountRequest.</summary>
    public string WelcomeNetwork { get; init; } = "";
}
