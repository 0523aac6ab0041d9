using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Limits;

/// <summary>
/// What limits a user's calls and what is used of it now. A key is listed once a call of it was counted.
/// </summary>
internal sealed class GetLimits(CallLimits limits, IDbContextFactory<LlmDb> factory, TimeProvider time)
{
    private const int RowLimit = 1_000;

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<GetLimitsResponse> HandleAsync(GetLimitsRequest request, CancellationToken cancellationToken)
    {
        if (request.UserId is 0 or > long.MaxValue)
            throw RefusedException.Field("user_id", "must name a user");
        var (user, now) = ((long)request.UserId, time.GetUtcNow());
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .LimitWindows.AsNoTracking()
            .Where(w => w.UserId == user && (w.EndsAt == null || w.EndsAt > now))
            .OrderBy(w => w.Name)
            .Take(RowLimit)
            .ToDictionaryAsync(w => w.Name, cancellationToken);
        var windows = limits
            .Configured(user, now)
            .Concat(KeysOf(rows.Keys).SelectMany(k => limits.OfKey(user, k, now)))
            .ToDictionary(w => w.Name);
        var response = new GetLimitsResponse();
        foreach (var name in windows.Keys.Union(rows.Keys).Order(StringComparer.Ordinal))
            response.Items.Add(View(name, windows.GetValueOrDefault(name), rows.GetValueOrDefault(name)));
        return response;
    }

    private static IEnumerable<long> KeysOf(IEnumerable<string> names) =>
        names
            .Select(n => n.Split('/'))
            .Where(p => p[1] == "key")
            .Select(p => long.Parse(p[2], CultureInfo.InvariantCulture))
            .Distinct();

    private static LimitView View(string name, LimitWindow? window, LlmLimitWindow? row)
    {
        var parts = name.Split('/');
        var named = parts[1] != LimitWindow.UserSubject;
        var view = new LimitView
        {
            Subject = parts[1] == "key" ? "api_key" : parts[1],
            Scene = parts[1] == "scene" ? parts[2] : "",
            ApiKeyId = parts[1] == "key" ? long.Parse(parts[2], CultureInfo.InvariantCulture) : 0,
            Period = parts[named ? 3 : 2],
            Requests = row?.Requests ?? 0,
            Tokens = row?.Tokens ?? 0,
            CreditMicros = row?.CreditMicros ?? 0,
            ResetsAt = (row?.EndsAt ?? window?.EndsAt)?.UtcDateTime.ToString(
                "yyyy-MM-ddTHH:mm:ssZ",
                CultureInfo.InvariantCulture
            ) ?? "",
        };
        if (window?.Size.Requests is { } requests)
            view.RequestsSize = requests;
        if (window?.Size.Tokens is { } tokens)
            view.TokensSize = tokens;
        if (window?.Size.CreditMicros is { } credit)
            view.CreditMicrosSize = credit;
        return view;
    }
}
