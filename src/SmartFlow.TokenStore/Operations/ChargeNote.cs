using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Operations;

/// <summary>What a charge's metadata says of the call: enough to price it again.</summary>
internal sealed record ChargeNote
{
    public string Scene { get; init; } = "";

    public string ProviderName { get; init; } = "";

    public string ModelName { get; init; } = "";

    public ulong PriceRuleId { get; init; }

    public int PriceRuleVersion { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CachedTokens { get; init; }

    public long CacheWriteTokens { get; init; }

    public long ReasoningTokens { get; init; }

    public long? Images { get; init; }

    public TokenUsage Usage => new(InputTokens, OutputTokens, CachedTokens, CacheWriteTokens, ReasoningTokens);

    /// <summary>Whether the call was priced by a rule: only then can it be priced again.</summary>
    public bool IsPriced => PriceRuleId > 0 && Scene.Length > 0;

    public static ChargeNote Read(string metadataJson)
    {
        try
        {
            return JsonSerializer.Deserialize<ChargeNote>(metadataJson, EventJson.Options) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }
}
