using SmartFlow.Forum.Search;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Posts;

internal enum PostSort
{
    Latest,
    Likes,
    Imports,
}

/// <summary>Which posts a list shows.</summary>
/// <param name="Page">At most 50 a page.</param>
/// <param name="Sort">Then by id, newest first.</param>
/// <param name="Terms">All of them must be there.</param>
/// <param name="TagKey">Null: any.</param>
/// <param name="AuthorId">Null: anybody's.</param>
/// <param name="FindsNothing">Words were asked for, but none that a text is found by, e.g. only punctuation.</param>
internal sealed record PostQuery(
    PageQuery Page,
    PostSort Sort,
    IReadOnlyList<SearchTerm> Terms,
    string? TagKey,
    ulong? AuthorId,
    bool FindsNothing
)
{
    public static readonly PostQuery All = new(PageQuery.Of(1, 1), PostSort.Latest, [], null, null, false);

    private const int PageSizeMax = 50;
    private const int KeywordMax = 50;

    /// <exception cref="RefusedException">invalid_argument naming the field.</exception>
    public static PostQuery Of(int? page, int? pageSize, string? sort, string? keyword, string? tag, ulong? author)
    {
        var order = (sort ?? "latest") switch
        {
            "latest" => PostSort.Latest,
            "likes" => PostSort.Likes,
            "imports" => PostSort.Imports,
            _ => throw RefusedException.Field("sort", "must be latest, likes or imports"),
        };
        var words = keyword?.Trim() ?? "";
        if (words.Length > KeywordMax * 4 || Prose.Length(words) > KeywordMax)
            throw RefusedException.Field("keyword", $"must have at most {KeywordMax} characters");
        var label = tag?.Trim() ?? "";
        if (label.Length > TagName.UnitsMax)
            throw RefusedException.Field("tag", $"must have at most {TagName.Most} characters");
        if (author is 0 or > long.MaxValue)
            throw RefusedException.Field("author", "must be the id of a user");
        if (author is not null && (words.Length > 0 || label.Length > 0))
            throw RefusedException.Field("author", "cannot be combined with keyword or tag");
        var terms = SearchTerms.OfQuery(words);
        return new(
            PageQuery.Of(page, pageSize, PageSizeMax),
            order,
            terms,
            label.Length == 0 ? null : TagName.Of(label).Key,
            author,
            words.Length > 0 && terms.Count == 0
        );
    }
}
