using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// One list for all surfaces and providers: what would change the provider's bill without a price rule is refused.
/// </summary>
public sealed class WhatMayBeAskedTests
{
    /// <summary>
    /// Each refused on chat completions, responses and messages under this field, whoever would answer.
    /// </summary>
    private static readonly (string Field, string Member)[] Everywhere =
    [
        ("web_search_options", "\"web_search_options\":{}"),
        ("mcp_servers", "\"mcp_servers\":[{\"type\":\"url\",\"url\":\"https://a.org\"}]"),
        ("container", "\"container\":\"c\""),
        ("plugins", "\"plugins\":[{\"id\":\"web\"}]"),
        ("models", "\"models\":[\"dear/model\"]"),
        ("provider", "\"provider\":{\"order\":[\"x\"]}"),
        ("route", "\"route\":\"fallback\""),
        ("preset", "\"preset\":\"p\""),
        ("search_parameters", "\"search_parameters\":{\"mode\":\"on\"}"),
        ("enable_search", "\"enable_search\":true"),
        ("background", "\"background\":true"),
        ("service_tier", "\"service_tier\":\"priority\""),
        ("service_tier", "\"service_tier\":\"flex\""),
        ("service_tier", "\"service_tier\":7"),
        ("service_tier", "\"service_tier\":\"default\",\"service_tier\":\"priority\""),
        ("speed", "\"speed\":\"fast\""),
        ("inference_geo", "\"inference_geo\":\"us\""),
        ("best_of", "\"best_of\":3"),
        ("best_of", "\"best_of\":1.5"),
        ("num_return_sequences", "\"num_return_sequences\":2"),
        ("candidate_count", "\"candidate_count\":2"),
        ("audio", "\"audio\":{\"voice\":\"x\"}"),
        ("modalities", "\"modalities\":[\"text\",\"audio\"]"),
        ("cached_content", "\"cached_content\":\"c\""),
        ("num_predict", "\"num_predict\":9"),
        ("reasoning.mode", "\"reasoning\":{\"mode\":\"pro\"}"),
        ("extra_body.google.cached_content", "\"extra_body\":{\"google\":{\"cached_content\":\"c\"}}"),
        ("extra_body.tools", "\"extra_body\":{\"tools\":[]}"),
        ("google.tools", "\"google\":{\"tools\":[{\"google_search\":{}}]}"),
        ("Model", "\"Model\":\"dear\""),
        ("MAX_TOKENS", "\"MAX_TOKENS\":100000"),
        ("Max_Completion_Tokens", "\"Max_Completion_Tokens\":100000"),
        ("maxTokens", "\"maxTokens\":100000"),
        ("Tools", "\"Tools\":[{\"type\":\"web_search\"}]"),
        ("Messages", "\"Messages\":[]"),
        ("N", "\"N\":9"),
        ("Stream", "\"Stream\":true"),
        ("Service_Tier", "\"Service_Tier\":\"priority\""),
        ("serviceTier", "\"serviceTier\":\"priority\""),
        ("ſpeed", "\"ſpeed\":\"fast\""),
        ("MAX_TO\u212aENS", "\"MAX_TO\u212aENS\":9"),
        ("Web_Search_Options", "\"Web_Search_Options\":{}"),
        ("Stream", "\"\\u0053tream\":true"),
    ];

    private static readonly (string Field, string Member)[] OnChat =
    [
        ("tools[0].type", "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]"),
        ("tools[0].type", "\"tools\":[{\"type\":\"web_search\"}]"),
        ("tools[0].type", "\"tools\":[{\"type\":\"builtin_function\",\"function\":{\"name\":\"$web_search\"}}]"),
        ("tools[0].type", "\"tools\":[{\"name\":\"x\"}]"),
        ("tools[0].type", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"type\":\"web_search\"}]"),
        ("tools[0].google_search", "\"tools\":[{\"google_search\":{}}]"),
        ("tools[0].Type", "\"tools\":[{\"type\":\"function\",\"Type\":\"web_search\",\"function\":{}}]"),
        ("tools[1]", "\"tools\":[{\"type\":\"function\",\"function\":{}},7]"),
        ("tools", "\"tools\":{}"),
        ("max_output_tokens", "\"max_output_tokens\":9"),
        ("stream_options.Include_Usage", "\"stream_options\":{\"include_usage\":true,\"Include_Usage\":false}"),
        ("prompt", "\"prompt\":\"p\""),
        ("previous_response_id", "\"previous_response_id\":\"r\""),
        ("conversation", "\"conversation\":\"c\""),
    ];

    [Fact]
    public async Task What_has_no_price_is_refused_by_its_field_on_every_surface()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var wrong = new List<string>();
        foreach (var model in (string[])["fake", "claude", "gpt"])
        foreach (var surface in (string[])["/v1/chat/completions", "/v1/responses", "/v1/messages"])
        foreach (
            var (field, member) in (
                surface.EndsWith("completions", StringComparison.Ordinal) ? [.. Everywhere, .. OnChat] : Everywhere
            )
        )
        {
            var answer = await AskAsync(mei, surface, model, member);
            var param = JsonNode.Parse(answer.Text)!["error"]?["param"]?.GetValue<string>();
            // A tree of JSON refuses a member that is given twice as a whole.
            var asExpected =
                param == field
                || (param is null && surface != "/v1/chat/completions" && member.Split("service_tier").Length == 3);
            if ((int)answer.Status != 400 || !asExpected)
                wrong.Add($"{surface} {model} {member}: {(int)answer.Status} {param}");
        }
        foreach (
            var member in (string[])
                [
                    "\"models\":[\"x\"]",
                    "\"provider\":{}",
                    "\"service_tier\":\"priority\"",
                    "\"Input\":\"more\"",
                    "\"MODEL\":\"dear\"",
                ]
        )
            if (
                (int)(await PostAsync(mei, "/v1/embeddings", $$"""{"model":"fake","input":"x",{{member}}}""")).Status
                != 400
            )
                wrong.Add("embeddings " + member);
        wrong.ShouldBeEmpty(string.Join("\n", wrong));
        provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_holds_anyhow_is_dropped_and_the_rest_is_passed_on()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        const string dropped = """
            "store":true,"metadata":{"a":"b"},"service_tier":"auto","speed":"standard","best_of":1,"background":false,"context_management":{"edits":[]},
            "betas":["x"],"web_search_options":null,"n":null,"inference_geo":"global"
            """;
        const string passed = """
            "temperature":1.50,"seed":7,"reasoning":{"effort":"low","exclude":true},"extra_body":{"google":{"thinking_config":{"thinking_budget":5}}},
            "of_tomorrow":{"a":[1.0e2]},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"web_search"}},"cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","name":"n","content":[{"type":"text","text":"Type: web_search"},{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]
            """;
        (
            await PostAsync(mei, "/v1/chat/completions", $$"""{"model":"fake","max_tokens":5,{{dropped}},{{passed}}}""")
        ).ShouldBe(System.Net.HttpStatusCode.OK);
        var raw = provider.Received.ShouldHaveSingleItem().Raw;
        raw.ShouldContain(passed, Case.Sensitive, "byte for byte");
        foreach (
            var name in (string[])
                [
                    "store",
                    "metadata",
                    "service_tier",
                    "speed",
                    "best_of",
                    "background",
                    "context_management",
                    "betas",
                    "web_search_options",
                ]
        )
            provider.Received.Single().Body.ContainsKey(name).ShouldBeFalse(name);
    }

    [Fact]
    public async Task Addresses_are_only_public_ones_on_every_surface()
    {
        string[] bad =
        [
            "http://example.org/a.png",
            "https://127.0.0.1/a.png",
            "https://2130706433/a.png",
            "https://0x7f.1/a.png",
            "https://[::1]/a.png",
            "https://169.254.169.254/latest",
            "https://localhost/a.png",
            "https://intranet/a.png",
            "https://a.internal/a.png",
            "https://a.local/a.png",
            "https://user@example.org/a.png",
            "https://example.org:8443/a.png",
            "file:///etc/passwd",
            "ftp://example.org/a.png",
            "https://１２７.0.0.1/",
            "gs://b/a.png",
            "data:audio/wav;base64,AA",
        ];
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        foreach (var url in bad)
        {
            (string Path, string Field, string Part)[] ways =
            [
                (
                    "/v1/chat/completions",
                    "messages[0].content[0].image_url.url",
                    $$$"""{"type":"image_url","image_url":{"url":"{{{url}}}"}}"""
                ),
                (
                    "/v1/chat/completions",
                    "messages[0].content[0].image_url",
                    $$"""{"type":"image_url","image_url":"{{url}}"}"""
                ),
                (
                    "/v1/chat/completions",
                    "messages[0].content[0].image_url.URL",
                    $$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,AA","URL":"{{{url}}}"}}"""
                ),
                (
                    "/v1/chat/completions",
                    "messages[0].content[0].Image_Url",
                    $$$"""{"type":"text","text":"x","Image_Url":{"url":"{{{url}}}"}}"""
                ),
                (
                    "/v1/responses",
                    "input[0].content[0].image_url",
                    $$"""{"type":"input_image","image_url":"{{url}}"}"""
                ),
                ("/v1/responses", "input[0].content[0].file_url", $$"""{"type":"input_file","file_url":"{{url}}"}"""),
                (
                    "/v1/messages",
                    "messages[0].content[0].source.url",
                    $$$"""{"type":"image","source":{"type":"url","url":"{{{url}}}"}}"""
                ),
                (
                    "/v1/messages",
                    "messages[0].content[0].source.url",
                    $$$"""{"type":"document","source":{"type":"url","url":"{{{url}}}"}}"""
                ),
                (
                    "/v1/messages",
                    "messages[0].content[0].content[0].source.url",
                    $$$"""{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"url","url":"{{{url}}}"}}]}"""
                ),
            ];
            foreach (var (path, field, part) in ways)
            {
                var answer = await PostAsync(
                    mei,
                    path,
                    $$$"""{"model":"claude","max_tokens":5,"{{{(path == "/v1/responses" ? "input" : "messages")}}}":[{"role":"user","content":[{{{part}}}]}]}"""
                );
                answer.ShouldBe(System.Net.HttpStatusCode.BadRequest);
                JsonNode.Parse(answer.Text)!["error"]!["param"]!.GetValue<string>().ShouldBe(field, url);
            }
        }
        provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public void Every_rule_stands_in_the_documentation()
    {
        var told = File.ReadAllText(Path.Combine(Repository.Root, "docs", "asking.md"));
        foreach (
            var rule in SmartFlow.Llm.Dialect.AskList.Chat.Rules.Concat(SmartFlow.Llm.Dialect.AskList.Embeddings.Rules)
        )
            told.ShouldContain($"`{rule.Name}`");
    }

    private static Task<SmartFlowApp> StartAsync(FakeProvider provider) => GatewayClient.StartAsync(provider, s =>
        {
            foreach (
                var (i, name, api, model) in ((int, string, string, string)[])
                    [(0, "anthropic", "Anthropic", "claude"), (1, "responses", "Responses", "gpt")]
            )
            {
                s.Settings[$"Llm:Providers:{i}:Name"] = name;
                s.Settings[$"Llm:Providers:{i}:Api"] = api;
                s.Settings[$"Llm:Providers:{i}:BaseUrl"] = provider.BaseUrl;
                s.Settings[$"Llm:Providers:{i}:Models:0"] = model;
            }
        });

    private static Task<Answer> AskAsync(TestUser user, string surface, string model, string member) =>
        PostAsync(
            user,
            surface,
            surface == "/v1/responses"
                ? $$"""{"model":"{{model}}","input":"x",{{member}}}"""
                : $$"""{"model":"{{model}}","max_tokens":5,"messages":[{"role":"user","content":"x"}],{{member}}}"""
        );

    private static Task<Answer> PostAsync(TestUser user, string path, string body) =>
        user.PostAsync(path, new StringContent(body, null, "application/json"));
}
