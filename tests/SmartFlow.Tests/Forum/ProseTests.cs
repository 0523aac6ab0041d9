using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Forum;

public sealed class ProseTests
{
    [Theory]
    [InlineData("考研英语", null)]
    [InlineData("  考研 英语  ", null)]
    [InlineData("四级词", "must have at least 4 characters")]
    [InlineData("", "must have at least 4 characters")]
    [InlineData("\u200B\u200B\u200B\u200B\u200B", "must have at least 4 characters")]
    [InlineData("\u200D\u200D a\u200D\u200D\u200D", "must have at least 4 characters")]
    [InlineData("四级\u0007词汇", "must not contain control characters")]
    [InlineData("四级\0词汇", "must not contain control characters")]
    [InlineData("四级\u202E词汇", "must not change the direction of text")]
    [InlineData("看 https://spam.example 这里", "must not contain links")]
    [InlineData("看 www.spam.example 这里", "must not contain links")]
    [InlineData("<script>alert(1)</script>", null)]
    public void A_title_is_one_visible_line(string title, string? reason) => Reason(title: title).ShouldBe(reason);

    [Fact]
    public void An_emoji_of_many_parts_is_one_character()
    {
        const string family = "👨‍👩‍👧‍👦";
        Prose.Length(family).ShouldBe(1);
        Reason(title: Repeat(family, 40)).ShouldBeNull();
        Reason(title: Repeat(family, 41)).ShouldBe("must have at most 40 characters");
        Reason(title: Repeat("🇨🇳", 3)).ShouldBe("must have at least 4 characters");
        Reason(title: new string('字', 40)).ShouldBeNull();
        Reason(title: new string('字', 41)).ShouldBe("must have at most 40 characters");
    }

    [Fact]
    public void A_tower_of_accents_and_a_huge_text_are_refused()
    {
        Reason(title: "计划标题Z" + new string('\u0301', 60)).ShouldBe("must not stack accents");
        Reason(title: "四级词汇\uD83D").ShouldBe("must be valid text");
        Reason(title: new string('字', 1_000_000)).ShouldBe("must have at most 40 characters");
        Reason(summary: new string('字', 301)).ShouldBe("must have at most 300 characters");
        Reason(summary: new string('字', 300)).ShouldBeNull();
    }

    [Fact]
    public void A_summary_may_have_lines_and_three_links()
    {
        var fields = PostFields.Of(
            "考研英语",
            " 一\r\n\r\n\r\n\r\n二 https://a.example/x http://b.example www.c.example ",
            ["a"]
        );
        fields.Summary.ShouldBe("一\n\n二 https://a.example/x http://b.example www.c.example");
        Reason(summary: "https://a.b https://a.b https://a.b https://a.b").ShouldBe("must have at most 3 links");
    }

    [Fact]
    public void Tags_are_trimmed_and_said_once()
    {
        var tags = PostFields.Of("考研英语", "", [" 考研备考 ", "#考研备考", "ＣＥＴ4", "cet4", "", null]).Tags;
        tags.Select(t => t.Name).ShouldBe(["考研备考", "ＣＥＴ4"]);
        Reason(tags: []).ShouldBe("must be at least one");
        Reason(tags: [" ", "#"]).ShouldBe("must be at least one");
        Reason(tags: ["1", "2", "3", "4", "5", "6"]).ShouldBe("must be at most 5");
        Reason(tags: [new string('字', 12)]).ShouldBeNull();
        Reason(tags: [new string('字', 13)]).ShouldBe("must have at most 12 characters");
        Reason(tags: ["http://x.y"]).ShouldBe("must not contain links");
        Reason(tags: [.. Enumerable.Repeat<string?>("x", 10_000)]).ShouldBe("must be at most 5");
    }

    private static string? Reason(string title = "考研英语", string summary = "", IReadOnlyList<string?>? tags = null)
    {
        try
        {
            PostFields.Of(title, summary, tags ?? ["考研备考"]);
            return null;
        }
        catch (RefusedException e)
        {
            e.Code.ShouldBe(ErrorCodes.InvalidArgument);
            return e.Errors!.Single().Value.Single();
        }
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
