using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Queries;

internal sealed record ConsumptionPoint(DateTimeOffset At, long CreditMicros, long Tokens);

internal sealed record SceneShare(string Scene, long CreditMicros, long Tokens, long Calls);

internal sealed record ModelShare(string Provider, string Model, long CreditMicros, long Tokens, long Calls);

/// <summary>What was consumed in a period, and over time, by scene and by model: the parts sum to the whole.</summary>
/// <param name="HasData">False: no call was charged in the period, which is not the same as calls that cost
/// nothing.</param>
/// <param name="Series">One point for every bucket, also where nothing was consumed.</param>
internal sealed record DashboardView(
    [property: AllowedValues("24h", "7d", "30d", "all")] string Period,
    long CreditConsumed,
    long CreditConsumedMicros,
    long TokenConsumed,
    long Calls,
    bool HasData,
    IReadOnlyList<ConsumptionPoint> Series,
    IReadOnlyList<SceneShare> ByScene,
    IReadOnlyList<ModelShare> ByModel
)
{
    public CreditConsumptionDashboardView ToProto() =>
        new()
        {
            Period = Period,
            CreditConsumed = CreditConsumed,
            TokenConsumed = TokenConsumed,
        };
}

/// <summary>
/// GET /credit-store/consumption-dashboard: rolling windows over the per-hour roll-ups. Refusals: invalid_argument,
/// not_found.
/// </summary>
internal sealed class GetDashboard(
    IDbContextFactory<TokenStoreDb> databases,
    IOptions<StoreOptions> options,
    TimeProvider time
)
{
    private const string DefaultPeriod = "24h";

    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/consumption-dashboard",
            (ClaimsPrincipal user, GetDashboard get, string? period, CancellationToken cancellationToken) =>
                get.HandleAsync(user.UserId(), period ?? "", cancellationToken)
        );

    /// <param name="period">Empty: 24h.</param>
    public async Task<DashboardView> HandleAsync(ulong userId, string period, CancellationToken cancellationToken)
    {
        if (period.Length == 0)
            period = DefaultPeriod;
        var account = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.RequireAccountAsync(account, cancellationToken);
        var own = db.Rollups.AsNoTracking().Where(r => r.AccountId == account);
        var first = period == "all" ? await own.MinAsync(r => (long?)r.Hour, cancellationToken) : null;
        var window = DashboardWindow.Of(period, time.GetUtcNow(), options.Value.Zone(), first);
        return Fold(period, window, await ReadAsync(own, window, cancellationToken));
    }

    /// <summary>One statement, so that the series and the shares see the same state.</summary>
    private static async Task<List<Sum>> ReadAsync(
        IQueryable<CreditRollup> own,
        DashboardWindow window,
        CancellationToken cancellationToken
    )
    {
        var width = (long)window.BucketHours;
        var sums = window.Spans.Select(span =>
            own.Where(r => r.Hour >= span.FromHour && r.Hour <= span.ToHour)
                .GroupBy(r => new
                {
                    Bucket = (r.Hour + span.ShiftHours) / width,
                    r.Scene,
                    r.ProviderName,
                    r.ModelName,
                })
                .Select(g => new
                {
                    g.Key.Bucket,
                    g.Key.Scene,
                    g.Key.ProviderName,
                    g.Key.ModelName,
                    Micros = g.Sum(r => r.CreditMicros),
                    Tokens = g.Sum(r => r.Tokens),
                    Calls = g.Sum(r => r.Calls),
                })
        );
        return
        [
            .. (await sums.Aggregate((all, more) => all.Concat(more)).ToListAsync(cancellationToken)).Select(
                s => new Sum(s.Bucket, s.Scene, s.ProviderName, s.ModelName, s.Micros, s.Tokens, s.Calls)
            ),
        ];
    }

    private static DashboardView Fold(string period, DashboardWindow window, List<Sum> sums)
    {
        var points = new ConsumptionPoint[window.LastBucket - window.FirstBucket + 1];
        for (var i = 0; i < points.Length; i++)
            points[i] = new(window.StartOf(window.FirstBucket + i), 0, 0);
        foreach (var sum in sums)
        {
            ref var point = ref points[sum.Bucket - window.FirstBucket];
            point = point with
            {
                CreditMicros = point.CreditMicros + sum.CreditMicros,
                Tokens = point.Tokens + sum.Tokens,
            };
        }
        var credit = sums.Sum(s => s.CreditMicros);
        return new DashboardView(
            period,
            Pricing.CeilCredits(credit),
            credit,
            sums.Sum(s => s.Tokens),
            sums.Sum(s => s.Calls),
            sums.Count > 0,
            points,
            [
                .. sums.GroupBy(s => s.Scene)
                    .Select(g => new SceneShare(
                        g.Key,
                        g.Sum(s => s.CreditMicros),
                        g.Sum(s => s.Tokens),
                        g.Sum(s => s.Calls)
                    ))
                    .OrderByDescending(s => s.CreditMicros)
                    .ThenBy(s => s.Scene, StringComparer.Ordinal),
            ],
            [
                .. sums.GroupBy(s => (s.ProviderName, s.ModelName))
                    .Select(g => new ModelShare(
                        g.Key.ProviderName,
                        g.Key.ModelName,
                        g.Sum(s => s.CreditMicros),
                        g.Sum(s => s.Tokens),
                        g.Sum(s => s.Calls)
                    ))
                    .OrderByDescending(s => s.CreditMicros)
                    .ThenBy(s => s.Model, StringComparer.Ordinal),
            ]
        );
    }

    private sealed record Sum(
        long Bucket,
        string Scene,
        string ProviderName,
        string ModelName,
        long CreditMicros,
        long Tokens,
        long Calls
    );
}
