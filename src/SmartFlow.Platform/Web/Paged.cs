using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Platform.Web;

/// <summary>A page of a list: {items, page:{page,page_size,total,has_more}}.</summary>
public sealed record Paged<T>(IReadOnlyList<T> Items, PageInfo Page);

public sealed record PageInfo(int Page, int PageSize, int Total, bool HasMore);

/// <summary>A short list that is always whole: one page.</summary>
public static class WholeList
{
    /// <param name="items">All of them.</param>
    /// <param name="most">How many there can be; by default, as many as there are.</param>
    public static Paged<T> Of<T>(IReadOnlyList<T> items, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new(items, new PageInfo(1, most ?? items.Count, items.Count, false));
    }
}

/// <summary>A checked page number and size.</summary>
public readonly record struct PageQuery(int Page, int Size)
{
    public const int DefaultSize = 20;
    public const int MaxSize = 100;

    public int Skip => (Page - 1) * Size;

    /// <exception cref="Errors.RefusedException">invalid_argument naming page or page_size.</exception>
    public static PageQuery Of(int? page, int? pageSize, int maxSize = MaxSize)
    {
        if (page is < 1 or > 1_000_000)
            throw Errors.RefusedException.Field("page", "must be between 1 and 1000000");
        if (pageSize is < 1 || pageSize > maxSize)
            throw Errors.RefusedException.Field("page_size", $"must be between 1 and {maxSize}");
        return new PageQuery(page ?? 1, pageSize ?? DefaultSize);
    }

    public Paged<T> Wrap<T>(IReadOnlyList<T> items, int total) =>
        new(items, new PageInfo(Page, Size, total, Skip + items.Count < total));

    /// <summary>Counts the rows, then reads those of the page where there are any.</summary>
    /// <param name="ordered">All rows of the list, in its order.</param>
    /// <param name="view">A row as the list shows it.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<Paged<TView>> ReadAsync<TRow, TView>(
        IQueryable<TRow> ordered,
        Func<TRow, TView> view,
        CancellationToken cancellationToken
    )
    {
        var total = await ordered.CountAsync(cancellationToken);
        if (Skip >= total)
            return Wrap<TView>([], total);
        var rows = await ordered.Skip(Skip).Take(Size).ToListAsync(cancellationToken);
        return Wrap<TView>([.. rows.Select(view)], total);
    }
}
