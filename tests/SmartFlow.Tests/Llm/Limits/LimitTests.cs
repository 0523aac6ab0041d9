using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm.Limits;

/// <summary>What users, scenes and API keys may use: failures 2 and 4 of docs/failures.md.</summary>
public sealed class LimitTests(PostgresServer postgres)
{
    [Fact]
    public async Task Of_60_parallel_calls_at_a_limit_of_7_exactly_7_are_admitted()
    {
        await using var f = await StartAsync(("User:RequestsPerDay", "7"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => f.OutcomeAsync($"call-{i}")));
        outcomes.Count(o => o == "ok").ShouldBe(7);
        outcomes.Count(o => o == "limit_reached").ShouldBe(53);
        f.Provider.Received.Count.ShouldBe(7);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_limit_counts_once_for_all_processes_and_not_once_for_each()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var f = await StartAsync(
            ("User:RequestsPerDay", "9"),
            ("User:TokensPerMonth", "1000000"),
            ("ApiKey:RequestsPerMinute", "50"),
            ("Data", database)
        );
        await using var other = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Data:ConnectionString"] = database;
            s.Settings["Llm:BaseUrl"] = f.Provider.BaseUrl;
            s.Settings["Llm:Model"] = CallFixture.Model;
            s.Settings["Llm:Limits:User:RequestsPerDay"] = "9";
            s.Settings["Llm:Limits:User:TokensPerMonth"] = "1000000";
            s.Settings["Llm:Limits:ApiKey:RequestsPerMinute"] = "50";
        });
        ILlm[] processes = [f.Llm, other.Services.GetRequiredService<ILlm>()];
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    Task.Run(() => OutcomeAsync(processes[i % 2], f.Billing($"call-{i}") with { ApiKeyId = 1 + i % 3 }))
                )
        );
        outcomes.Count(o => o == "ok").ShouldBe(9, string.Join(' ', outcomes.Distinct()));
        outcomes.Count(o => o == "limit_reached").ShouldBe(51);
        f.Provider.Received.Count.ShouldBe(9);
        await Eventually.IsTrueAsync(() => AgreesAsync(f.App, "limits", "calls"), "what is counted is what was called");
    }

    [Fact]
    public async Task A_refusal_names_the_limit_what_is_used_and_when_it_starts_again_and_leaves_nothing()
    {
        await using var f = await StartAsync(("User:RequestsPerDay", "1"));
        f.App.Clock.SetTo(new DateTimeOffset(2026, 3, 31, 23, 0, 0, TimeSpan.Zero));
        (await f.OutcomeAsync("first")).ShouldBe("ok");
        await f.SettledAsync();
        var refused = await Should.ThrowAsync<RefusedException>(() => f.CallAsync("second"));
        refused.Code.ShouldBe(ErrorCodes.LimitReached);
        refused.Extensions!["limit_subject"].ShouldBe("user");
        refused.Extensions["limit_unit"].ShouldBe("requests");
        refused.Extensions["limit_period"].ShouldBe("day");
        refused.Extensions["limit_size"].ShouldBe(1L);
        refused.Extensions["limit_used"].ShouldBe(1L);
        refused.Extensions["resets_at"].ShouldBe(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        refused.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
        (await Should.ThrowAsync<RefusedException>(() => f.CallViewAsync("second"))).Code.ShouldBe(ErrorCodes.NotFound);
        (await f.BalanceAsync()).HeldMicros.ShouldBe(0);
        (await f.FindingsAsync()).ShouldBeEmpty();

        f.App.Clock.Advance(TimeSpan.FromHours(1));
        (await f.OutcomeAsync("second")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_repeat_of_a_finished_call_is_answered_at_the_limit()
    {
        await using var f = await StartAsync(("User:RequestsPerMonth", "1"));
        await f.CallAsync("a");
        (await f.OutcomeAsync("b")).ShouldBe("limit_reached");
        (await f.CallAsync("a")).Receipt.Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_running_call_counts_with_its_worst_case_and_an_ended_one_with_what_it_used()
    {
        // 12 tokens are used and 100 + 18 may be needed: two calls one after the other, not at once.
        await using var f = await StartAsync(("User:TokensPerDay", "140"), ("User:CreditPerDay", "0.4"));
        f.Provider.Hold();
        var first = f.OutcomeAsync("a");
        await f.Provider.WhenReceivedAsync(1);
        var refused = await Should.ThrowAsync<RefusedException>(() => f.CallAsync("b"));
        refused.Code.ShouldBe(ErrorCodes.LimitReached);
        refused.Extensions!["limit_unit"].ShouldBe("tokens");
        f.Provider.LetGo();
        (await first).ShouldBe("ok");
        (await f.OutcomeAsync("b")).ShouldBe("ok");
        (await f.OutcomeAsync("c")).ShouldBe("limit_reached");
        await f.SettledAsync();
    }

    [Fact]
    public async Task Credit_is_limited_by_what_a_call_may_cost()
    {
        await using var f = await StartAsync(("User:CreditPerMonth", "0.1"));
        var refused = await Should.ThrowAsync<RefusedException>(() => f.CallAsync("a"));
        refused.Extensions!["limit_unit"].ShouldBe("credit_micros");
        refused.Extensions["limit_size"].ShouldBe(100_000L);
        refused.Message.ShouldContain("ask for a shorter answer");
        (await f.OutcomeAsync("b", CallFixture.Body(maxTokens: 20))).ShouldBe("ok");
    }

    [Fact]
    public async Task What_failed_or_could_not_be_paid_is_given_back()
    {
        await using var f = await StartAsync(("User:RequestsPerDay", "1"));
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        (await f.OutcomeAsync("a")).ShouldBe("provider_failed");
        f.Provider.Answers = _ => new FakeAnswer();
        await f.SetBalanceAsync(1);
        (await f.OutcomeAsync("b")).ShouldBe("insufficient_credit");
        await f.SetBalanceAsync(100_000_000);
        (await f.FindingsAsync()).ShouldBeEmpty();
        (await f.OutcomeAsync("a")).ShouldBe("ok");
        (await f.OutcomeAsync("b")).ShouldBe("limit_reached");
        await f.SettledAsync();
    }

    [Fact]
    public async Task Only_so_many_calls_run_at_once()
    {
        await using var f = await StartAsync(("User:ConcurrentCalls", "2"));
        f.Provider.Hold();
        var running = new[] { f.OutcomeAsync("a"), f.OutcomeAsync("b") };
        await f.Provider.WhenReceivedAsync(2);
        var refused = await Should.ThrowAsync<RefusedException>(() => f.CallAsync("c"));
        refused.Extensions!["limit_period"].ShouldBe("running");
        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        f.Provider.LetGo();
        (await Task.WhenAll(running)).ShouldAllBe(o => o == "ok");
        (await f.OutcomeAsync("c")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_scene_and_a_key_are_limited_by_themselves()
    {
        await using var f = await StartAsync(
            (@"Scenes:agent.chat:RequestsPerDay", "1"),
            ("ApiKey:RequestsPerDay", "2")
        );
        var chat = f.Billing("") with { Scene = Scenes.AgentChat };
        (await OutcomeAsync(f.Llm, chat with { EventId = "a" })).ShouldBe("ok");
        (await OutcomeAsync(f.Llm, chat with { EventId = "b" })).ShouldBe("limit_reached");
        var key = f.Billing("") with { ApiKeyId = 3 };
        (await OutcomeAsync(f.Llm, key with { EventId = "c" })).ShouldBe("ok");
        (await OutcomeAsync(f.Llm, key with { EventId = "d" })).ShouldBe("ok");
        (await OutcomeAsync(f.Llm, key with { EventId = "e" })).ShouldBe("limit_reached");
        (await OutcomeAsync(f.Llm, key with { EventId = "f", ApiKeyId = 4 })).ShouldBe("ok");
        (await f.OutcomeAsync("g")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_cap_that_is_set_in_the_middle_of_a_day_counts_what_was_used_before()
    {
        await using var f = await StartAsync();
        var key = f.Billing("") with { ApiKeyId = 3 };
        (await OutcomeAsync(f.Llm, key with { EventId = "a" })).ShouldBe("ok");
        var capped = key with { Caps = new(CreditMicrosPerDay: CallFixture.UsualCostMicros + 1) };
        var refused = await Should.ThrowAsync<RefusedException>(() =>
            f.Llm.GenerateTextAsync(capped with { EventId = "b" }, CallFixture.Body(), default)
        );
        refused.Extensions!["limit_subject"].ShouldBe("api_key");
        refused.Extensions["limit_used"].ShouldBe(CallFixture.UsualCostMicros);
        (await f.FindingsAsync()).Where(x => !x.Pending).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_smaller_of_a_keys_cap_and_the_default_holds()
    {
        await using var f = await StartAsync(("ApiKey:RequestsPerMinute", "1"));
        var key = f.Billing("") with { ApiKeyId = 3, Caps = new(RequestsPerMinute: 5) };
        (await OutcomeAsync(f.Llm, key with { EventId = "a" })).ShouldBe("ok");
        (await OutcomeAsync(f.Llm, key with { EventId = "b" })).ShouldBe("limit_reached");
        f.App.Clock.Advance(TimeSpan.FromMinutes(1));
        (await OutcomeAsync(f.Llm, key with { EventId = "b" })).ShouldBe("ok");
    }

    [Fact]
    public async Task Below_v1_a_refusal_has_OpenAIs_shape_and_says_when_to_come_again()
    {
        await using var f = await StartAsync(("User:RequestsPerMinute", "0"));
        var answer = await f.User.PostAsync(
            "/v1/chat/completions",
            new { model = CallFixture.Model, messages = new[] { new { role = "user", content = "Hi" } } }
        );
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        var error = answer.Json.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("rate_limit_error");
        error.GetProperty("code").GetString().ShouldBe("limit_reached");
        error.GetProperty("limit_period").GetString().ShouldBe("minute");
        int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeInRange(1, 60);
    }

    private static Task<CallFixture> StartAsync(params (string Name, string Value)[] limits) =>
        CallFixture.StartAsync(s =>
        {
            foreach (var (name, value) in limits)
                s.Settings[name == "Data" ? "Data:ConnectionString" : "Llm:Limits:" + name] = value;
        });

    /// <summary>Without the balance snapshots, which each of two processes keeps for itself.</summary>
    private static async Task<bool> AgreesAsync(SmartFlowApp app, params string[] checks)
    {
        foreach (var check in app.Services.GetServices<IReconciliation>().Where(c => checks.Contains(c.Name)))
        await foreach (var _ in check.CheckAsync(default))
            return false;
        return true;
    }

    private static async Task<string> OutcomeAsync(ILlm llm, BillingContext billing)
    {
        try
        {
            await llm.GenerateTextAsync(billing, CallFixture.Body(), default);
            return "ok";
        }
        catch (RefusedException e)
        {
            return e.Code.Code;
        }
    }
}
