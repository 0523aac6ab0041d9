namespace SmartFlow.TokenStore;

/// <summary>A pack of Credit. Names and texts in both languages.</summary>
internal sealed class CreditProduct
{
    public long ProductId { get; set; }

    /// <summary>E.g. credit_starter_1000.</summary>
    public required string Code { get; set; }

    public required string NameZh { get; set; }

    public required string NameEn { get; set; }

    public required string DescriptionZh { get; set; }

    public required string DescriptionEn { get; set; }

    /// <summary>Whole Credits.</summary>
    public long CreditAmount { get; set; }

    public long PriceCent { get; set; }

    /// <summary>0: none.</summary>
    public long OriginalPriceCent { get; set; }

    public required string Currency { get; set; }

    public required string BadgeZh { get; set; }

    public required string BadgeEn { get; set; }

    /// <summary>active | inactive.</summary>
    public required string Status { get; set; }

    public int SortOrder { get; set; }

    /// <summary>One a day and user, quantity 1.</summary>
    public bool OnceADay { get; set; }
}

/// <summary>An order: pending → paid → credited, or closed.</summary>
internal sealed class CreditOrder
{
    public long OrderId { get; set; }

    public required string OrderNo { get; set; }

    public long UserId { get; set; }

    public long ProductId { get; set; }

    public required string ProductName { get; set; }

    /// <summary>The pack as it was when ordered.</summary>
    public required string ProductSnapshot { get; set; }

    public int Quantity { get; set; }

    /// <summary>Whole Credits in all.</summary>
    public long CreditAmount { get; set; }

    public long AmountCent { get; set; }

    public required string Currency { get; set; }

    public required string Status { get; set; }

    public required string PaymentMode { get; set; }

    /// <summary>Through which channel it was paid; empty before.</summary>
    public string MockChannel { get; set; } = "";

    /// <summary>The buyer's key of the payment; null before.</summary>
    public string? PayKey { get; set; }

    public required string IdempotencyKey { get; set; }

    /// <summary>Of product and quantity: the same key with another body is a conflict.</summary>
    public long Fingerprint { get; set; }

    /// <summary>For a pack that is once a day: the day, frozen; null otherwise and once closed.</summary>
    public string? FreeDay { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? PaidAt { get; set; }

    public DateTimeOffset? CreditedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }
}

internal static class OrderStatus
{
    public const string Pending = "pending";
    public const string Paid = "paid";
    public const string Credited = "credited";
    public const string Closed = "closed";

    public static readonly string[] All = [Pending, Paid, Credited, Closed];
}

internal static class ProductStatus
{
    public const string Active = "active";
    public const string Inactive = "inactive";
}
