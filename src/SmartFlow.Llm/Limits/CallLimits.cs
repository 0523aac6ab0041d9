using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Limits;

/// <summary>Which windows a call counts in: of its user, of its scene, of its API key.</summary>
internal sealed class CallLimits(IOptions<LlmOptions> options, IDbContextFactory<LlmDb> factory)
{
    /// <summary>Sorted by name, as rows are locked; empty where nothing is limited.</summary>
    public IReadOnlyList<LimitWindow> Of(BillingContext billing, DateTimeOffset now)
    {
        var limits = options.Value.Limits;
        List<LimitWindow>? windows = null;
        var user = (long)billing.UserId;
        Add(ref windows, user, LimitWindow.UserSubject, limits.User, now);
        if (limits.Scenes.TryGetValue(billing.Scene, out var scene))
            Add(ref windows, user, LimitWindow.ScenePrefix + billing.Scene, scene, now);
        if (billing.ApiKeyId > 0 && limits.ApiKey.With(billing.Caps) is { IsNone: false } key)
            Add(ref windows, user, KeySubject(billing.ApiKeyId), key, now);
        windows?.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return windows ?? (IReadOnlyList<LimitWindow>)[];
    }

    /// <summary>Every window that limits this user now, of all scenes; without those of keys.</summary>
    public IReadOnlyList<LimitWindow> Configured(long user, DateTimeOffset now)
    {
        List<LimitWindow>? windows = null;
        Add(ref windows, user, LimitWindow.UserSubject, options.Value.Limits.User, now);
        foreach (var (scene, sizes) in options.Value.Limits.Scenes)
            Add(ref windows, user, LimitWindow.ScenePrefix + scene, sizes, now);
        return windows ?? (IReadOnlyList<LimitWindow>)[];
    }

    /// <summary>What limits a key that has no caps of its own.</summary>
    public IReadOnlyList<LimitWindow> OfKey(long user, long apiKeyId, DateTimeOffset now)
    {
        List<LimitWindow>? windows = null;
        Add(ref windows, user, KeySubject(apiKeyId), options.Value.Limits.ApiKey, now);
        return windows ?? (IReadOnlyList<LimitWindow>)[];
    }

    private static string KeySubject(long apiKeyId) =>
        LimitWindow.KeyPrefix + apiKeyId.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The same windows with what ended in them before their limit was set. Calls that run at that moment are not
    /// counted.
    /// </summary>
    public async Task<IReadOnlyList<LimitWindow>> SeedAsync(
        LlmCall row,
        IReadOnlyList<LimitWindow> windows,
        CancellationToken cancellationToken
    )
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var seeded = new List<LimitWindow>(windows.Count);
        foreach (var window in windows)
            seeded.Add(
                window.HasPast ? window with { Seed = await UsedAsync(db, row, window, cancellationToken) } : window
            );
        return seeded;
    }

    private static async Task<CallUse> UsedAsync(
        LlmDb db,
        LlmCall row,
        LimitWindow window,
        CancellationToken cancellationToken
    )
    {
        var since = window.StartsAt;
        var ended = db.Calls.Where(c =>
            c.UserId == row.UserId
            && c.FinishedAt >= since
            && (c.State == CallState.Finished || c.State == CallState.Settled)
        );
        if (window.Subject.StartsWith(LimitWindow.ScenePrefix, StringComparison.Ordinal))
            ended = ended.Where(c => c.Scene == row.Scene);
        if (window.Subject.StartsWith(LimitWindow.KeyPrefix, StringComparison.Ordinal))
            ended = ended.Where(c => c.ApiKeyId == row.ApiKeyId);
        var sum = await ended
            .GroupBy(c => 1)
            .Select(g => new
            {
                Requests = g.LongCount(),
                Tokens = g.Sum(c =>
                    c.InputTokens + c.OutputTokens + c.CachedTokens + c.CacheWriteTokens + c.ReasoningTokens
                ),
                Credit = g.Sum(c => c.CreditMicros),
            })
            .FirstOrDefaultAsync(cancellationToken);
        return sum is null ? default : new(sum.Requests, sum.Tokens, sum.Credit);
    }

    private static void Add(
        ref List<LimitWindow>? windows,
        long user,
        string subject,
        LimitSizes sizes,
        DateTimeOffset now
    )
    {
        Add(ref windows, user, subject, LimitPeriod.Running, new(sizes.ConcurrentCalls), now);
        Add(ref windows, user, subject, LimitPeriod.Minute, new(sizes.RequestsPerMinute), now);
        Add(
            ref windows,
            user,
            subject,
            LimitPeriod.Day,
            new(sizes.RequestsPerDay, sizes.TokensPerDay, Micros(sizes.CreditPerDay)),
            now
        );
        Add(
            ref windows,
            user,
            subject,
            LimitPeriod.Month,
            new(sizes.RequestsPerMonth, sizes.TokensPerMonth, Micros(sizes.CreditPerMonth)),
            now
        );
    }

    private static void Add(
        ref List<LimitWindow>? windows,
        long user,
        string subject,
        LimitPeriod period,
        LimitSize size,
        DateTimeOffset now
    )
    {
        if (!size.IsNone)
            (windows ??= []).Add(LimitWindow.Of(user, subject, period, size, now));
    }

    private static long? Micros(decimal? credits) =>
        credits is { } c ? (long)Math.Min(c * Pricing.MicrosPerCredit, long.MaxValue) : null;
}
