using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;
using SmartFlow.TokenStore.Orders;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// A pack on sale. OriginalPriceCent is 0 where it is not higher than the price: only then is it struck through.
/// </summary>
internal sealed record ProductView(
    ulong ProductId,
    string Code,
    string Name,
    string Description,
    long CreditAmount,
    long CreditAmountMicros,
    long PriceCent,
    string PriceText,
    long OriginalPriceCent,
    string OriginalPriceText,
    string Currency,
    string Badge,
    string Status,
    int SortOrder,
    bool OnceADay
)
{
    public static ProductView Of(CreditProduct p, Language language)
    {
        var original = p.OriginalPriceCent > p.PriceCent ? p.OriginalPriceCent : 0;
        return new ProductView(
            (ulong)p.ProductId,
            p.Code,
            language.Pick(p.NameZh, p.NameEn),
            language.Pick(p.DescriptionZh, p.DescriptionEn),
            p.CreditAmount,
            p.CreditAmount * Pricing.MicrosPerCredit,
            p.PriceCent,
            PriceTexts.Of(p.PriceCent, p.Currency),
            original,
            original == 0 ? "" : PriceTexts.Of(original, p.Currency),
            p.Currency,
            language.Pick(p.BadgeZh, p.BadgeEn),
            p.Status,
            p.SortOrder,
            p.OnceADay
        );
    }

    public CreditProductView ToProto() =>
        new()
        {
            ProductId = ProductId,
            Name = Name,
            Description = Description,
            CreditAmount = CreditAmount,
            PriceCent = PriceCent,
            PriceText = PriceText,
            Currency = Currency,
            Badge = Badge,
            Status = Status,
            SortOrder = SortOrder,
            OriginalPriceCent = OriginalPriceCent,
        };
}

/// <summary>GET /credit-store/products: the packs on sale, in the order of the shelf.</summary>
internal sealed class ListProducts(IDbContextFactory<TokenStoreDb> databases)
{
    private const int Limit = 100;

    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet("/products", async (HttpRequest request, ListProducts list, CancellationToken cancellationToken) =>
            WholeList.Of(await list.HandleAsync(request.Language(), cancellationToken))
        );

    /// <summary>The same for a caller that names the user.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument, not_found: no such account.</exception>
    public async Task<IReadOnlyList<ProductView>> HandleAsync(
        ulong userId,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var account = AccountId.Of(userId);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            await db.RequireAccountAsync(account, cancellationToken);
        return await HandleAsync(language, cancellationToken);
    }

    public async Task<IReadOnlyList<ProductView>> HandleAsync(Language language, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var products = await db
            .Products.AsNoTracking()
            .Where(p => p.Status == ProductStatus.Active)
            .OrderBy(p => p.SortOrder)
            .ThenBy(p => p.ProductId)
            .Take(Limit)
            .ToListAsync(cancellationToken);
        return [.. products.Select(p => ProductView.Of(p, language))];
    }
}
