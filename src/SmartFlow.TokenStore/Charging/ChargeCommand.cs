using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Contracts.Events;

namespace SmartFlow.TokenStore.Charging;

/// <summary>A charge as the ledger books it.</summary>
internal static class ChargeCommand
{
    /// <summary>No call has more of a kind of token; a sum of such numbers stays far from 64 bits.</summary>
    private const long MostTokens = 1_000_000_000_000;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? pooled;

    /// <summary>Why the event cannot be a charge; null: it can.</summary>
    public static string? Problem(CreditChargeRequested charge)
    {
        if (charge.CreditMicros < 0 || charge.UserId is 0 or > long.MaxValue)
            return "The amount or the user is out of range.";
        var inRange =
            IsCount(charge.InputTokens)
            && IsCount(charge.OutputTokens)
            && IsCount(charge.CachedTokens)
            && IsCount(charge.CacheWriteTokens)
            && IsCount(charge.ReasoningTokens);
        return inRange ? null : "The number of tokens is out of range.";
    }

    public static Post Of(CreditChargeRequested charge) =>
        new(
            (long)charge.UserId,
            Kinds.Call,
            charge.EventId,
            -charge.CreditMicros,
            "charge",
            SystemAccounts.UsageRevenue,
            $"{charge.ModelName} · {charge.Scene}",
            Metadata(charge),
            new Consumption(
                charge.Scene,
                charge.ProviderName,
                charge.ModelName,
                charge.InputTokens
                    + charge.OutputTokens
                    + charge.CachedTokens
                    + charge.CacheWriteTokens
                    + charge.ReasoningTokens
            )
        );

    /// <summary>
    /// In the dialect of events. The fingerprint is made of it, so what it says of a charge must never change: new
    /// fields only where they say something, at the place that they were given.
    /// </summary>
    public static string Metadata(CreditChargeRequested charge)
    {
        var (buffer, json) = pooled ??= New();
        json.WriteStartObject();
        Text(json, "scene", charge.Scene);
        Text(json, "provider_name", charge.ProviderName);
        Text(json, "model_name", charge.ModelName);
        json.WriteNumber("price_rule_id", charge.PriceRuleId);
        json.WriteNumber("price_rule_version", charge.PriceRuleVersion);
        json.WriteNumber("input_tokens", charge.InputTokens);
        json.WriteNumber("output_tokens", charge.OutputTokens);
        json.WriteNumber("cached_tokens", charge.CachedTokens);
        json.WriteNumber("cache_write_tokens", charge.CacheWriteTokens);
        json.WriteNumber("reasoning_tokens", charge.ReasoningTokens);
        if (charge.Images > 0)
            json.WriteNumber("images", charge.Images);
        json.WriteBoolean("estimated", charge.Estimated);
        json.WriteNumber("cost_micro_yuan", charge.CostMicroYuan);
        Text(json, "outcome", charge.Outcome);
        Text(json, "conversation_id", charge.ConversationId);
        Text(json, "charging", charge.Charging);
        json.WriteEndObject();
        json.Flush();
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
        json.Reset();
        return text;
    }

    private static bool IsCount(long tokens) => tokens is >= 0 and <= MostTokens;

    /// <summary>An event may say null where nothing should be.</summary>
    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) New()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        return (buffer, new Utf8JsonWriter(buffer));
    }
}
