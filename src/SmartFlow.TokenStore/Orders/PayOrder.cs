using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Orders;

internal sealed record PayOrderRequest(string? MockChannel = null);

/// <summary>The buyer's key of a payment. Over HTTP a key belongs to its route, which names the order.</summary>
internal readonly record struct PayKey(string Key, bool OfRoute = false)
{
    public string For(long orderId) => OfRoute ? string.Create(CultureInfo.InvariantCulture, $"{orderId}:{Key}") : Key;
}

/// <summary>
/// POST /credit-store/orders/{id}/mock-paid: pays a pending order without money and books its Credit, in one
/// transaction of the ledger. A repeat changes nothing and gets the credited order. Refusals: mock_payment_off,
/// idempotency_key_required, invalid_argument, not_found, key_reused, conflict (the order is closed).
/// </summary>
internal sealed class PayOrder(LedgerWorker ledger, GetOrder get, IOptions<StoreOptions> options)
{
    private const int MaxChannelLength = 32;

    public static void Map(IEndpointRouteBuilder store) =>
        store
            .MapPost(
                "/orders/{id:long}/mock-paid",
                (
                    long id,
                    PayOrderRequest? request,
                    [FromHeader(Name = OrderKey.Header)] string? key,
                    ClaimsPrincipal user,
                    HttpRequest http,
                    PayOrder pay,
                    CancellationToken cancellationToken
                ) =>
                    pay.HandleAsync(
                        user.UserId(),
                        id,
                        request?.MockChannel ?? "",
                        new(key ?? OrderKey.Alias(http), OfRoute: true),
                        cancellationToken
                    )
            )
            .WithMetadata(new LooksAtSession());

    public async Task<OrderView> HandleAsync(
        ulong userId,
        long orderId,
        string channel,
        PayKey key,
        CancellationToken cancellationToken
    )
    {
        OrderKey.Check(key.Key);
        if (!options.Value.MockPayment)
            throw new RefusedException(
                ErrorCodes.MockPaymentOff,
                "The mock payment channel is off here; set Store:MockPayment to use it."
            );
        if (channel.Length > MaxChannelLength || !channel.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw RefusedException.Field("mock_channel", $"must be at most {MaxChannelLength} letters, digits, _ or -");
        var decision = await ledger.SubmitAsync(
            new CreditOrderPaid(AccountId.Of(userId), orderId, key.For(orderId), channel)
        );
        return decision.Outcome switch
        {
            LedgerOutcome.Applied or LedgerOutcome.Repeated => await get.HandleAsync(
                userId,
                orderId,
                cancellationToken
            ),
            LedgerOutcome.NotFound => throw RefusedException.NotFound("order"),
            LedgerOutcome.Conflict => throw new RefusedException(
                ErrorCodes.KeyReused,
                "This Idempotency-Key belongs to another payment: another order or another channel."
            ),
            LedgerOutcome.OutOfRange => throw new RefusedException(
                ErrorCodes.Conflict,
                "The balance would be more than the ledger can count."
            ),
            LedgerOutcome.Closed => throw new RefusedException(
                ErrorCodes.Conflict,
                "The order was closed because it was not paid in time; order again."
            ),
            var other => throw new InvalidOperationException(
                $"The ledger answered {other} to the payment of order {orderId}."
            ),
        };
    }
}
