using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>
/// What the routes of the served document do with ids, queries and bodies that nobody should send: every field of a
/// good body in turn is replaced by every hostile value. Nothing may fail on our side, and every refusal says why.
/// </summary>
public sealed partial class HostileInputTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly string[] Ids =
    [
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "abc",
        "1.5",
        "..%2f",
        "%EF%BF%BF",
        new('9', 300),
    ];

    private static readonly string[] Queries =
    [
        "",
        "0",
        "-1",
        "99999999999",
        "abc",
        "%00",
        "%ff",
        new('x', 3_000),
        "学习",
        "2026-02-30",
        "9999-12-31T23:59:59Z",
        "NaN",
        "%22",
        "%25",
        "*",
        "AND%20NOT",
    ];

    /// <summary>JSON as it is sent.</summary>
    private static readonly string[] Values =
    [
        "null",
        "\"\"",
        "\" \"",
        "\"\\u0000a\"",
        "\"\\ud800\"",
        $"\"{new string('x', 70_000)}\"",
        "\"👩‍👩‍👧‍👦\"",
        "-1",
        "0",
        "1e300",
        "-0.5",
        "9007199254740993",
        "99999999999999999999999",
        "2147483648",
        "true",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"a\":1}",
        "\"2026-02-30\"",
        "\"0001-01-01\"",
        "\"9999-12-31\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59Z\"",
        "\"Infinity\"",
    ];

    private static readonly string[] Bodies =
    [
        "",
        "{",
        "null",
        "[]",
        "\"x\"",
        "1",
        "{\"a\":1}x",
        string.Concat(Enumerable.Repeat("{\"a\":", 200)),
        new('[', 5_000),
    ];

    /// <summary>
    /// A good body for each route that takes one of many fields; {…} are ids of <see cref="SeedAsync"/>.
    /// </summary>
    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["POST /v1/chat/completions"] = """
            {"model":"demo","messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}],"max_tokens":5,"stop":["x"],"n":1,"temperature":1,
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"stream_options":{"include_usage":true},"logprobs":false}
            """,
        ["POST /v1/responses"] =
            """{"model":"demo","input":[{"role":"user","content":[{"type":"input_text","text":"Hello"}]}],"max_output_tokens":5,"text":{"format":{"type":"text"}}}""",
        ["POST /v1/messages"] =
            """{"model":"demo","max_tokens":5,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}],"stop_sequences":["x"]}""",
        ["POST /v1/messages/count_tokens"] = """{"model":"demo","messages":[{"role":"user","content":"Hello"}]}""",
        ["POST /v1/embeddings"] = """{"model":"demo","input":["Hello"],"dimensions":8,"encoding_format":"float"}""",
        ["POST /api/v1/calls/quote"] =
            """{"model":"demo","messages":[{"role":"user","content":"Hello"}],"max_tokens":5}""",
        ["POST /api/v1/agent/chat"] =
            """{"message":"提醒我明晚8点交作业","conversation_id":{conversation},"model":"demo","always_allow":false,"budget_credit":1}""",
        ["PATCH /api/v1/agent/conversations/{id}"] =
            """{"title":"t","archived":false,"always_allow":false,"turn_budget_credit":1}""",
        ["POST /api/v1/api-keys"] =
            """{"name":"k","scopes":["chat"],"models":["demo"],"limits":{"requests_per_minute":1,"credit_per_day":1,"credit_per_month":1},"expires_at":"2027-01-01T00:00:00Z"}""",
        ["PATCH /api/v1/api-keys/{id}"] =
            """{"name":"k","scopes":["chat"],"models":["demo"],"limits":{"requests_per_minute":1},"expires_at":null}""",
        ["POST /api/v1/auth/register"] =
            """{"username":"somebody","password":"correct horse battery","email":"a@example.org"}""",
        ["POST /api/v1/auth/recovery"] = """{"account":"somebody"}""",
        ["POST /api/v1/auth/recovery/complete"] =
            """{"token":"al-none","new_password":"correct horse battery","end_api_keys":true,"end_feeds":true}""",
        ["PUT /api/v1/auth/email"] = """{"email":"a@example.org","password":"correct horse battery"}""",
        ["DELETE /api/v1/auth/email"] = """{"password":"correct horse battery"}""",
        ["POST /api/v1/auth/email/confirm"] = """{"token":"al-none"}""",
        ["POST /api/v1/admin/users/{id}/recovery-link"] = """{"reason":"asked at the desk"}""",
        ["PUT /api/v1/admin/features/{name}"] = """{"on":true,"reason":"for maintenance"}""",
        ["PATCH /api/v1/auth/me"] = """{"display_name":"Mei"}""",
        ["POST /api/v1/credit-store/orders"] = """{"product_id":1,"quantity":1}""",
        ["POST /api/v1/tasks"] =
            """{"title":"t","priority_group":2,"estimated_sections":1,"deadline_at":"2026-12-01T10:00:00Z","urgency_threshold_at":"2026-11-30T10:00:00Z","repeat":{"unit":"week","every":2,"days":[3],"until":"2027-01-31"},"time_zone":"Asia/Shanghai"}""",
        ["PATCH /api/v1/tasks/{id}/series"] =
            """{"title":"t","priority_group":2,"estimated_sections":1,"due_time":"18:00","repeat":{"unit":"month","every":1,"day_of_month":5}}""",
        ["PATCH /api/v1/tasks/{id}"] =
            """{"title":"t","priority_group":2,"estimated_sections":1,"deadline_at":"2026-12-01T10:00:00Z","urgency_threshold_at":null}""",
        ["POST /api/v1/tasks/quick-add"] =
            """{"text":"下周日前交大作业","time_zone":"Asia/Shanghai","second_opinion":false}""",
        ["POST /api/v1/tasks/quick-add/reading"] = """{"text":"下周日前交大作业","time_zone":"Asia/Shanghai"}""",
        ["POST /api/v1/task-classes"] = TaskClass,
        ["PUT /api/v1/task-classes/{id}"] = TaskClass,
        ["PUT /api/v1/terms/current"] = Term,
        ["POST /api/v1/terms"] =
            """{"name":"next","first_monday":"2027-09-06","weeks":4,"section_times":[{"starts":"08:00","ends":"08:45"}],"study_on_holidays":false}""",
        ["POST /api/v1/courses"] = Course,
        ["PATCH /api/v1/courses/{id}"] = Course,
        ["POST /api/v1/events"] =
            """{"title":"e","place":"p","note":"n","date":"2026-12-02","repeat":"weekly","until":"2026-12-20","section_from":4,"section_to":4,"replace_conflicts":true}""",
        ["PATCH /api/v1/events/{id}"] =
            """{"title":"e","place":"p","note":"n","date":"2026-12-02","repeat":"biweekly","until_week":6,"starts":"11:10","ends":"11:55","replace_conflicts":true}""",
        ["POST /api/v1/courses/import"] = """{"preview_id":"{preview}","rows":[1],"replace_conflicts":true}""",
        ["POST /api/v1/schedule/placements"] =
            """{"item_id":{item},"week":2,"day":2,"section_from":1,"sections":2,"allow_reorder":true}""",
        ["PATCH /api/v1/schedule/placements/{id}"] =
            """{"week":2,"day":3,"section_from":1,"sections":2,"locked":false,"missed":false,"allow_reorder":true}""",
        ["POST /api/v1/schedule/moves"] =
            """{"moves":[{"placement_id":{placement},"week":2,"day":4,"section_from":1}],"allow_reorder":true}""",
        ["POST /api/v1/schedule/embed"] =
            """{"item_id":{item},"arrangement_id":1,"week":1,"day":1,"section_from":3,"sections":2,"allow_reorder":true}""",
        ["POST /api/v1/schedule/swap"] = """{"a":{placement},"b":1000}""",
        ["POST /api/v1/schedule/undo"] = """{"version":null,"change_id":null}""",
        ["POST /api/v1/schedule/redo"] = """{"version":null,"change_id":null}""",
        ["POST /api/v1/schedule/plan"] =
            """{"task_class_ids":[{class}],"seed":1,"budget_ms":10,"weights":{"spacing":1,"load":1,"slack":1},"replan":false,"missed_item_ids":[]}""",
        ["POST /api/v1/plan-square/posts"] =
            """{"task_class_id":{class},"title":"Linear algebra","summary":"s","tags":["数学"]}""",
        ["PATCH /api/v1/plan-square/posts/{id}"] =
            """{"title":"Linear algebra","summary":"s","tags":["数学"],"refresh_plan":true}""",
        ["POST /api/v1/plan-square/posts/{id}/comments"] = """{"content":"c","parent_id":null}""",
        ["POST /api/v1/plan-square/posts/{id}/import"] = """{"target_title":"t","start_date":"2026-11-30"}""",
        ["POST /api/v1/plan-square/posts/{id}/report"] = """{"reason":"spam","note":"n"}""",
        ["POST /api/v1/admin/price-rules"] = PriceRule,
        ["POST /api/v1/admin/price-rules/preview"] = PriceRule,
        ["POST /api/v1/admin/reward-rules"] = RewardRule,
        ["PUT /api/v1/admin/reward-rules/{id}"] = RewardRule,
        ["POST /api/v1/admin/re-ratings"] =
            """{"from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z","reason":"why","scene":"agent.chat","provider_name":"","model_name":"","dry_run":true}""",
        ["PUT /api/v1/admin/price-rules/{id}"] = PriceRule,
        ["POST /api/v1/admin/products"] = Product.Replace("{product}", "hostile", StringComparison.Ordinal),
        ["PUT /api/v1/admin/products/{id}"] = Product,
        ["PUT /api/v1/notifications/preferences"] = """
            {"language":"en","time_zone":"Asia/Shanghai","quiet_from":"22:00","quiet_to":"07:00","deadline_minutes":30,"block_minutes":30,"course_minutes":0,
             "outlook_at":"21:00","kinds":[{"kind":"task.deadline.near","told":true,"channels":["webhook"]}]}
            """,
        ["POST /api/v1/active-schedule/trigger"] = """{"kind":"tired","language":"en"}""",
        ["POST /api/v1/active-schedule/previews/{id}/confirm"] = """{"candidate_id":"c1"}""",
        ["POST /api/v1/active-schedule/previews/{id}/snooze"] = """{"minutes":30}""",
        ["POST /api/v1/notifications/channels"] =
            """{"type":"webhook","name":"n","address":"https://127.0.0.1/x","secret":"","bearer":"b","p256dh":"x","auth":"x"}""",
        ["POST /api/v1/memory/items"] =
            """{"type":"constraint","title":"t","content":"c","importance":3,"hours":{"kind":"forbidden","days":[1,7],"from":"22:00","to":"24:00"},"expires_at":"2027-01-01T00:00:00Z"}""",
        ["PATCH /api/v1/memory/items/{id}"] =
            """{"type":"constraint","title":"t","content":"c","importance":3,"hours":{"kind":"forbidden","days":[1],"from":"22:00","to":"07:00"},"expires_at":null,"updated_at":null}""",
        ["PUT /api/v1/memory/settings"] = """{"enabled":true}""",
        ["PUT /api/v1/notifications/settings"] = """{"enabled":true,"low_balance_credit":1,"daily_spend_credit":1}""",
    };

    private const string TaskClass = """
        {"name":"c","mode":"auto","start_date":"2026-11-23","end_date":"2026-12-20","subject":"mixed","difficulty":"low","intensity":"low",
         "strategy":"steady","allow_filler_courses":true,"excluded_pairs":[6],"excluded_days":[7],"hue":1,
         "items":[{"content":"i","sections":2,"deadline_at":"2026-12-01T10:00:00Z"}]}
        """;

    private const string Term = """
        {"name":"t","first_monday":"2026-11-16","weeks":20,"time_zone":"Asia/Shanghai","section_times":[{"starts":"08:00","ends":"08:45"},
         {"starts":"08:55","ends":"09:40"},{"starts":"10:15","ends":"11:00"},{"starts":"11:10","ends":"11:55"}],
         "holidays":[{"date":"2026-12-01","name":"h"}],"swap_days":[{"date":"2026-12-05","follows":"2026-12-02"}],"study_on_holidays":false}
        """;

    private const string Course = """
        {"name":"c","teacher":"t","place":"p","embeddable":true,"hue":1,"note":"n","replace_conflicts":true,
         "arrangements":[{"day":1,"section_from":3,"section_to":4,"weeks":[1,2],"teacher":"t","place":"p"}]}
        """;

    private const string PriceRule = """
        {"version":1,"confirm":true,"scene":"agent.chat","provider_name":"demo","model_name":"m","input_price_micros":2000,"output_price_micros":2000,"cached_price_micros":2000,
         "reasoning_price_micros":2000,"tiers":[{"from_input_tokens":1000,"input_price_micros":1000,"output_price_micros":1000,"cached_price_micros":1000,"reasoning_price_micros":1000}]}
        """;

    private const string Product = """
        {"code":"{product}","name_zh":"x","name_en":"x","credit_amount":1,"price_cent":1,"description_zh":"","description_en":"","currency":"CNY","status":"active","sort_order":1}
        """;

    private const string RewardRule =
        """{"source":"forum_like","name":"r","amount":1,"daily_cap":1,"status":"active","description":"d"}""";

    private int sent;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_is_sent_fails_on_our_side(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null, s =>
        {
            foreach (
                var limit in (string[])
                    [
                        "PostsPerDay",
                        "CommentsPerMinute",
                        "CommentsPerDay",
                        "ImportsPerDay",
                        "ReportsPerDay",
                        "WritesPerMinute",
                    ]
            )
                s.Settings["Forum:" + limit] = limit == "PostsPerDay" ? "1000" : "10000";
            s.Settings["UserAuth:SignInsPerMinute"] = "10000";
        });
        var user = await app.OperatorAsync();
        (await user.PatchAsync("/api/v1/auth/me", new { display_name = "Mei" })).ShouldBe(HttpStatusCode.OK);
        var ids = await SeedAsync(user);
        var document = (await app.Anonymous.FetchAsync("/openapi/v1.json")).Json;
        // All of them where a database is stricter about text and slower to serialize; a part on the other.
        var attempts = Attempts(document, ids)
            .Where((a, index) => onPostgres || a.Why == "good" || index % 5 == 0)
            .ToArray();
        var failures = new List<string>();
        foreach (
            var part in (Attempt[][])
                [
                    [.. attempts.Where(a => !a.Ends)],
                    [.. attempts.Where(a => a.Ends)],
                ]
        )
            await Parallel.ForEachAsync(
                part,
                new ParallelOptions { MaxDegreeOfParallelism = 4 },
                async (attempt, token) =>
                {
                    if (await TryAsync(user.Http, attempt, token) is { } failure)
                        lock (failures)
                            failures.Add(failure);
                }
            );
        attempts.Length.ShouldBeGreaterThan(onPostgres ? 10_000 : 2_000);
        failures.ShouldBeEmpty(string.Join("\n", failures));
        (await user.GetAsync("/api/v1/terms/current")).ShouldBe(HttpStatusCode.OK);
    }

    /// <returns>What went wrong; null: an answer as it should be.</returns>
    private async Task<string?> TryAsync(HttpClient http, Attempt attempt, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(attempt.Method), attempt.Url);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"hostile-{Interlocked.Increment(ref sent)}");
        if (attempt.Body is { } body)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Answer.ReadAsync(await http.SendAsync(request, cancellationToken));
        var said =
            $"{attempt.Method} {attempt.Url[..Math.Min(attempt.Url.Length, 120)]} {attempt.Why}: {(int)answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 40)]}";
        if ((int)answer.Status >= 500)
            return said;
        // A body that is refused as a whole would hide what its fields do.
        if (attempt.Why == "good" && answer.Status == HttpStatusCode.BadRequest)
            return said + answer.Text;
        if ((int)answer.Status < 400)
            return null;
        var json = answer.Header("Content-Type")?.Contains("json", StringComparison.Ordinal) == true;
        if (!json)
            return said;
        var named = attempt.Url.StartsWith("/v1/", StringComparison.Ordinal)
            ? answer.Json.TryGetProperty("error", out _)
            : answer.Json.TryGetProperty("code", out _);
        return named ? null : said;
    }

    /// <summary>Rows that a good body may name.</summary>
    private static async Task<Dictionary<string, string>> SeedAsync(TestUser user)
    {
        (await user.PutAsync("/api/v1/terms/current", JsonNode.Parse(Term)!)).ShouldBe(HttpStatusCode.OK);
        var studied = (
            await user.PostAsync("/api/v1/task-classes", JsonNode.Parse(TaskClass), ("Idempotency-Key", "c"))
        )
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        var item = studied.GetProperty("items")[0].GetProperty("id").ToString();
        var placed = await user.PostAsync(
            "/api/v1/schedule/placements",
            JsonNode.Parse($$"""{"item_id":{{item}},"week":2,"day":2,"section_from":1}"""),
            ("Idempotency-Key", "p")
        );
        (await user.PostAsync("/api/v1/courses", JsonNode.Parse(Course), ("Idempotency-Key", "o"))).ShouldBe(
            HttpStatusCode.Created
        );
        (
            await user.PostAsync(
                "/api/v1/plan-square/posts",
                JsonNode.Parse(
                    $$"""{"task_class_id":{{studied.GetProperty("id")}},"title":"Calculus","summary":"s","tags":["数学"]}"""
                ),
                ("Idempotency-Key", "s")
            )
        ).ShouldBe(HttpStatusCode.Created);
        var chat = await user.PostAsync("/api/v1/agent/chat", new { message = "你好" });
        return new()
        {
            ["{class}"] = studied.GetProperty("id").ToString(),
            ["{item}"] = item,
            ["{placement}"] = placed
                .ShouldBe(HttpStatusCode.Created)
                .Json.GetProperty("placed")[0]
                .GetProperty("id")
                .ToString(),
            ["{conversation}"] = chat.Header("X-Conversation-ID")!,
            ["{product}"] = (await user.GetAsync("/api/v1/admin/products"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .Single(p => p.GetProperty("product_id").GetInt64() == 1)
                .GetProperty("code")
                .GetString()!,
            ["{preview}"] = "no-such-preview",
        };
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
