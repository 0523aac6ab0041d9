using System.Text;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

/// <summary>Base URLs as vendors document them and as people write them, and what each vendor expects.</summary>
public class VendorTests
{
    [Theory]
    [InlineData("https://api.openai.com", "https://api.openai.com/v1")]
    [InlineData("https://api.openai.com/v1", "https://api.openai.com/v1")]
    [InlineData("https://api.deepseek.com", "https://api.deepseek.com/v1")]
    [InlineData("https://api.deepseek.com/beta", "https://api.deepseek.com/beta")]
    [InlineData("https://ark.cn-beijing.volces.com", "https://ark.cn-beijing.volces.com/api/v3")]
    [InlineData("https://ark.cn-beijing.volces.com/api/v3", "https://ark.cn-beijing.volces.com/api/v3")]
    [InlineData("https://ark.cn-beijing.volces.com/api/coding/v3", "https://ark.cn-beijing.volces.com/api/coding/v3")]
    [InlineData("https://dashscope.aliyuncs.com", "https://dashscope.aliyuncs.com/compatible-mode/v1")]
    [InlineData(
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
    )]
    [InlineData("https://api.moonshot.cn", "https://api.moonshot.cn/v1")]
    [InlineData("https://api.moonshot.cn/v1", "https://api.moonshot.cn/v1")]
    [InlineData("http://localhost:11434", "http://localhost:11434/v1")]
    [InlineData("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1")]
    [InlineData("https://proxy.example/openai/v1", "https://proxy.example/openai/v1")]
    [InlineData("https://notapi.openai.com.example", "https://notapi.openai.com.example/v1")]
    public void A_base_url_is_taken_with_and_without_slash_version_and_route(string given, string root)
    {
        foreach (
            var written in new[] { given, given + "/", root, root + "/", root + "/chat/completions", $" {given} " }
        )
            OpenAiCompatibleProvider.ChatAddress(written).AbsoluteUri.ShouldBe(root + "/chat/completions", written);
        OpenAiCompatibleProvider.ModelsAddress(given).AbsoluteUri.ShouldBe(root + "/models");
        ProviderHttp.AddressOf(given, "/responses").AbsoluteUri.ShouldBe(root + "/responses");
    }

    [Fact]
    public void A_query_stays_where_it_is() =>
        OpenAiCompatibleProvider
            .ChatAddress("https://a.example/openai/deployments/x/chat/completions?api-version=1")
            .AbsoluteUri.ShouldBe("https://a.example/openai/deployments/x/chat/completions?api-version=1");

    [Theory]
    [InlineData("https://api.openai.com/v1", null, true, "max_completion_tokens", true)]
    [InlineData("https://API.OpenAI.com/v1", null, true, "max_completion_tokens", true)]
    [InlineData("https://api.openai.com/v1", "MaxTokens", true, "max_tokens", true)]
    [InlineData("https://api.deepseek.com", null, true, "max_tokens", true)]
    [InlineData("https://ark.cn-beijing.volces.com/api/v3", null, true, "max_tokens", true)]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", null, true, "max_tokens", true)]
    [InlineData("https://api.moonshot.cn/v1", "MaxCompletionTokens", true, "max_completion_tokens", true)]
    [InlineData("http://localhost:11434/v1", null, false, "max_tokens", false)]
    [InlineData("http://127.0.0.1:8000/v1", null, true, "max_tokens", true)]
    public void The_limit_is_sent_under_the_vendors_name_unless_set_otherwise(
        string baseUrl,
        string? setting,
        bool streamOptions,
        string field,
        bool asksForUsage
    )
    {
        var options = new OpenAiCompatibleOptions
        {
            BaseUrl = baseUrl,
            StreamOptions = streamOptions,
            LimitField = setting is null ? null : Enum.Parse<LimitField>(setting),
        };
        var request = ChatRequest.Parse("""{"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        var body = Encoding.UTF8.GetString(request.WriteUpstream("m", 64, stream: true, options.Dialect));
        body.ShouldContain($"\"{field}\":64");
        body.Contains("include_usage", StringComparison.Ordinal).ShouldBe(asksForUsage);
        var named = ChatRequest.Parse("""{"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        Encoding
            .UTF8.GetString(named.WriteUpstream("m", 9, stream: false, options.Dialect))
            .ShouldContain("\"max_tokens\":9");
    }
}
