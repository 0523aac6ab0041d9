using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>Requests to /v1 as programs send them.</summary>
internal static class GatewayClient
{
    // The seeded rule: 3.2 and 16 yuan a million tokens in and out, 100 Credit a yuan; 10 tokens in, 2 out.
    public const long FakeAnswerMicros = (10 * 3_200_000 + 2 * 16_000_000L) / 1_000_000 * 100;

    public static object Chat(
        string text,
        string model = "",
        bool stream = false,
        bool usage = false,
        int? maxTokens = 64
    )
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };
        if (maxTokens is { } limit)
            body["max_tokens"] = limit;
        if (stream)
            body["stream"] = true;
        if (usage)
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        return body;
    }

    public static Task<Answer> ChatAsync(this TestUser user, object body, string? key = null) =>
        user.PostAsync("/v1/chat/completions", body, key is null ? [] : [("Idempotency-Key", key)]);

    /// <summary>The data of each event.</summary>
    public static IReadOnlyList<string> Events(this Answer answer) =>
        [.. answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..])];

    /// <summary>The text of a streamed or plain answer.</summary>
    public static string Said(this Answer answer) =>
        answer.Header("Content-Type")!.StartsWith("text/event-stream", StringComparison.Ordinal)
            ? string.Concat(
                answer
                    .Events()
                    .Where(e => e != "[DONE]")
                    .SelectMany(e => JsonNode.Parse(e)!["choices"]?.AsArray() ?? [])
                    .Select(c => c!["delta"]!["content"]?.GetValue<string>())
            )
            : JsonNode.Parse(answer.Text)!["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    public static HttpClient WithKey(this SmartFlowApp app, string key)
    {
        var http = app.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>A host that asks this provider.</summary>
    public static Task<SmartFlowApp> StartAsync(FakeProvider provider, Action<AppSetup>? configure = null) =>
        SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Llm:BaseUrl"] = provider.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
            configure?.Invoke(setup);
        });

    /// <summary>An error in OpenAI's shape.</summary>
    public static JsonNode ShouldBeError(this Answer answer, SmartFlow.Platform.Errors.ErrorCode code)
    {
        ((int)answer.Status).ShouldBe(code.HttpStatus, answer.Text);
        answer.Header("Content-Type").ShouldBe("application/json");
        var error = JsonNode.Parse(answer.Text)!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe(code.Code);
        error["message"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        error["type"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        return error;
    }
}
