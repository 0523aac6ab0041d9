using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.TokenStore.Operations;

/// <summary>Which charges are priced again; empty or null: all of the period.</summary>
/// <param name="PriceRuleVersion">Only with price_rule_id; null: each charge by the rule that is in force now.</param>
/// <param name="DryRun">Says what would be booked and books nothing.</param>
internal sealed record StartReRatingRequest(
    DateTimeOffset From,
    DateTimeOffset To,
    string Reason,
    long? PriceRuleId = null,
    int? PriceRuleVersion = null,
    string Scene = "",
    string ProviderName = "",
    string ModelName = "",
    bool DryRun = false
);

/// <param name="DifferenceMicros">Positive: the user gets it back.</param>
internal sealed record ReRatingDifference(
    ulong TransactionId,
    ulong UserId,
    string EventId,
    long CostMicros,
    long NewCostMicros,
    long DifferenceMicros
);

/// <param name="Id">0: a dry run.</param>
/// <param name="Status">dry_run | running | done | failed.</param>
/// <param name="Seen">Charges of the period that the filter takes.</param>
/// <param name="Skipped">Refunded, priced by no rule then or now, or corrected too often: left as they are.</param>
/// <param name="UpMicros">What users pay more.</param>
/// <param name="DownMicros">What users get back.</param>
/// <param name="Largest">Of a dry run, the largest differences.</param>
internal sealed record ReRatingView(
    ulong Id,
    string Status,
    DateTimeOffset From,
    DateTimeOffset To,
    long? PriceRuleId,
    int? PriceRuleVersion,
    string Scene,
    string ProviderName,
    string ModelName,
    string Reason,
    ulong OperatorId,
    long Seen,
    long Corrected,
    long Skipped,
    long UpMicros,
    long DownMicros,
    string Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<ReRatingDifference> Largest
)
{
    public static ReRatingView Of(ReRating r, IReadOnlyList<ReRatingDifference>? largest = null) =>
        new(
            (ulong)r.Id,
            r.Id == 0 ? "dry_run" : r.Status,
            r.FromAt,
            r.ToAt,
            r.PriceRuleId,
            r.PriceRuleVersion,
            r.Scene,
            r.ProviderName,
            r.ModelName,
            r.Reason,
            (ulong)r.OperatorId,
            r.Seen,
            r.Corrected,
            r.Skipped,
            r.UpMicros,
            r.DownMicros,
            r.Error,
            r.CreatedAt,
            r.UpdatedAt,
            largest ?? []
        );
}

/// <summary>
/// POST /admin/re-ratings prices the charges of a period again and books the differences in the background, or says
/// with dry_run what it would book; GET /admin/re-ratings and /admin/re-ratings/{id} show progress. A second run books
/// only what is still different. Refusals: invalid_argument, not_found, in_flight (one runs already).
/// </summary>
internal sealed class StartReRating(
    IDbContextFactory<TokenStoreDb> databases,
    IWriter<TokenStoreDb> writer,
    ReRatingScan scan,
    ReRatingJob job,
    OperatorAudit audit,
    IOptions<TokenStoreOptions> options,
    TimeProvider time
)
{
    private const int LargestShown = 50;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin
            .MapPost(
                "/re-ratings",
                async Task<Results<Ok<ReRatingView>, Accepted<ReRatingView>>> (
                    StartReRatingRequest request,
                    HttpContext http,
                    StartReRating start,
                    CancellationToken cancellationToken
                ) =>
                {
                    var run = start.Check(request, Operator.Of(http));
                    if (request.DryRun)
                        return TypedResults.Ok(await start.DryRunAsync(run, cancellationToken));
                    var view = await start.HandleAsync(run, Operator.Of(http), cancellationToken);
                    return TypedResults.Accepted($"/api/v1/admin/re-ratings/{view.Id}", view);
                }
            )
            .WithIdempotency<TokenStoreDb>();
        admin.MapGet(
            "/re-ratings",
            (
                StartReRating runs,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => runs.ListAsync(PageQuery.Of(page, pageSize), cancellationToken)
        );
        admin.MapGet("/re-ratings/{id:long}", (long id, StartReRating runs, CancellationToken cancellationToken) =>
            runs.GetAsync(id, cancellationToken)
        );
    }

    private ReRating Check(StartReRatingRequest r, Operator by)
    {
        var now = time.GetUtcNow();
        OperatorNote
            .Check(r.Reason)
            .Require(r.From < r.To, "to", "must be later than from")
            .Require(r.To <= now, "to", "must not lie in the future")
            .Require(
                r.To - r.From <= LongestPeriod,
                "from",
                $"must be at most {LongestPeriod.TotalDays:0} days before to"
            )
            .Require(r.PriceRuleId is null or > 0, "price_rule_id", "must be a rule's id")
            .Require(r.PriceRuleVersion is null or > 0, "price_rule_version", "must be a rule's version")
            .Require(
                r.PriceRuleVersion is null || r.PriceRuleId is not null,
                "price_rule_version",
                "needs a price_rule_id"
            )
            .Text("scene", r.Scene, 0, 50)
            .Text("provider_name", r.ProviderName, 0, 100)
            .Text("model_name", r.ModelName, 0, 200)
            .Throw("Nothing is re-rated: see the fields.");
        return new ReRating
        {
            FromAt = r.From,
            ToAt = r.To,
            PriceRuleId = r.PriceRuleId,
            PriceRuleVersion = r.PriceRuleVersion,
            Scene = r.Scene,
            ProviderName = r.ProviderName,
            ModelName = r.ModelName,
            Reason = r.Reason,
            OperatorId = checked((long)by.UserId),
            Status = ReRating.Running,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private async Task<ReRatingView> DryRunAsync(ReRating run, CancellationToken cancellationToken)
    {
        var prices = await scan.PricesAsync(run, cancellationToken);
        var largest = new PriorityQueue<ReRatedCharge, Int128>();
        var after = await scan.FirstAsync(run.FromAt, cancellationToken);
        for (var more = true; more; )
        {
            var page = await scan.ReadAsync(run, after, prices, cancellationToken);
            (after, more) = (page.Last, page.More);
            foreach (var charge in page.Charges)
            {
                ReRatingJob.Count(run, charge, charge.DifferenceMicros);
                if (charge.DifferenceMicros == 0)
                    continue;
                largest.Enqueue(charge, Int128.Abs(charge.DifferenceMicros));
                if (largest.Count > LargestShown)
                    largest.Dequeue();
            }
            if (run.Seen > options.Value.ReRatingChargeLimit)
                throw RefusedException.Field(
                    "from",
                    $"takes more than {options.Value.ReRatingChargeLimit} charges: choose a shorter period"
                );
        }
        return ReRatingView.Of(
            run,
            [
                .. largest
                    .UnorderedItems.OrderByDescending(i => i.Priority)
                    .Select(i => i.Element)
                    .Select(c => new ReRatingDifference(
                        (ulong)c.TransactionId,
                        (ulong)c.AccountId,
                        c.EventId,
                        c.CostMicros,
                        c.NewCostMicros,
                        c.DifferenceMicros
                    )),
            ]
        );
    }

    private async Task<ReRatingView> HandleAsync(ReRating run, Operator by, CancellationToken cancellationToken)
    {
        await scan.PricesAsync(run, cancellationToken);
        run.Cursor = await scan.FirstAsync(run.FromAt, cancellationToken);
        var view = await writer.WriteAsync(
            async (db, token) =>
            {
                if (await db.ReRatings.AnyAsync(r => r.Status == ReRating.Running, token))
                    throw new RefusedException(
                        ErrorCodes.InFlight,
                        "A re-rating is running; wait until it is done.",
                        retryAfter: TimeSpan.FromSeconds(5)
                    );
                run.Id = 0;
                db.ReRatings.Add(run);
                await db.SaveChangesAsync(token);
                var started = ReRatingView.Of(run);
                audit.Add(db, new(by, "re_rating.start", $"re_rating:{run.Id}", null, started, run.Reason));
                await db.SaveChangesAsync(token);
                return started;
            },
            cancellationToken
        );
        job.Wake();
        return view;
    }

    private async Task<Paged<ReRatingView>> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await page.ReadAsync(
            db.ReRatings.AsNoTracking().OrderByDescending(r => r.Id),
            r => ReRatingView.Of(r),
            cancellationToken
        );
    }

    private async Task<ReRatingView> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.ReRatings.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        return run is null ? throw RefusedException.NotFound("re-rating") : ReRatingView.Of(run);
    }
}
