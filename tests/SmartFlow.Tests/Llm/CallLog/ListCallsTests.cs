using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Gateway;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Llm.CallLog.CallFields;

namespace SmartFlow.Tests.Llm.CallLog;

/// <summary>The journal as its owner and operators read it over HTTP.</summary>
public sealed class ListCallsTests
{
    [Fact]
    public async Task A_call_is_listed_with_its_tokens_and_the_cost_that_the_ledger_booked()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = _ => new FakeAnswer
        {
            PromptTokens = 30,
            CachedTokens = 10,
            CompletionTokens = 9,
            ReasoningTokens = 4,
        };
        await f.StreamAsync("a");
        await f.SettledAsync();
        var call = (await ListAsync(f)).Single();
        var usage = call.GetProperty("usage");
        Numbers(usage, "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens").ShouldBe([20, 10, 5, 4]);
        var ledger = (await f.User.GetAsync("/api/v1/credit-store/transactions?source=charge")).Json.GetProperty(
            "items"
        )[0];
        (-ledger.GetProperty("amount_micros").GetInt64()).ShouldBe(call.GetProperty("credit_micros").GetInt64());
        call.GetProperty("event_id").GetString().ShouldBe(ledger.GetProperty("event_id").GetString());
        Texts(call, "state", "outcome", "model_name", "scene")
            .ShouldBe(["finished", "completed", CallFixture.Model, "gateway.openai"]);
        var (first, whole) = (
            call.GetProperty("first_token_ms").GetDouble(),
            call.GetProperty("duration_ms").GetDouble()
        );
        first.ShouldBeInRange(0, whole);
        call.GetProperty("attempts")[0].GetProperty("ended").GetString().ShouldBe("answered");
        call.GetProperty("house_cost").GetBoolean().ShouldBeFalse();
        call.TryGetProperty("request_hash", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Somebody_elses_calls_are_not_listed()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("mine");
        var li = await f.App.SignUpAsync("lin");
        (await li.GetAsync("/api/v1/calls")).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
        (await li.GetAsync("/api/v1/calls/summary"))
            .Json.GetProperty("total")
            .GetProperty("calls")
            .GetInt32()
            .ShouldBe(0);
        (await li.GetAsync($"/api/v1/calls?user_id={f.User.Id}"))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
        (await li.GetAsync("/api/v1/admin/calls")).ShouldBe(HttpStatusCode.Forbidden);
        (await li.GetAsync("/api/v1/admin/calls/summary")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Running_calls_come_first_and_the_others_by_their_end_page_by_page()
    {
        await using var f = await CallFixture.StartAsync();
        foreach (var key in new[] { "1", "2", "3" })
            await f.CallAsync(key);
        f.Provider.Hold();
        var running = f.CallAsync("4");
        await f.Provider.WhenReceivedAsync(4);
        (await KeysAsync(f, "page_size=2")).ShouldBe(["4", "3"]);
        (await KeysAsync(f, "page_size=2&page=2")).ShouldBe(["2", "1"]);
        (await KeysAsync(f, "page_size=2&page=3")).ShouldBe([]);
        (await KeysAsync(f, "state=sent")).ShouldBe(["4"]);
        (await KeysAsync(f, "state=finished")).ShouldBe(["3", "2", "1"]);
        (await f.User.GetAsync("/api/v1/calls/summary")).Json.GetProperty("running").GetInt32().ShouldBe(1);
        f.Provider.LetGo();
        await running;
        (await KeysAsync(f, "")).ShouldBe(["4", "3", "2", "1"]);
    }

    [Fact]
    public async Task A_filter_finds_by_model_outcome_scene_and_time()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("good");
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        (await f.OutcomeAsync("bad")).ShouldBe("provider_failed");
        await f.CallAsync("demo", CallFixture.Body(model: "demo"));
        (await KeysAsync(f, $"model={CallFixture.Model}")).ShouldBe(["bad", "good"]);
        (await KeysAsync(f, "model=demo")).ShouldBe(["demo"]);
        (await KeysAsync(f, "outcome=provider_failed")).ShouldBe(["bad"]);
        (await KeysAsync(f, "scene=agent.chat")).ShouldBe([]);
        (await KeysAsync(f, "scene=gateway.openai&outcome=completed")).ShouldBe(["demo", "good"]);
        var bad = (await ListAsync(f, "outcome=provider_failed")).Single();
        var attempt = bad.GetProperty("attempts")[0];
        (attempt.GetProperty("status").GetInt32(), attempt.GetProperty("may_bill").GetBoolean()).ShouldBe(
            (500, bad.GetProperty("house_cost").GetBoolean())
        );
        var end = Uri.EscapeDataString(
            (await ListAsync(f, "outcome=provider_failed"))[0].GetProperty("finished_at").GetString()!
        );
        (await KeysAsync(f, $"to={end}")).ShouldBe(["good"]);
        (await KeysAsync(f, $"from={end}")).ShouldBe(["demo", "bad"]);
    }

    [Theory]
    [InlineData("state=open", "state")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("page=0", "page")]
    [InlineData("page_size=101", "page_size")]
    [InlineData("model=a%00b", "model")]
    [InlineData("summary?period=1y", "period")]
    [InlineData("summary?utc_offset_minutes=1000", "utc_offset_minutes")]
    public async Task A_filter_that_makes_no_sense_is_refused_by_field(string query, string field)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var path = query.StartsWith("summary", StringComparison.Ordinal)
            ? "/api/v1/calls/" + query
            : "/api/v1/calls?" + query;
        (await mei.GetAsync(path))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty(field, out _)
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Operators_see_everybodys_calls_by_name_or_id()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("mei's");
        var boss = await f.App.OperatorAsync();
        (await boss.ChatAsync(GatewayClient.Chat("Hi", CallFixture.Model), "boss's")).ShouldBe(HttpStatusCode.OK);
        (await AllAsync(boss, "")).ShouldBe([("boss", "boss's"), ("mei", "mei's")]);
        (await AllAsync(boss, "username=MEI")).ShouldBe([("mei", "mei's")]);
        (await AllAsync(boss, $"user_id={f.User.Id}")).ShouldBe([("mei", "mei's")]);
        (await AllAsync(boss, $"user_id={f.User.Id}&username=boss")).ShouldBe([]);
        (await AllAsync(boss, "username=nobody")).ShouldBe([]);
        (await boss.GetAsync("/api/v1/admin/calls?user_id=0")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        var total = (await boss.GetAsync("/api/v1/admin/calls/summary?period=7d")).Json.GetProperty("total");
        total.GetProperty("calls").GetInt32().ShouldBe(2);
    }

    private static async Task<JsonElement[]> ListAsync(CallFixture f, string query = "") =>
        [
            .. (await f.User.GetAsync("/api/v1/calls?" + query))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];

    private static async Task<string[]> KeysAsync(CallFixture f, string query) =>
        [.. (await ListAsync(f, query)).Select(c => c.GetProperty("event_id").GetString()!)];

    private static async Task<(string, string)[]> AllAsync(TestUser boss, string query) =>
        [
            .. (await boss.GetAsync("/api/v1/admin/calls?" + query))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(c =>
                    (c.GetProperty("username").GetString()!, c.GetProperty("call").GetProperty("event_id").GetString()!)
                ),
        ];

    private static string[] Texts(JsonElement of, params string[] names) =>
        [.. names.Select(n => of.GetProperty(n).GetString()!)];
}
