using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SmartFlow.Tests;
using SmartFlow.Tests.Platform.Telemetry;

namespace SmartFlow.E2E;

public sealed partial class SplitStoryTests
{
    [Fact]
    public async Task A_turn_of_the_assistant_is_one_trace_through_its_processes_with_one_charge_a_call_and_a_notice_of_low_Credit()
    {
        using var mei = await SignUpAsync("trace-mei");
        (
            await mei.PutAsJsonAsync(
                "/api/v1/notifications/settings",
                new
                {
                    enabled = true,
                    low_balance_credit = 100,
                    daily_spend_credit = 0,
                }
            )
        ).EnsureSuccessStatusCode();
        var turn = await TracedAsync(
            mei,
            "/api/v1/agent/chat",
            new { message = "提醒我明天交作业", always_allow = true }
        );
        turn.Answer.ShouldContain("event: done");

        var trace = await WholeAsync(
            turn.Trace,
            turn.Root,
            ["gateway", "agent", "userauth", "llm", "tokenstore", "planner"]
        );
        Calls(trace).ShouldNotBeEmpty();
        (await ChargesAsync(mei)).ShouldBe(Calls(trace).Select(s => s.Tags["smartflow.event_id"]), ignoreOrder: true);

        // What the charge has led to is found later, for several charges at a time: it is a trace of its own.
        await Eventually.IsTrueAsync(
            async () =>
                (await JsonAsync(mei, "/api/v1/notifications"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Any(n => n.GetProperty("kind").GetString() == "credit.balance.low"),
            "the notice arrives"
        );
        await Eventually.IsTrueAsync(() => Task.FromResult(Told().Any()), "its handling is told");
        var told = Told().First();
        var announced = site.Collector.Spans.Single(s => s.Id == told.Parent);
        (announced.Trace, Module(announced), announced.Name).ShouldBe((told.Trace, "tokenstore", "announce credit"));

        IEnumerable<SeenSpan> Told() =>
            site.Collector.Spans.Where(s => s.Name == "process credit.balance.low" && s.Service == "notification");
    }

    [Fact]
    public async Task A_call_of_a_program_is_one_trace_with_one_charge()
    {
        using var mei = await SignUpAsync("trace-program");
        var made = await mei.PostAsJsonAsync("/api/v1/api-keys", new { name = "program" });
        mei.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()
        );
        var call = await TracedAsync(
            mei,
            "/v1/chat/completions",
            new
            {
                model = "demo",
                stream = true,
                messages = new[] { new { role = "user", content = "Hi" } },
            }
        );
        call.Answer.ShouldContain("[DONE]");

        var trace = await WholeAsync(call.Trace, call.Root, ["gateway", "userauth", "llm", "tokenstore"]);
        (Calls(trace).Count(), Settled(trace).Count()).ShouldBe((1, 1));
    }

    private async Task<HttpClient> SignUpAsync(string name)
    {
        var http = new HttpClient { BaseAddress = site.Url };
        var session = await http.PostAsJsonAsync(
            "/api/v1/auth/register",
            new { username = name, password = "correct horse battery" }
        );
        var token = (await session.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("access_token")
            .GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>A request of a client that traces: its trace, its own span and the answer.</summary>
    private static async Task<(string Trace, string Root, string Answer)> TracedAsync(
        HttpClient http,
        string path,
        object body
    )
    {
        var (trace, span) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("traceparent", $"00-{trace}-{span}-01");
        using var answer = await http.SendAsync(request);
        return (
            trace.ToHexString().ToUpperInvariant(),
            span.ToHexString().ToUpperInvariant(),
            await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()
        );
    }

    /// <summary>
    /// The trace as soon as each of these modules has told of it, every charge is settled and every span hangs on one
    /// that is there.
    /// </summary>
    private async Task<IReadOnlyList<SeenSpan>> WholeAsync(string trace, string root, IReadOnlyList<string> modules)
    {
        IReadOnlyList<SeenSpan> spans = [];
        try
        {
            await Eventually.IsTrueAsync(
                () =>
                {
                    spans = [.. site.Collector.Spans.Where(s => s.Trace == trace)];
                    return Task.FromResult(
                        modules.All(m => spans.Any(s => Module(s) == m))
                            && Calls(spans).Count() == Settled(spans).Count()
                            && !Lost().Any()
                    );
                },
                $"one tree of {string.Join(", ", modules)}"
            );
            return spans;
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException(
                $"Without a parent: {string.Join("; ", Lost())}\nAll: {string.Join("\n", spans)}",
                e
            );
        }

        IEnumerable<SeenSpan> Lost()
        {
            var known = spans.Select(s => s.Id).Append(root).ToHashSet();
            return spans.Where(s => !known.Contains(s.Parent));
        }
    }

    private static IEnumerable<SeenSpan> Calls(IEnumerable<SeenSpan> trace) => trace.Where(s => s.Name == "chat demo");

    private static IEnumerable<SeenSpan> Settled(IEnumerable<SeenSpan> trace) =>
        trace.Where(s =>
            s.Name == "process credit.charge.requested" && s.Tags.GetValueOrDefault("smartflow.settlement") == "Applied"
        );

    /// <summary>llm-2 is one of llm's processes.</summary>
    private static string Module(SeenSpan span) => span.Service.Split('-')[0];

    private static async Task<IEnumerable<string>> ChargesAsync(HttpClient user)
    {
        await Eventually.IsTrueAsync(
            async () =>
                (await JsonAsync(user, "/api/v1/credit-store/summary")).GetProperty("held_micros").GetInt64() == 0,
            "nothing is held"
        );
        return
        [
            .. (await JsonAsync(user, "/api/v1/credit-store/transactions?source=charge&page_size=100"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(t => t.GetProperty("event_id").GetString()!),
        ];
    }

    private static Task<JsonElement> JsonAsync(HttpClient http, string path) =>
        http.GetFromJsonAsync<JsonElement>(path);
}
