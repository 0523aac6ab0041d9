using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore.Orders;

namespace SmartFlow.TokenStore.Operations;

/// <param name="AmountMicros">Signed and not 0; it may take the balance below zero, which blocks the account.</param>
internal sealed record AdjustBalanceRequest(ulong UserId, long AmountMicros, string Reason);

/// <summary>
/// GET /admin/adjustments?user_id lists them, newest first; POST books one, idempotent for ever by operator and key,
/// from the ledger itself. Refusals: idempotency_key_required, invalid_argument, not_found, key_reused.
/// </summary>
internal sealed class AdjustBalance(
    IDbContextFactory<TokenStoreDb> databases,
    CorrectionBooks books,
    OperatorAudit audit
)
{
    /// <summary>A thousand million Credits: beyond it somebody slipped.</summary>
    public const long MostMicros = 1_000_000_000 * Pricing.MicrosPerCredit;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(
            "/adjustments",
            (
                CorrectionBooks books,
                [FromQuery(Name = "user_id")] ulong? userId,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => books.ListAsync(l => l.Kind == Kinds.Adjust, userId, PageQuery.Of(page, pageSize), cancellationToken)
        );
        admin.MapPost(
            "/adjustments",
            async Task<Created<CorrectionView>> (
                AdjustBalanceRequest request,
                [FromHeader(Name = OrderKey.Header)] string? key,
                HttpContext http,
                AdjustBalance adjust,
                CancellationToken cancellationToken
            ) =>
            {
                var entry = await adjust.HandleAsync(
                    request,
                    key ?? OrderKey.Alias(http.Request),
                    Operator.Of(http),
                    cancellationToken
                );
                return TypedResults.Created($"/api/v1/admin/adjustments?user_id={entry.UserId}", entry);
            }
        );
    }

    public async Task<CorrectionView> HandleAsync(
        AdjustBalanceRequest request,
        string key,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        CheckKey(key);
        OperatorNote
            .Check(request.Reason)
            .Require(request.AmountMicros != 0, "amount_micros", "must not be 0")
            .Range("amount_micros", request.AmountMicros, -MostMicros, MostMicros)
            .Throw("Nothing was booked: see the fields.");
        var account = AccountId.Of(request.UserId);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            await db.RequireAccountAsync(account, cancellationToken);
        var entry = await books.BookAsync(
            new Post(
                account,
                Kinds.Adjust,
                $"adjust:{by.UserId}:{key}",
                request.AmountMicros,
                "adjust",
                SystemAccounts.Adjustments,
                request.Reason,
                OperatorNote.Of(by, request.Reason).ToJson()
            ),
            new RefusedException(
                ErrorCodes.KeyReused,
                "This Idempotency-Key belongs to another adjustment of this account."
            )
        );
        var view = CorrectionView.Of(entry);
        await audit.RecordOnceAsync(
            new(
                by,
                "adjustment",
                $"transaction:{entry.TransactionId}",
                new { balance_micros = entry.BalanceAfterMicros - entry.AmountMicros },
                view,
                request.Reason
            )
        );
        return view;
    }

    private static void CheckKey(string key)
    {
        if (key.Length == 0)
            throw new RefusedException(
                ErrorCodes.IdempotencyKeyRequired,
                "Send an Idempotency-Key, so that a repeat cannot book twice."
            );
        if (EventKey.Problem(key, ownScene: true) is { } problem)
            throw RefusedException.Field(OrderKey.Header, problem);
    }
}
