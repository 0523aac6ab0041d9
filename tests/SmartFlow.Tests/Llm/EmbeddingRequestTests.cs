using System.Text;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Llm;

public sealed class EmbeddingRequestTests
{
    private static readonly EmbeddingLimits Limits = new(Items: 3, ItemBytes: 12);

    [Theory]
    [InlineData("\"abc\"", 1, 3, 0)]
    [InlineData("[\"abc\",\"日\"]", 2, 6, 0)]
    [InlineData("[1,2,3]", 1, 0, 3)]
    [InlineData("[[1,2],[3]]", 2, 0, 3)]
    [InlineData("[\"abc\",[7]]", 2, 3, 1)]
    [InlineData("\"\\u65e5\"", 1, 3, 0)]
    public void Every_form_of_input_is_measured(string input, int items, long bytes, long tokens)
    {
        var request = Parse(
            $$"""{"model":"m","input":{{input}},"dimensions":3,"encoding_format":"float","user":"u"}"""
        );
        (request.MessageCount, request.TextBytes, request.TokenCount, request.OutputLimit).ShouldBe(
            (items, bytes, tokens, 0L)
        );
    }

    [Theory]
    [InlineData("{}", "input")]
    [InlineData("""{"input":null}""", "input")]
    [InlineData("""{"input":""}""", "input")]
    [InlineData("""{"input":7}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":["a",""]}""", "input[1]")]
    [InlineData("""{"input":["a",7]}""", "input[1]")]
    [InlineData("""{"input":["a",[]]}""", "input[1]")]
    [InlineData("""{"input":[1,"a"]}""", "input")]
    [InlineData("""{"input":[1,-1]}""", "input")]
    [InlineData("""{"input":[1.5]}""", "input")]
    [InlineData("""{"input":["a","b","c","d"]}""", "input")]
    [InlineData("""{"input":"1234567890123"}""", "input")]
    [InlineData("""{"input":["1234567890123"]}""", "input[0]")]
    [InlineData("""{"input":[1,2,3,4]}""", "input")]
    [InlineData("""{"input":"a","input":"b"}""", "input")]
    [InlineData("""{"input":"a","model":7}""", "model")]
    public void What_cannot_be_embedded_is_refused_with_its_field(string body, string field) =>
        Should.Throw<RefusedException>(() => Parse(body)).Errors!.Keys.ShouldBe([field]);

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"input\":\"a\"")]
    [InlineData("{\"input\":\"a\"}x")]
    public void What_is_not_readable_is_refused(string body) =>
        Should.Throw<RefusedException>(() => Parse(body)).Code.ShouldBe(ErrorCodes.MalformedBody);

    [Fact]
    public void Items_and_texts_at_their_limit_pass() =>
        Parse("""{"input":["123456789012",[1,2,3],"c"]}""").MessageCount.ShouldBe(3);

    [Fact]
    public void Only_the_model_is_changed_for_the_provider() =>
        Encoding
            .UTF8.GetString(
                Parse("""{ "input" : ["a" , "b"], "model":"alias", "dimensions":1.0e1,"input_type":"query"}""")
                    .WriteUpstream("real", 0, false, UpstreamDialect.Default)
            )
            .ShouldBe("""{"model":"real","input" : ["a" , "b"],"dimensions":1.0e1,"input_type":"query"}""");

    [Fact]
    public void An_unknown_member_may_become_prompt_and_counts() =>
        Parse("""{"input":"a","instruction":"find"}""").TextBytes.ShouldBe(1 + "\"find\"".Length);

    [Fact]
    public void The_same_body_as_a_chat_is_another_request()
    {
        const string body = """{"model":"m","input":"a","messages":[{"role":"user","content":"a"}]}""";
        var chat = ChatRequest.Parse(Encoding.UTF8.GetBytes(body));
        Parse(body).Hash.ToArray().ShouldNotBe(chat.Hash.ToArray());
    }

    [Theory]
    [InlineData("""{"prompt_tokens":8,"total_tokens":8}""", 8)]
    [InlineData("""{"total_tokens":9}""", 9)]
    [InlineData("""{"prompt_tokens":0,"total_tokens":0}""", 0)]
    [InlineData("""{"prompt_tokens":8,"total_tokens":20,"completion_tokens":12}""", 8)]
    [InlineData("""{"prompt_tokens":-1}""", null)]
    [InlineData("null", null)]
    public void The_prompt_is_all_that_is_counted(string usage, int? tokens)
    {
        var answer = new EmbeddingAnswer(keepBytes: 1_000);
        answer.TryAdd(Encoding.UTF8.GetBytes($$"""{"data":[{"embedding":[1]}],"usage":{{usage}}}""")).ShouldBeTrue();
        answer.Usage?.Input.ShouldBe(tokens!.Value);
        (answer.Usage is null).ShouldBe(tokens is null);
        (answer.Usage?.Total ?? 0).ShouldBe(tokens ?? 0);
    }

    [Fact]
    public void A_body_longer_than_what_is_kept_is_counted_and_not_kept()
    {
        var answer = new EmbeddingAnswer(keepBytes: 10);
        answer.TryAdd("""{"data":[{"embedding":[1]}],"usage":{"prompt_tokens":3}}"""u8).ShouldBeTrue();
        (answer.ToStored(), answer.Usage!.Value.Input, answer.Empty).ShouldBe((null, 3, false));
    }

    private static EmbeddingRequest Parse(string body) => EmbeddingRequest.Parse(Encoding.UTF8.GetBytes(body), Limits);
}
