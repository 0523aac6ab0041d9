using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Forum.Search;

namespace SmartFlow.Tests.Forum;

public sealed class SearchTermsTests
{
    [Theory]
    [InlineData("考研英语", "考研", true)]
    [InlineData("考研英语", "研英", true)]
    [InlineData("考研英语", "研", true)]
    [InlineData("考研英语", "英研", false)]
    [InlineData("备考，研究方法", "考研", false)]
    [InlineData("Python 入门", "python入门", true)]
    [InlineData("Python 入门", "PYTH", true)]
    [InlineData("Python 入门", "ython", false)]
    [InlineData("ＣＥＴ４ 词汇", "cet4", true)]
    [InlineData("Café résumé", "cafe", true)]
    [InlineData("Привет мир", "прив", true)]
    [InlineData("한국어 공부", "국어", true)]
    [InlineData("カタカナ", "タカ", true)]
    [InlineData("𠮷野家", "𠮷野", true)]
    [InlineData("a'b\"c OR d", "b or", true)]
    [InlineData("C++ & C#", "c", true)]
    [InlineData("四六级", "四级", false)]
    public void A_text_is_found_by_its_words_and_its_pairs_of_characters(string text, string query, bool found)
    {
        var terms = SearchTerms.Of(text);
        var wanted = SearchTerms.OfQuery(query);
        wanted.ShouldNotBeEmpty();
        wanted
            .All(w => terms.Any(t => w.Prefix ? t.StartsWith(w.Text, StringComparison.Ordinal) : t == w.Text))
            .ShouldBe(found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!! 🙂 \" ' * ( )")]
    public void A_query_without_words_has_no_terms(string query) => SearchTerms.OfQuery(query).ShouldBeEmpty();

    [Fact]
    public void Whatever_is_written_terms_need_no_escaping_and_a_query_is_bounded()
    {
        Prop.ForAll<string>(text =>
            {
                if (text is null || !IsWellFormed(text))
                    return true;
                var terms = SearchTerms
                    .Of(text)
                    .Append(SearchTerms.OfTag(text))
                    .Concat(SearchTerms.OfQuery(text).Select(t => t.Text));
                return SearchTerms.OfQuery(text + text + text).Count <= 24
                    && terms.All(t => t.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '#'));
            })
            .QuickCheckThrowOnFailure();
    }

    private static bool IsWellFormed(string text) => !text.Any(char.IsSurrogate);
}
