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
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.TokenStore.Operations;

/// <param name="EventId">The key of the call.</param>
/// <param name="AmountMicros">Null: everything that the call costs after re-ratings.</param>
internal sealed record RefundCallRequest(ulong UserId, string EventId, string Reason, long? AmountMicros = null);

/// <summary>
/// GET /admin/refunds?user_id lists refunds and re-ratings; POST gives back what a call cost, once per call and never
/// more than it cost. Refusals: invalid_argument, not_found, already_exists (it was refunded otherwise), conflict (it
/// cost nothing).
/// </summary>
internal sealed class RefundCall(
    IDbContextFactory<TokenStoreDb> databases,
    CorrectionBooks books,
    CorrectionGate gate,
    OperatorAudit audit
)
{
    public const string Source = "refund";

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(
            "/refunds",
            (
                CorrectionBooks books,
                [FromQuery(Name = "user_id")] ulong? userId,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => books.ListAsync(l => l.Kind == Kinds.Refund, userId, PageQuery.Of(page, pageSize), cancellationToken)
        );
        admin
            .MapPost(
                "/refunds",
                async Task<Created<CorrectionView>> (
                    RefundCallRequest request,
                    HttpContext http,
                    RefundCall refund,
                    CancellationToken cancellationToken
                ) =>
                {
                    var entry = await refund.HandleAsync(request, Operator.Of(http), cancellationToken);
                    return TypedResults.Created($"/api/v1/admin/refunds?user_id={entry.UserId}", entry);
                }
            )
            .WithIdempotency<TokenStoreDb>();
    }

    private async Task<CorrectionView> HandleAsync(
        RefundCallRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        OperatorNote
            .Check(request.Reason)
            .Require(EventKey.Problem(request.EventId, ownScene: true) is null, "event_id", "must be the key of a call")
            .Require(request.AmountMicros is null or > 0, "amount_micros", "must be positive")
            .Throw("Nothing was refunded: see the fields.");
        var account = AccountId.Of(request.UserId);
        await using var entered = await gate.EnterAsync(cancellationToken);
        var charge = await books.FindAsync(account, Kinds.Call, request.EventId, cancellationToken)
            ?? throw RefusedException.NotFound("charge");
        var earlier = await books.FindAsync(account, Kinds.Refund, request.EventId, cancellationToken);
        var cost = await CostAsync(charge, cancellationToken);
        var amount = request.AmountMicros ?? earlier?.AmountMicros ?? cost;
        if (earlier is null && cost <= 0)
            throw new RefusedException(ErrorCodes.Conflict, "This call cost nothing.");
        if (earlier is null && amount > cost)
            throw RefusedException.Field("amount_micros", $"must be at most {cost}: what the call cost");
        var entry = await books.BookAsync(
            Command(charge, amount, by, request.Reason),
            new RefusedException(
                ErrorCodes.AlreadyExists,
                "This call was refunded already, with another amount, reason or by another operator."
            )
        );
        var view = CorrectionView.Of(entry);
        await audit.RecordOnceAsync(
            new(
                by,
                "refund",
                $"transaction:{entry.TransactionId}",
                new
                {
                    charge = charge.TransactionId,
                    cost_micros = cost,
                    balance_micros = entry.BalanceAfterMicros - entry.AmountMicros,
                },
                view,
                request.Reason
            )
        );
        return view;
    }

    /// <summary>What the charge comes to after the re-ratings so far.</summary>
    private async Task<long> CostAsync(LedgerEntry charge, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var keys = ReRatingKey.All(charge.TransactionId);
        var corrected = await db
            .Ledger.Where(l => l.AccountId == charge.AccountId && l.Kind == Kinds.Refund && keys.Contains(l.EventId))
            .SumAsync(l => l.AmountMicros, cancellationToken);
        return -(charge.AmountMicros + corrected);
    }

    private static Post Command(LedgerEntry charge, long amount, Operator by, string reason)
    {
        var call = ChargeNote.Read(charge.MetadataJson);
        var note = OperatorNote.Of(by, reason) with
        {
            OfTransaction = charge.TransactionId,
            Scene = call.Scene,
            ProviderName = call.ProviderName,
            ModelName = call.ModelName,
        };
        return new Post(
            charge.AccountId,
            Kinds.Refund,
            charge.EventId,
            amount,
            Source,
            SystemAccounts.UsageRevenue,
            reason,
            note.ToJson(),
            new Consumption(call.Scene, call.ProviderName, call.ModelName, Tokens: 0, Calls: 0),
            charge.TransactionId
        );
    }
}
