using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Posts;

/// <summary>What an author writes about a plan, cleaned.</summary>
internal sealed record PostFields(string Title, string Summary, IReadOnlyList<TagName> Tags)
{
    private const int TitleLeast = 4;
    private const int TitleMost = 40;
    private const int SummaryMost = 300;
    private const int TagsMost = 5;

    // Repeated tags are forgiven, thousands of them are not.
    private const int TagsWrittenMost = 20;

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument with every reason by field.</exception>
    public static PostFields Of(string? title, string? summary, IReadOnlyList<string?>? tags)
    {
        var errors = new FieldErrors();
        errors.Require(tags is null || tags.Count <= TagsWrittenMost, "tags", $"must be at most {TagsMost}");
        var fields = new PostFields(
            Prose.Clean(title, TitleMost, lines: false),
            Prose.Clean(summary, SummaryMost, lines: true),
            [
                .. (tags ?? [])
                    .Take(TagsWrittenMost)
                    .Select(t => TagName.Of(t ?? ""))
                    .Where(t => t.Name.Length > 0)
                    .DistinctBy(t => t.Key),
            ]
        );
        Prose.Check(errors, "title", fields.Title, TitleLeast, TitleMost, lines: false);
        Prose.Check(errors, "summary", fields.Summary, 0, SummaryMost, lines: true);
        errors
            .Require(fields.Tags.Count > 0, "tags", "must be at least one")
            .Require(fields.Tags.Count <= TagsMost, "tags", $"must be at most {TagsMost}");
        foreach (var tag in fields.Tags)
            Prose.Check(errors, "tags", tag.Name, 1, TagName.Most, lines: false);
        errors.Throw("The post is not valid.");
        return fields;
    }
}
