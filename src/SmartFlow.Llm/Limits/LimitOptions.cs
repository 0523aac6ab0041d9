using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Limits;

/// <summary>
/// Section <c>Llm:Limits</c>. What is not set has no limit; 0 admits nothing. Windows follow the calendar in UTC.
/// </summary>
internal sealed class LimitOptions
{
    /// <summary>Every user, all calls together.</summary>
    public LimitSizes User { get; } = new();

    /// <summary>Every user's calls in a scene.</summary>
    public Dictionary<string, LimitSizes> Scenes { get; } = [];

    /// <summary>Every API key; the caps of a key itself come on top, the smaller one holds.</summary>
    public LimitSizes ApiKey { get; } = new();

    /// <summary>What is wrong with the settings.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var unknown in Scenes.Keys.Where(s => !Contracts.Billing.Scenes.All.Contains(s)))
            yield return $"Llm:Limits:Scenes:{unknown} is not a known scene.";
        if (Scenes.Values.Append(User).Append(ApiKey).Any(s => s.IsNegative))
            yield return "Llm:Limits must not be negative.";
    }
}

/// <summary>How much of each; null: no limit.</summary>
internal sealed record LimitSizes
{
    /// <summary>Calls in a minute.</summary>
    public long? RequestsPerMinute { get; set; }

    /// <summary>Calls in a day (UTC).</summary>
    public long? RequestsPerDay { get; set; }

    /// <summary>Calls in a month (UTC).</summary>
    public long? RequestsPerMonth { get; set; }

    /// <summary>Of all buckets together, in a day (UTC).</summary>
    public long? TokensPerDay { get; set; }

    /// <summary>Of all buckets together, in a month (UTC).</summary>
    public long? TokensPerMonth { get; set; }

    /// <summary>In Credit, in a day (UTC).</summary>
    public decimal? CreditPerDay { get; set; }

    /// <summary>In Credit, in a month (UTC).</summary>
    public decimal? CreditPerMonth { get; set; }

    /// <summary>Calls at once, over all processes.</summary>
    public long? ConcurrentCalls { get; set; }

    public bool IsNone =>
        RequestsPerMinute is null
        && RequestsPerDay is null
        && RequestsPerMonth is null
        && TokensPerDay is null
        && TokensPerMonth is null
        && CreditPerDay is null
        && CreditPerMonth is null
        && ConcurrentCalls is null;

    public bool IsNegative =>
        RequestsPerMinute < 0
        || RequestsPerDay < 0
        || RequestsPerMonth < 0
        || TokensPerDay < 0
        || TokensPerMonth < 0
        || CreditPerDay < 0
        || CreditPerMonth < 0
        || ConcurrentCalls < 0;

    /// <summary>With a key's own caps: the smaller one holds.</summary>
    public LimitSizes With(ApiKeyCaps? caps) =>
        caps is null
            ? this
            : this with
            {
                RequestsPerMinute = Smaller(RequestsPerMinute, caps.RequestsPerMinute),
                CreditPerDay = Smaller(CreditPerDay, Credits(caps.CreditMicrosPerDay)),
                CreditPerMonth = Smaller(CreditPerMonth, Credits(caps.CreditMicrosPerMonth)),
            };

    private static decimal? Credits(long? micros) => micros is { } m ? Pricing.Credits(m) : null;

    private static T? Smaller<T>(T? one, T? other)
        where T : struct, IComparable<T> =>
        one is { } a && other is { } b ? (a.CompareTo(b) <= 0 ? a : b) : one ?? other;
}
