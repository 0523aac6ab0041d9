using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Posts;

/// <param name="Name">As it was first written.</param>
/// <param name="Posts">How many posts have it.</param>
/// <param name="IsDefault">Offered without any post.</param>
internal sealed record TagView(string Name, int Posts, bool IsDefault);

internal sealed record TagList(IReadOnlyList<TagView> Items);

/// <summary>
/// GET /plan-square/tags?limit (20, at most 100): public; the tags with the most posts, then the default tags that no
/// post has. Refusals: invalid_argument.
/// </summary>
internal static class ListTags
{
    private const int DefaultLimit = 20;
    private const int LimitMax = 100;

    public static void Map(IEndpointRouteBuilder square) =>
        square.MapGet("/tags", HandleAsync).WithName("ListPostTags").WithSummary("Tags with the number of their posts");

    private static async Task<TagList> HandleAsync(
        int? limit,
        IDbContextFactory<ForumDb> databases,
        CancellationToken cancellationToken
    )
    {
        if (limit is < 1 or > LimitMax)
            throw RefusedException.Field("limit", $"must be between 1 and {LimitMax}");
        var most = limit ?? DefaultLimit;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var used = await db
            .Tags.AsNoTracking()
            .Where(t => t.Posts > 0 && t.Key != "")
            .OrderByDescending(t => t.Posts)
            .ThenByDescending(t => t.Key)
            .Take(most)
            .ToListAsync(cancellationToken);
        var defaults = TagName.Defaults.Select(d => d.Key).ToHashSet(StringComparer.Ordinal);
        var views = used.ConvertAll(t => new TagView(t.Name, t.Posts, defaults.Contains(t.Key)));
        // A default tag beyond the limit has posts, but is offered all the same: its number is asked for.
        var missing = TagName.Defaults.Where(d => used.TrueForAll(t => t.Key != d.Key)).ToList();
        var keys = missing.ConvertAll(d => d.Key);
        var counts = await db
            .Tags.Where(t => keys.Contains(t.Key))
            .ToDictionaryAsync(t => t.Key, t => t.Posts, cancellationToken);
        views.AddRange(missing.Select(d => new TagView(d.Name, counts.GetValueOrDefault(d.Key), true)));
        return new([.. views.Take(most)]);
    }
}
