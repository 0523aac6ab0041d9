using System.Text;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Standard;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The headers of calls: what they mean, what is refused, and that nothing breaks them.</summary>
public sealed class HeaderTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("SMARTFLOW_SOAK") is null ? 20_000 : 2_000_000;

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("10S", 10_000)]
    [InlineData("100m", 100)]
    [InlineData("1500u", 1.5)]
    [InlineData("1n", 0.0001)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 24L * 24 * 3_600_000)]
    public void A_timeout_is_read(string text, double milliseconds)
    {
        CallTimeout.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.ShouldBe(TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    [InlineData("١S")]
    public void What_is_no_timeout_is_refused(string text)
    {
        CallTimeout.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<RpcException>(() => CallHeaders.Of(new HeaderDictionary { [CallHeaders.TimeoutName] = text }));
    }

    [Fact]
    public void A_timeout_that_was_written_is_read_as_no_less_and_hardly_more()
    {
        var random = new Random(1);
        for (var i = 0; i < Rounds; i++)
        {
            var timeout = TimeSpan.FromTicks(random.NextInt64(0, 1L << random.Next(1, 44)));
            CallTimeout.TryParse(CallTimeout.Format(timeout), out var read).ShouldBeTrue();
            read.ShouldBeGreaterThanOrEqualTo(timeout);
            (read - timeout).Ticks.ShouldBeLessThanOrEqualTo(timeout.Ticks / 50_000 + 10);
        }
        CallTimeout.Format(TimeSpan.FromSeconds(-1)).ShouldBe("0u");
        CallTimeout.Format(TimeSpan.MaxValue).Length.ShouldBeLessThanOrEqualTo(9);
    }

    [Fact]
    public void A_message_survives_its_encoding()
    {
        StatusText.Encode("100% 好\n").ShouldBe("100%25 %E5%A5%BD%0A");
        var random = new Random(2);
        for (var i = 0; i < Rounds; i++)
        {
            var text = Text(random, 40);
            var encoded = StatusText.Encode(text);
            encoded.ShouldAllBe(c => c >= ' ' && c <= '~');
            StatusText.Decode(encoded).ShouldBe(text);
        }
        StatusText.Decode(StatusText.Encode(new string('说', 10_000))).ShouldBe(new string('说', 333));
    }

    [Fact]
    public void Anything_can_be_decoded()
    {
        foreach (var (text, decoded) in new[] { ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("a%41b", "aAb"), ("%e5%A5%bd", "好"), ("%ff", "\ufffd"), ("好", "好") })
            StatusText.Decode(text).ShouldBe(decoded);
        var random = new Random(3);
        for (var i = 0; i < Rounds; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "%%%0aFgZ=,-中"[random.Next(12)]));
            StatusText.Decode(text).Length.ShouldBeLessThanOrEqualTo(text.Length);
            BinaryHeader.TryDecode(text, out _);
        }
    }

    [Fact]
    public void Binary_headers_are_read_with_and_without_padding_and_when_joined()
    {
        var random = new Random(4);
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            foreach (var text in new[] { BinaryHeader.Encode(bytes), Convert.ToBase64String(bytes), $" {BinaryHeader.Encode(bytes)} ,AAAA" })
            {
                BinaryHeader.TryDecode(text, out var read).ShouldBeTrue();
                read.ShouldBe(bytes);
            }
        }
        foreach (var bad in new[] { "A", "AAAAA", "A===", "AA*A", "中文" }) BinaryHeader.TryDecode(bad, out _).ShouldBeFalse(bad);
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/GRPC; charset=utf-8", true)]
    [InlineData("application/grpc+proto; a=b", true)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_content_type_is_known(string? type, bool grpc) => CallHeaders.IsGrpc(type).ShouldBe(grpc);

    [Fact]
    public void Encodings_are_read()
    {
        CallHeaders.Of(new HeaderDictionary()).ShouldBe(new CallHeaders(null, false, false));
        CallHeaders.Of(new HeaderDictionary { ["grpc-encoding"] = "gzip", ["grpc-accept-encoding"] = "identity, gzip,br", ["grpc-timeout"] = "1S" })
            .ShouldBe(new CallHeaders(TimeSpan.FromSeconds(1), true, true));
        CallHeaders.Of(new HeaderDictionary { ["grpc-encoding"] = "identity", ["grpc-accept-encoding"] = "deflate,gzipx" })
            .ShouldBe(new CallHeaders(null, false, false));
        Should.Throw<RpcException>(() => CallHeaders.Of(new HeaderDictionary { ["grpc-encoding"] = "br" })).Code.ShouldBe(RpcStatusCode.Unimplemented);
    }

    [Fact]
    public void Every_code_of_the_catalogue_survives_as_details()
    {
        foreach (var code in typeof(ErrorCodes).GetFields().Select(f => f.GetValue(null)).OfType<ErrorCode>())
        {
            var status = ErrorDetails.Of(new RefusedException(code, "so"));
            status.Code.ShouldBe(code.GrpcStatus);
            ErrorDetails.Refusal(status)!.Code.ShouldBeSameAs(code);
        }
        ErrorDetails.Refusal(null).ShouldBeNull();
        ErrorDetails.Refusal(new Status { Code = 5 }).ShouldBeNull();
    }

    [Fact]
    public void Details_too_large_for_a_trailer_shrink_to_code_and_wait()
    {
        var refusal = new RefusedException(
            ErrorCodes.RateLimited, "so", new Dictionary<string, string[]> { ["a"] = [new string('x', 10_000)] },
            retryAfter: TimeSpan.FromSeconds(3));
        var status = ErrorDetails.Of(refusal);
        status.CalculateSize().ShouldBeLessThan(500);
        var read = ErrorDetails.Refusal(status)!;
        (read.Code, read.RetryAfter, read.Errors).ShouldBe((ErrorCodes.RateLimited, TimeSpan.FromSeconds(3), null));
    }

    /// <summary>Characters of every length, none of them half a pair.</summary>
    private static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        for (var i = random.Next(length); i > 0; i--)
        {
            var value = random.Next(4) switch { 0 => random.Next(0x80), 1 => random.Next(0x80, 0x800), 2 => random.Next(0x4e00, 0x9fff), _ => random.Next(0x10000, 0x10ffff) };
            text.Append(new Rune(value).ToString());
        }
        return text.ToString();
    }
}
