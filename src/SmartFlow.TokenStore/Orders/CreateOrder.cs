using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.TokenStore.Orders;

internal sealed record CreateOrderRequest(ulong ProductId, int Quantity);

/// <param name="Key">The buyer's own key: a repeat with the same content gets the same order.</param>
internal sealed record CreateOrderCommand(ulong UserId, ulong ProductId, int Quantity, string Key, Language Language);

/// <summary>
/// POST /credit-store/orders: a pending order of a pack. Idempotent for ever by buyer and key, from the orders
/// themselves. Refusals: idempotency_key_required, invalid_argument, not_found, key_reused, conflict (the day's free
/// pack is taken), rate_limited (too many pending orders).
/// </summary>
internal sealed class CreateOrder(IWriter<TokenStoreDb> writer, IOptions<StoreOptions> options, TimeProvider time)
{
    private const int MaxQuantity = 99;
    private const int Attempts = 4;
    private const string OrderNoAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int OrderNoLetters = 10;

    public static void Map(IEndpointRouteBuilder store) =>
        store
            .MapPost(
                "/orders",
                async Task<Created<OrderView>> (
                    CreateOrderRequest request,
                    [FromHeader(Name = OrderKey.Header)] string? key,
                    ClaimsPrincipal user,
                    HttpRequest http,
                    CreateOrder create,
                    CancellationToken cancellationToken
                ) =>
                {
                    var command = new CreateOrderCommand(
                        user.UserId(),
                        request.ProductId,
                        request.Quantity,
                        key ?? OrderKey.Alias(http),
                        http.Language()
                    );
                    var order = await create.HandleAsync(command, cancellationToken);
                    return TypedResults.Created($"/api/v1/credit-store/orders/{order.OrderId}", order);
                }
            )
            .WithMetadata(new LooksAtSession());

    public async Task<OrderView> HandleAsync(CreateOrderCommand command, CancellationToken cancellationToken)
    {
        if (command.Quantity is < 1 or > MaxQuantity)
            throw RefusedException.Field("quantity", $"must be between 1 and {MaxQuantity}");
        if (command.ProductId is 0 or > long.MaxValue)
            throw RefusedException.Field("product_id", "must be a pack's id");
        OrderKey.Check(command.Key);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OrderView.Of(
                    await writer.WriteAsync((db, token) => FindOrAddAsync(db, command, token), cancellationToken)
                );
            }
            catch (DbUpdateException e) when (attempt < Attempts && UniqueViolation.Is(e))
            {
                // Another process wrote the same key, day or number in between: look again.
            }
        }
    }

    private async Task<CreditOrder> FindOrAddAsync(
        TokenStoreDb db,
        CreateOrderCommand command,
        CancellationToken cancellationToken
    )
    {
        var account = AccountId.Of(command.UserId);
        var fingerprint = Fingerprint.Of($"{command.ProductId}|{command.Quantity}");
        var earlier = await db
            .Orders.AsNoTracking()
            .SingleOrDefaultAsync(o => o.UserId == account && o.IdempotencyKey == command.Key, cancellationToken);
        if (earlier is not null)
            return earlier.Fingerprint == fingerprint
                ? earlier
                : throw new RefusedException(
                    ErrorCodes.KeyReused,
                    "This Idempotency-Key belongs to an order of another pack or quantity."
                );

        var productId = (long)command.ProductId;
        var product = await db
            .Products.AsNoTracking()
            .SingleOrDefaultAsync(p => p.ProductId == productId && p.Status == ProductStatus.Active, cancellationToken)
            ?? throw RefusedException.NotFound("pack");
        await db.RequireAccountAsync(account, cancellationToken);
        await CheckLimitsAsync(db, account, product, command.Quantity, cancellationToken);
        var order = NewOrder(product, account, fingerprint, command);
        db.Orders.Add(order);
        await db.SaveChangesAsync(cancellationToken);
        return order;
    }

    private async Task CheckLimitsAsync(
        TokenStoreDb db,
        long account,
        CreditProduct product,
        int quantity,
        CancellationToken cancellationToken
    )
    {
        if (product.OnceADay)
        {
            if (quantity != 1)
                throw RefusedException.Field("quantity", "must be 1: this pack is for once a day");
            var today = Day();
            var taken = await db
                .Orders.Where(o => o.UserId == account && o.ProductId == product.ProductId && o.FreeDay == today)
                .Select(o => new { o.OrderId, o.Status })
                .FirstOrDefaultAsync(cancellationToken);
            if (taken is not null)
                throw new RefusedException(
                    ErrorCodes.Conflict,
                    taken.Status == OrderStatus.Credited
                        ? "You have had today's free pack; the next one is there tomorrow."
                        : "Today's free pack is already ordered and waits for its payment.",
                    extensions: new Dictionary<string, object?>
                    {
                        ["order_id"] = taken.OrderId,
                        ["order_status"] = taken.Status,
                    }
                );
        }
        if (
            await db.Orders.CountAsync(o => o.UserId == account && o.Status == OrderStatus.Pending, cancellationToken)
            >= options.Value.PendingOrdersPerUser
        )
            throw new RefusedException(
                ErrorCodes.RateLimited,
                "Too many of your orders wait for payment: pay them or let them close."
            );
    }

    private CreditOrder NewOrder(CreditProduct product, long account, long fingerprint, CreateOrderCommand command) =>
        new()
        {
            OrderNo = $"SF{Today():yyyyMMdd}-{RandomNumberGenerator.GetString(OrderNoAlphabet, OrderNoLetters)}",
            UserId = account,
            ProductId = product.ProductId,
            ProductName = command.Language.Pick(product.NameZh, product.NameEn),
            ProductSnapshot = JsonSerializer.Serialize(ProductSnapshot.Of(product), WebJson.Options),
            Quantity = command.Quantity,
            CreditAmount = checked(product.CreditAmount * command.Quantity),
            AmountCent = checked(product.PriceCent * command.Quantity),
            Currency = product.Currency,
            Status = OrderStatus.Pending,
            PaymentMode = "mock",
            IdempotencyKey = command.Key,
            Fingerprint = fingerprint,
            FreeDay = product.OnceADay ? Day() : null,
            CreatedAt = time.GetUtcNow(),
        };

    private string Day() => Today().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private DateTimeOffset Today() => TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.Value.Zone());
}

/// <summary>The pack as it was when it was ordered.</summary>
internal sealed record ProductSnapshot(
    long ProductId,
    string Code,
    string NameZh,
    string NameEn,
    long CreditAmount,
    long PriceCent,
    long OriginalPriceCent,
    string Currency,
    bool OnceADay
)
{
    public static ProductSnapshot Of(CreditProduct p) =>
        new(
            p.ProductId,
            p.Code,
            p.NameZh,
            p.NameEn,
            p.CreditAmount,
            p.PriceCent,
            p.OriginalPriceCent,
            p.Currency,
            p.OnceADay
        );
}

/// <summary>The key by which a buyer names an order.</summary>
internal static class OrderKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The header's other name.</summary>
    public static string Alias(HttpRequest request) => request.Headers["X-" + Header].ToString();

    /// <exception cref="RefusedException">idempotency_key_required, invalid_argument.</exception>
    public static void Check(string key)
    {
        if (key.Length == 0)
            throw new RefusedException(
                ErrorCodes.IdempotencyKeyRequired,
                "Send an Idempotency-Key, so that a repeat cannot order twice."
            );
        if (EventKey.Problem(key, ownScene: true) is { } problem)
            throw RefusedException.Field(Header, problem);
    }
}
