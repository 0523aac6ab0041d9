using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Platform.Csv;

namespace SmartFlow.Tests.Platform.Csv;

public sealed class CsvWriterTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\ta", "'\ta")]
    [InlineData("\ra", "'\ra")]
    [InlineData("＝1", "'＝1")]
    [InlineData("﹢1", "'﹢1")]
    [InlineData("−1", "'−1")]
    [InlineData(" =1", "' =1")]
    [InlineData("　=1", "'　=1")]
    [InlineData("\"=1\"", "'\"=1\"")]
    [InlineData("'=a", "''=a")]
    [InlineData("a;=1", "a;'=1")]
    [InlineData("a,=1", "a,'=1")]
    [InlineData("a\t=1", "a\t'=1")]
    [InlineData("a|=1", "a|'=1")]
    [InlineData("a\n=1", "a\n'=1")]
    [InlineData("a\r\n=1", "a\r\n'=1")]
    [InlineData("a; \"=1\"", "a;' \"=1\"")]
    [InlineData("a；＠b", "a；'＠b")]
    [InlineData("=a;-b\n@c", "'=a;'-b\n'@c")]
    [InlineData("a;'=1", "a;''=1")]
    [InlineData("a=b", "a=b")]
    [InlineData("'a", "'a")]
    [InlineData("a; b", "a; b")]
    [InlineData("1-16", "1-16")]
    [InlineData("", "")]
    public void Text_that_a_spreadsheet_would_calculate_is_guarded_behind_every_separator_and_comes_back(
        string cell,
        string guarded
    )
    {
        FormulaGuard.Add(cell).ShouldBe(guarded);
        FormulaGuard.Remove(guarded).ShouldBe(cell);
    }

    [Fact]
    public void Any_text_comes_back() =>
        Prop.ForAll(
                Gen.Elements("=+-@\t\r\n,;|'\" a1＝；".ToCharArray())
                    .ArrayOf()
                    .Select(c => new string(c))
                    .ToArbitrary(),
                cell => FormulaGuard.Remove(FormulaGuard.Add(cell)) == cell
            )
            .Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_file_begins_with_a_byte_order_mark_quotes_what_needs_it_and_leaves_numbers_alone()
    {
        var csv = new CsvWriter().Row("a", "b,c", "d\"e", "f\ng", " h", null);
        csv.Take().ShouldBe("\uFEFFa,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\r\n");
        csv.Row(-1L, -0.25m, "-1", "a;-1").Take().ShouldBe("-1,-0.25,'-1,\"a;'-1\"\r\n");
    }
}
