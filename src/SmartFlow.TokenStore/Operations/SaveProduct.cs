using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.TokenStore.Operations;

/// <summary>A pack as an operator writes it; the code names it for ever.</summary>
internal sealed record SaveProductRequest(
    string Code,
    string NameZh,
    string NameEn,
    long CreditAmount,
    long PriceCent,
    string DescriptionZh = "",
    string DescriptionEn = "",
    long OriginalPriceCent = 0,
    string Currency = "CNY",
    string BadgeZh = "",
    string BadgeEn = "",
    string Status = ProductStatus.Active,
    int SortOrder = 0,
    bool OnceADay = false
);

/// <summary>A pack with both languages, also where it is off the shelf.</summary>
internal sealed record ProductRecord(
    ulong ProductId,
    string Code,
    string NameZh,
    string NameEn,
    string DescriptionZh,
    string DescriptionEn,
    long CreditAmount,
    long PriceCent,
    long OriginalPriceCent,
    string Currency,
    string BadgeZh,
    string BadgeEn,
    string Status,
    int SortOrder,
    bool OnceADay
)
{
    public static ProductRecord Of(CreditProduct p) =>
        new(
            (ulong)p.ProductId,
            p.Code,
            p.NameZh,
            p.NameEn,
            p.DescriptionZh,
            p.DescriptionEn,
            p.CreditAmount,
            p.PriceCent,
            p.OriginalPriceCent,
            p.Currency,
            p.BadgeZh,
            p.BadgeEn,
            p.Status,
            p.SortOrder,
            p.OnceADay
        );
}

/// <summary>
/// GET /admin/products lists every pack, POST makes one, PUT /admin/products/{id} changes one. What was ordered keeps
/// the pack as it was. Refusals: invalid_argument, not_found, already_exists (the code).
/// </summary>
internal sealed class SaveProduct(
    IDbContextFactory<TokenStoreDb> databases,
    IWriter<TokenStoreDb> writer,
    OperatorAudit audit
)
{
    private const int ListLimit = 500;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/products", (SaveProduct products, CancellationToken cancellationToken) =>
            products.ListAsync(cancellationToken)
        );
        admin
            .MapPost(
                "/products",
                async Task<Created<ProductRecord>> (
                    SaveProductRequest request,
                    HttpContext http,
                    SaveProduct save,
                    CancellationToken cancellationToken
                ) =>
                {
                    var product = await save.HandleAsync(null, request, Operator.Of(http), cancellationToken);
                    return TypedResults.Created($"/api/v1/admin/products/{product.ProductId}", product);
                }
            )
            .WithIdempotency<TokenStoreDb>();
        admin
            .MapPut(
                "/products/{id:long}",
                (
                    long id,
                    SaveProductRequest request,
                    HttpContext http,
                    SaveProduct save,
                    CancellationToken cancellationToken
                ) => save.HandleAsync(id, request, Operator.Of(http), cancellationToken)
            )
            .WithIdempotency<TokenStoreDb>();
    }

    private async Task<Paged<ProductRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Products.AsNoTracking()
            .OrderBy(p => p.SortOrder)
            .ThenBy(p => p.ProductId)
            .Take(ListLimit)
            .ToListAsync(cancellationToken);
        return WholeList.Of<ProductRecord>([.. rows.Select(ProductRecord.Of)]);
    }

    private async Task<ProductRecord> HandleAsync(
        long? id,
        SaveProductRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        ProductBounds.Check(request);
        try
        {
            return await writer.WriteAsync((db, token) => WriteAsync(db, id, request, by, token), cancellationToken);
        }
        catch (DbUpdateException e) when (UniqueViolation.Is(e))
        {
            throw new RefusedException(ErrorCodes.AlreadyExists, $"There is a pack {request.Code} already.");
        }
    }

    private async Task<ProductRecord> WriteAsync(
        TokenStoreDb db,
        long? id,
        SaveProductRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        var product = id is null
            ? null
            : await db.Products.SingleOrDefaultAsync(p => p.ProductId == id, cancellationToken)
                ?? throw RefusedException.NotFound("pack");
        if (product is not null && product.Code != request.Code)
            throw RefusedException.Field("code", "cannot be changed");
        var before = product is null ? null : ProductRecord.Of(product);
        if (product is null)
            db.Products.Add(product = Fill(Empty(), request));
        else
            Fill(product, request);
        // Saved first, because a new pack gets its id here; the line below is in the same transaction.
        await db.SaveChangesAsync(cancellationToken);
        var after = ProductRecord.Of(product);
        if (after == before)
            return after;
        audit.Add(
            db,
            new(by, before is null ? "product.create" : "product.update", $"product:{product.ProductId}", before, after)
        );
        await db.SaveChangesAsync(cancellationToken);
        return after;
    }

    private static CreditProduct Empty() =>
        new()
        {
            Code = "",
            NameZh = "",
            NameEn = "",
            DescriptionZh = "",
            DescriptionEn = "",
            Currency = "",
            BadgeZh = "",
            BadgeEn = "",
            Status = "",
        };

    private static CreditProduct Fill(CreditProduct p, SaveProductRequest r)
    {
        (p.Code, p.Status, p.Currency, p.SortOrder, p.OnceADay) = (
            r.Code,
            r.Status,
            r.Currency,
            r.SortOrder,
            r.OnceADay
        );
        (p.NameZh, p.NameEn) = (r.NameZh.Trim(), r.NameEn.Trim());
        (p.DescriptionZh, p.DescriptionEn) = (r.DescriptionZh.Trim(), r.DescriptionEn.Trim());
        (p.BadgeZh, p.BadgeEn) = (r.BadgeZh.Trim(), r.BadgeEn.Trim());
        (p.CreditAmount, p.PriceCent, p.OriginalPriceCent) = (r.CreditAmount, r.PriceCent, r.OriginalPriceCent);
        return p;
    }
}

/// <summary>Catches an amount or a price in the wrong unit before it is on the shelf.</summary>
internal static class ProductBounds
{
    public const long MostCredits = 10_000_000;
    public const long MostCents = 100_000_000;

    /// <summary>Of a pack that costs something: the dearest of ours gives 1, the most generous 4.</summary>
    public const long MostCreditsPerCent = 100;

    /// <exception cref="RefusedException">invalid_argument, naming every field.</exception>
    public static void Check(SaveProductRequest r) =>
        new FieldErrors()
            .Require(
                r.Code.Length is >= 1 and <= 64
                    && r.Code.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'),
                "code",
                "must be 1 to 64 of a-z, 0-9 and _"
            )
            .Text("name_zh", r.NameZh, 1, 100)
            .Text("name_en", r.NameEn, 1, 100)
            .Text("description_zh", r.DescriptionZh, 0, 500)
            .Text("description_en", r.DescriptionEn, 0, 500)
            .Text("badge_zh", r.BadgeZh, 0, 30)
            .Text("badge_en", r.BadgeEn, 0, 30)
            .Range("credit_amount", r.CreditAmount, 1, MostCredits)
            .Range("price_cent", r.PriceCent, 0, MostCents)
            .Range("original_price_cent", r.OriginalPriceCent, 0, MostCents)
            .Require(r.PriceCent > 0 || r.OnceADay, "once_a_day", "must be true for a pack that costs nothing")
            .Require(
                r.PriceCent is <= 0 or > MostCents || r.CreditAmount / r.PriceCent <= MostCreditsPerCent,
                "price_cent",
                $"gives more than {MostCreditsPerCent} Credits for a cent: is it in yuan?"
            )
            .Require(
                r.Currency.Length == 3 && r.Currency.All(c => c is >= 'A' and <= 'Z'),
                "currency",
                "must be three letters such as CNY"
            )
            .OneOf("status", r.Status, ProductStatus.Active, ProductStatus.Inactive)
            .Range("sort_order", r.SortOrder, -1_000_000, 1_000_000)
            .Throw("The pack was not saved: see the fields.");
}
