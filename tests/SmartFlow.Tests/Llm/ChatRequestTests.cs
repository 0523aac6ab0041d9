using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Llm;

public class ChatRequestTests
{
    private const string Hi = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    [Fact]
    public void A_request_is_read_for_what_we_need()
    {
        var request = Parse(
            """
            {"model":"m","messages":[{"role":"system","content":"a\u00e9"},{"role":"user","content":[{"type":"text","text":"四"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],
            "stream":true,"stream_options":{"include_usage":true},"n":2,"max_tokens":9,"max_completion_tokens":7}
            """
        );
        request.Model.ShouldBe("m");
        request.Stream.ShouldBeTrue();
        request.IncludeUsage.ShouldBeTrue();
        request.N.ShouldBe(2);
        request.OutputLimit.ShouldBe(7);
        request.MessageCount.ShouldBe(2);
        request.ImageCount.ShouldBe(1);
        request.TextBytes.ShouldBe(3 + 3);
    }

    [Fact]
    public void Tools_schemas_and_unknown_members_count_as_text()
    {
        const string tools = "[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
        Parse($"{{{Hi},\"tools\":{tools}}}").TextBytes.ShouldBe(2 + tools.Length);
        Parse($"{{{Hi},\"documents\":[\"a long text\"]}}").TextBytes.ShouldBe(2 + "[\"a long text\"]".Length);
        Parse($"{{{Hi},\"temperature\":0.5,\"metadata\":{{\"a\":\"b\"}}}}").TextBytes.ShouldBe(2);
    }

    [Fact]
    public void Defaults_apply_where_nothing_or_null_is_given()
    {
        var request = Parse(
            $"{{{Hi},\"model\":null,\"max_tokens\":null,\"n\":null,\"stream\":null,\"stream_options\":null}}"
        );
        request.Model.ShouldBe("");
        request.OutputLimit.ShouldBeNull();
        request.N.ShouldBe(1);
        request.Stream.ShouldBeFalse();
    }

    [Theory]
    [InlineData("max_tokens", "-1")]
    [InlineData("max_tokens", "0")]
    [InlineData("max_tokens", "1.5")]
    [InlineData("max_tokens", "10000001")]
    [InlineData("max_tokens", "99999999999999999999999")]
    [InlineData("max_tokens", "\"5\"")]
    [InlineData("max_completion_tokens", "-9223372036854775808")]
    [InlineData("n", "0")]
    [InlineData("n", "17")]
    [InlineData("model", "5")]
    [InlineData("stream", "\"yes\"")]
    [InlineData("stream_options", "1")]
    [InlineData("modalities", "[\"text\",\"audio\"]")]
    [InlineData("audio", "{\"voice\":\"x\"}")]
    public void A_value_out_of_bounds_is_refused_by_its_name(string field, string value)
    {
        var refused = Should.Throw<RefusedException>(() => Parse($"{{{Hi},\"{field}\":{value}}}"));
        refused.Code.ShouldBe(ErrorCodes.InvalidArgument);
        refused.Errors!.Keys.ShouldContain(field);
    }

    [Theory]
    [InlineData("{\"messages\":[]}", "messages")]
    [InlineData("{}", "messages")]
    [InlineData("{\"messages\":\"hi\"}", "messages")]
    [InlineData("{\"messages\":[{\"content\":\"hi\"}]}", "messages[0].role")]
    [InlineData("{\"messages\":[{\"role\":\"robot\",\"content\":\"hi\"}]}", "messages[0].role")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "messages[0].content")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":7}]}", "messages[0].content")]
    [InlineData(
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]}]}",
        "messages[0].content[0].type"
    )]
    [InlineData(
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]}",
        "messages[0].content[0].type"
    )]
    [InlineData(
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"image_url\":{}}]}]}",
        "messages[0].content[0].image_url"
    )]
    public void Messages_that_no_model_takes_are_refused(string body, string field) =>
        Should.Throw<RefusedException>(() => Parse(body)).Errors!.Keys.ShouldContain(field);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]} x")]
    [InlineData("{\"model\":\"\\ud800\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")]
    public void Broken_json_is_refused(string body) =>
        Should.Throw<RefusedException>(() => Parse(body)).Code.ShouldBe(ErrorCodes.MalformedBody);

    [Fact]
    public void Nesting_is_limited()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70));
        Should.Throw<RefusedException>(() => Parse($"{{{Hi},\"x\":{deep}}}")).Code.ShouldBe(ErrorCodes.MalformedBody);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Should
            .Throw<RefusedException>(() => ChatRequest.Parse(new byte[] { (byte)'{', 0xff, (byte)'}' }))
            .Code.ShouldBe(ErrorCodes.MalformedBody);

    [Fact]
    public void A_member_given_twice_is_refused() =>
        Should
            .Throw<RefusedException>(() => Parse($"{{{Hi},\"max_tokens\":1,\"max_tokens\":10000}}"))
            .Errors!.Keys.ShouldContain("max_tokens");

    [Fact]
    public void A_name_written_with_escapes_is_the_same_member() =>
        Should
            .Throw<RefusedException>(() => Parse($"{{{Hi},\"max_\\u0074okens\":-1}}"))
            .Errors!.Keys.ShouldContain("max_tokens");

    [Fact]
    public void The_hash_does_not_depend_on_the_form_asked_for()
    {
        var plain = Parse($"{{\"model\":\"m\",{Hi}}}").Hash.ToArray();
        Parse($"{{\"model\":\"m\",\"stream\":true,{Hi},\"stream_options\":{{\"include_usage\":true}}}}")
            .Hash.ToArray()
            .ShouldBe(plain);
        Parse($"{{\"model\":\"other\",{Hi}}}").Hash.ToArray().ShouldNotBe(plain);
        Parse($"{{{Hi},\"model\":\"m\"}}").Hash.ToArray().ShouldNotBe(plain);
    }

    [Fact]
    public void The_provider_gets_model_limit_and_usage_and_all_else_as_it_came()
    {
        var request = Parse(
            $"{{ \"a\" : 1.50, \"model\":\"alias\", {Hi} , \"stream_options\":{{\"include_usage\":false,\"x\":1}}, \"z\":[ 1,2 ]}}"
        );
        var upstream = Encoding.UTF8.GetString(
            request.WriteUpstream("real\"m", 4096, stream: true, UpstreamDialect.Default)
        );
        var body = JsonNode.Parse(upstream)!;
        body["model"]!.GetValue<string>().ShouldBe("real\"m");
        body["max_tokens"]!.GetValue<long>().ShouldBe(4096);
        body["stream"]!.GetValue<bool>().ShouldBeTrue();
        body["stream_options"]!.ToJsonString().ShouldBe("{\"include_usage\":true,\"x\":1}");
        upstream.ShouldContain("\"a\" : 1.50");
        upstream.ShouldContain("\"z\":[ 1,2 ]");
    }

    [Theory]
    [InlineData("\"max_completion_tokens\":5,", "max_completion_tokens")]
    [InlineData("\"max_tokens\":5,", "max_tokens")]
    [InlineData("\"max_completion_tokens\":null,\"max_tokens\":5,", "max_tokens")]
    [InlineData("", "max_completion_tokens")]
    public void The_limit_goes_under_the_name_that_the_caller_used(string given, string expected)
    {
        var options = new UpstreamDialect(LimitField.MaxCompletionTokens, StreamOptions: false);
        var body = JsonNode.Parse(Parse($"{{{given}{Hi}}}").WriteUpstream("m", 3, stream: false, options))!.AsObject();
        body[expected]!.GetValue<long>().ShouldBe(3);
        body.Count(m => m.Key.StartsWith("max_", StringComparison.Ordinal)).ShouldBe(1);
        body.ContainsKey("stream").ShouldBeFalse();
    }

    private static ChatRequest Parse(string body) => ChatRequest.Parse(Encoding.UTF8.GetBytes(body));
}
