using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Web;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("https://example.org")]
    [InlineData("HTTPS://Example.ORG:443/a?b=c#d")]
    [InlineData("https://example.org./a")]
    [InlineData("https://a_b.xn--fiqs8s.example.com/%20")]
    [InlineData("https://1.2.3.example.com/a")]
    [InlineData("https://mylocal.org/a")]
    public void A_public_name_is_taken(string url) => PublicUrl.Problem(url).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("http://example.org")]
    [InlineData(" https://example.org")]
    [InlineData("https://example")]
    [InlineData("https://.org/")]
    [InlineData("https://a..org/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://a.localhost/")]
    [InlineData("https://db.internal/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://router.home.arpa/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0X7F.0.0.0x1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[fd00::1]:443/")]
    [InlineData("https://127.0.0.1.nip.io/")]
    [InlineData("https://127%2e0.0.1/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://example。org/")]
    [InlineData("https://user:word@example.org/")]
    [InlineData("https://example.org@127.0.0.1/")]
    [InlineData("https://example.org\\@127.0.0.1/")]
    [InlineData("https://example.org:80/")]
    [InlineData("https://example.org:/")]
    [InlineData("https://example.org/a b")]
    [InlineData("https://exam\tple.org/")]
    [InlineData("https:example.org")]
    [InlineData("https:/example.org")]
    [InlineData("//example.org")]
    public void What_is_none_is_refused(string url) => PublicUrl.Problem(url).ShouldNotBeNullOrEmpty();

    [Fact]
    public void An_address_has_a_longest() =>
        PublicUrl.Problem("https://example.org/" + new string('a', PublicUrl.MaxLength)).ShouldNotBeNull();
}
