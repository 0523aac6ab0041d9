using System.Text.Json;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Operations;

/// <summary>What an entry that an operator caused says of it in its metadata.</summary>
internal sealed record OperatorNote
{
    public const int LeastReason = 3;
    public const int MostReason = 500;

    public ulong OperatorId { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The charge that it corrects.</summary>
    public long? OfTransaction { get; init; }

    /// <summary>The re-rating that booked it.</summary>
    public long? ReRating { get; init; }

    public string Scene { get; init; } = "";

    public string ProviderName { get; init; } = "";

    public string ModelName { get; init; } = "";

    public ulong? PriceRuleId { get; init; }

    public int? PriceRuleVersion { get; init; }

    public static FieldErrors Check(string reason) => new FieldErrors().Text("reason", reason, LeastReason, MostReason);

    public static OperatorNote Of(Operator by, string reason) => new() { OperatorId = by.UserId, Reason = reason };

    public static OperatorNote Read(string metadataJson)
    {
        try
        {
            return JsonSerializer.Deserialize<OperatorNote>(metadataJson, EventJson.Options) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Options);
}
