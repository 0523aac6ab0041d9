using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Llm.Providers;
using SmartFlow.Llm.Providers.Demo;

namespace SmartFlow.Tests.Llm;

/// <summary>The offline model by its wire: nothing is started.</summary>
public sealed class DemoProviderTests
{
    private static readonly DemoProvider Demo = new(TimeProvider.System);

    [Theory]
    [InlineData("提醒我下周五交作业", "task_create")]
    [InlineData("帮我记一下买牛奶", "task_create")]
    [InlineData("记得买牛奶", "task_create")]
    [InlineData("明天要交作业，别忘了", "task_create")]
    [InlineData("remind me to call mum", "task_create")]
    [InlineData("Could you please remind me to call mum?", "task_create")]
    [InlineData("add a task: buy milk", "task_create")]
    [InlineData("todo: list my tasks in a table", "task_create")]
    [InlineData("我有哪些任务", "task_query")]
    [InlineData("哪些任务逾期了", "task_query")]
    [InlineData("有逾期的作业吗", "task_query")]
    [InlineData("which tasks are overdue?", "task_query")]
    [InlineData("what is overdue?", "task_query")]
    [InlineData("还有什么没做", "task_query")]
    [InlineData("我有哪些重要的任务？", "task_query")]
    [InlineData("明天有什么作业要交", "task_query")]
    [InlineData("what's due", "task_query")]
    [InlineData("list my tasks", "task_query")]
    [InlineData("what do I still have to do?", "task_query")]
    [InlineData("你好", "chat")]
    [InlineData("怎么才能记得住单词？", "chat")]
    [InlineData("你还记得我吗", "chat")]
    [InlineData("How do I remember to study?", "chat")]
    [InlineData("", "chat")]
    public async Task A_message_is_routed_by_its_words(string message, string route)
    {
        var answer = await AskAsync(message, """{"type":"json_schema","json_schema":{"name":"route","schema":{}}}""");
        JsonNode.Parse(Content(answer))!["route"]!.GetValue<string>().ShouldBe(route);
        var envelope = new JsonObject { ["message"] = message, ["recent"] = new JsonArray() }.ToJsonString();
        var wrapped = await AskAsync(envelope, """{"type":"json_schema","json_schema":{"name":"route","schema":{}}}""");
        Content(wrapped).ShouldBe(Content(answer));
    }

    [Theory]
    [InlineData("量子力学是什么", "离线模型")]
    [InlineData("What is quantum mechanics?", "offline model")]
    [InlineData("你好", "你好")]
    [InlineData("thanks!", "welcome")]
    [InlineData("怎么背单词", "间隔重复")]
    [InlineData("history of Rome", "offline model")]
    public async Task It_answers_in_the_language_asked_and_says_what_it_is(string message, string part) =>
        Content(await AskAsync(message)).ShouldContain(part);

    [Fact]
    public async Task A_stream_has_the_same_text_and_usage_as_a_plain_answer()
    {
        var plain = await AskAsync("怎么背单词");
        var (text, usage) = ("", (JsonNode?)null);
        foreach (var chunk in await ChunksAsync("怎么背单词"))
        {
            usage = chunk["usage"] ?? usage;
            foreach (var choice in chunk["choices"]!.AsArray())
                text += choice!["delta"]!["content"]?.GetValue<string>();
        }
        text.ShouldBe(Content(plain));
        usage!.ToJsonString().ShouldBe(plain["usage"]!.ToJsonString());
        usage["completion_tokens"]!.GetValue<int>().ShouldBe(DemoTokens.Count(text));
    }

    [Fact]
    public async Task The_output_limit_cuts_the_answer_and_says_so()
    {
        var answer = await AskAsync("怎么背单词", null, "\"max_completion_tokens\":5");
        answer["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
        answer["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBeLessThanOrEqualTo(5);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""")]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"n":9}""")]
    [InlineData(
        """{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"other"}}}"""
    )]
    [InlineData("not json")]
    public async Task What_it_cannot_do_is_rejected(string body)
    {
        var failure = await Should.ThrowAsync<ProviderException>(() => SendAsync(body, stream: false));
        failure.Kind.ShouldBe(FailureKind.Rejected);
        failure.Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abcd", 1)]
    [InlineData("abcde", 2)]
    [InlineData("你好", 2)]
    [InlineData("ab你cd🙂", 3)]
    public void Tokens_are_counted_by_the_documented_rule(string text, int tokens) =>
        DemoTokens.Count(text).ShouldBe(tokens);

    [Fact]
    public void Pieces_never_split_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("a🙂你", 40));
        var pieces = DemoTokens.Pieces(text).ToList();
        string.Concat(pieces).ShouldBe(text);
        pieces.ShouldAllBe(p => !char.IsLowSurrogate(p.First()) && !char.IsHighSurrogate(p.Last()));
        for (var limit = 0; limit < 130; limit++)
            DemoTokens.Count(DemoTokens.Cut(text, limit)).ShouldBeLessThanOrEqualTo(limit);
    }

    private static string Content(JsonNode answer) => answer["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    private static async Task<JsonNode> AskAsync(string message, string? format = null, string? more = null) =>
        (await SendAsync(Body(message, format, more), stream: false)).Single();

    private static Task<List<JsonNode>> ChunksAsync(string message) =>
        SendAsync(Body(message, null, null), stream: true);

    private static string Body(string message, string? format, string? more)
    {
        var content = JsonSerializer.Serialize(message);
        var extra = (format is null ? "" : $",\"response_format\":{format}") + (more is null ? "" : "," + more);
        return "{\"model\":\"demo\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":"
            + content
            + "}]"
            + extra
            + "}";
    }

    private static async Task<List<JsonNode>> SendAsync(string body, bool stream)
    {
        await using var answer = await Demo.SendAsync(
            new ProviderRequest("demo", Encoding.UTF8.GetBytes(body), stream),
            default
        );
        List<JsonNode> parts = [];
        await foreach (var part in answer.ReadAsync(default))
            parts.Add(JsonNode.Parse(part.Span)!);
        return parts;
    }
}
