using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Operations;

/// <param name="Expired">Its owner has not renewed it: the next sweep gives it back by itself.</param>
internal sealed record HoldRecord(
    ulong UserId,
    string EventId,
    long AmountMicros,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    bool Expired
);

/// <param name="Confirm">The ledger cannot know whether the call still runs: the operator says that it does
/// not.</param>
internal sealed record ReleaseHoldRequest(ulong UserId, string EventId, string Reason, bool Confirm = false);

internal sealed record HoldReleased(
    ulong UserId,
    string EventId,
    long AmountMicros,
    long BalanceMicros,
    long HeldMicros
);

/// <summary>
/// GET /admin/accounts/{user_id}/holds, POST /admin/holds/release: gives a stuck hold back. A call that does run after
/// all is charged in full when it ends. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ReleaseHold(
    IDbContextFactory<TokenStoreDb> databases,
    LedgerWorker ledger,
    OperatorAudit audit,
    TimeProvider time
)
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(
            "/accounts/{userId}/holds",
            (
                ulong userId,
                ReleaseHold holds,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => holds.ListAsync(userId, PageQuery.Of(page, pageSize), cancellationToken)
        );
        admin
            .MapPost(
                "/holds/release",
                (
                    ReleaseHoldRequest request,
                    HttpContext http,
                    ReleaseHold release,
                    CancellationToken cancellationToken
                ) => release.HandleAsync(request, Operator.Of(http), cancellationToken)
            )
            .WithIdempotency<TokenStoreDb>();
    }

    private async Task<Paged<HoldRecord>> ListAsync(ulong userId, PageQuery page, CancellationToken cancellationToken)
    {
        var account = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.RequireAccountAsync(account, cancellationToken);
        var own = db.Holds.AsNoTracking().Where(h => h.AccountId == account);
        return await page.ReadAsync(own.OrderBy(h => h.EventId), View, cancellationToken);
    }

    private async Task<HoldReleased> HandleAsync(
        ReleaseHoldRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        var account = AccountId.Of(request.UserId);
        OperatorNote
            .Check(request.Reason)
            .Require(request.Confirm, "confirm", "must be true: only you can know that the call does not run any more")
            .Require(EventKey.Problem(request.EventId, ownScene: true) is null, "event_id", "must be the key of a call")
            .Throw("The hold was not released: see the fields.");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var hold = await db
            .Holds.AsNoTracking()
            .SingleOrDefaultAsync(h => h.AccountId == account && h.EventId == request.EventId, cancellationToken)
            ?? throw RefusedException.NotFound("hold");
        var decision = await ledger.SubmitAsync(new Release(account, request.EventId));
        if (decision.Outcome != LedgerOutcome.Applied)
            throw RefusedException.NotFound("hold");
        var released = new HoldReleased(
            request.UserId,
            request.EventId,
            decision.AmountMicros,
            decision.PostedMicros,
            decision.HeldMicros
        );
        // After the command and not with it: a hold is no money, and one that is gone without a line was going to
        // expire.
        await audit.RecordAsync(new(by, "hold.release", $"account:{account}", View(hold), released, request.Reason));
        return released;
    }

    private HoldRecord View(CreditHold h) =>
        new((ulong)h.AccountId, h.EventId, h.AmountMicros, h.CreatedAt, h.ExpiresAt, h.ExpiresAt <= time.GetUtcNow());
}
