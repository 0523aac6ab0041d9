using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Snapshots;
using SmartFlow.Platform.Web;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Hosts;

/// <summary>
/// What hosts tell each other through Redis, and that nothing is admitted, refused or lost by what Redis says or does
/// not say.
/// </summary>
public sealed class TwoHostsOnRedisTests(TwoHostsOnRedis hosts) : IClassFixture<TwoHostsOnRedis>
{
    private const string Me = "/api/v1/auth/me";

    public enum Fault
    {
        Stopped,
        Flushed,
        Paused,
        OldDump,
    }

    [Theory]
    [InlineData(Fault.Stopped)]
    [InlineData(Fault.Flushed)]
    [InlineData(Fault.Paused)]
    [InlineData(Fault.OldDump)]
    public async Task Whatever_befalls_Redis_calls_are_admitted_by_the_ledger_and_its_snapshots_converge(Fault fault)
    {
        var mei = await hosts.One.SignUpAsync($"fault{fault}");
        var (here, there) = (hosts.At(hosts.One, mei), hosts.At(hosts.Other, mei));
        (await here.OutcomeAsync("probe")).ShouldBe("ok");
        await hosts.SettledAsync(mei);
        var hold = (await here.CallViewAsync("probe")).HoldMicros;
        // What an old dump says of this user: nothing left.
        await here.SetBalanceAsync(0);
        var dump = await hosts.Redis.DumpAsync();
        await here.SetBalanceAsync(hold * 3);
        hosts.Provider.Forget();
        hosts.Provider.Hold();
        switch (fault)
        {
            case Fault.Stopped:
                await hosts.Redis.StopAsync();
                break;
            case Fault.Flushed:
                await hosts.Redis.FlushAsync();
                break;
            case Fault.Paused:
                await hosts.Redis.PauseAsync();
                break;
            default:
                await hosts.Redis.RestoreAsync(dump);
                break;
        }

        var calls = Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? here : there).OutcomeAsync($"call-{i}")).ToList();
        await Eventually.IsTrueAsync(() => Task.FromResult(calls.Count(c => c.IsCompleted) == 17), "17 refusals");
        await hosts.Provider.WhenReceivedAsync(3);
        if (fault is Fault.Stopped or Fault.Paused)
            foreach (var host in new[] { hosts.One, hosts.Other })
            {
                var ready = await host.Anonymous.GetAsync("/readyz");
                ready.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await ready.Content.ReadAsStringAsync()).ShouldContain("degraded");
            }
        hosts.Provider.LetGo();
        (await Task.WhenAll(calls)).Count(o => o == "ok").ShouldBe(3);
        hosts.Provider.Received.Count.ShouldBe(3);

        // A top-up while Redis is away, or by a dump that says 0, is believed by both.
        await here.SetBalanceAsync(50_000_000);
        (await there.OutcomeAsync("during")).ShouldBe("ok");
        if (fault == Fault.Stopped)
            await hosts.Redis.StartAsync();
        if (fault == Fault.Paused)
            await hosts.Redis.ResumeAsync();
        foreach (var host in new[] { hosts.One, hosts.Other })
            await TwoHostsOnRedis.AnsweredAsync(host);
        (await here.OutcomeAsync("after")).ShouldBe("ok");
        await hosts.SettledAsync(mei);
        var row = await TwoHosts.OwnRowAsync(hosts.One, mei);
        await Eventually.IsTrueAsync(
            async () =>
                await hosts.Other.Services.GetRequiredService<IBalanceSnapshots>().GetAsync(mei.Id, default)
                    is { } known
                && known.Rev == row.Rev
                && known.PostedMicros == row.BalanceMicros,
            "the snapshot is the ledger's"
        );
        (await here.FindingsAsync()).ShouldNotContain(f => f.Check.StartsWith("a snapshot"));
    }

    [Fact]
    public async Task A_session_that_ends_at_one_host_ends_at_the_other_at_once()
    {
        await AwakeAsync();
        var mei = await hosts.One.SignUpAsync("quits");
        (await AtOtherAsync(Me, mei.AccessToken)).ShouldBe(HttpStatusCode.OK);
        (await mei.PostAsync("/api/v1/auth/logout")).ShouldBe(HttpStatusCode.NoContent);
        await Eventually.IsTrueAsync(
            async () => await AtOtherAsync(Me, mei.AccessToken) == HttpStatusCode.Unauthorized,
            "the end of the session"
        );
    }

    [Fact]
    public async Task Who_is_disabled_at_one_host_loses_key_and_running_call_at_the_other_at_once()
    {
        await AwakeAsync();
        var (boss, mei) = (await hosts.One.OperatorAsync("redis-boss"), await hosts.One.SignUpAsync("disabled"));
        var key = await mei.CreateApiKeyAsync();
        (await AtOtherAsync("/v1/models", key)).ShouldBe(HttpStatusCode.OK);
        hosts.Provider.Forget();
        hosts.Provider.Hold();
        var call = hosts.Other.Anonymous.PostAsync(
            "/v1/chat/completions",
            new { model = CallFixture.Model, messages = new[] { new { role = "user", content = "Hi" } } },
            ("Authorization", $"Bearer {key}")
        );
        await hosts.Provider.WhenReceivedAsync(1);
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/disable", new { reason = "a stolen account" })).ShouldBe(
            HttpStatusCode.OK
        );
        await Should.ThrowAsync<HttpRequestException>(() => call);
        hosts.Provider.LetGo();
        await Eventually.IsTrueAsync(
            async () => await AtOtherAsync("/v1/models", key) == HttpStatusCode.Unauthorized,
            "the end of the key"
        );
    }

    [Fact]
    public async Task Guesses_of_a_password_count_over_both_hosts_and_a_right_one_forgets_them_for_both()
    {
        await AwakeAsync();
        await hosts.One.SignUpAsync("guessed");
        SmartFlowApp[] both = [hosts.One, hosts.Other];
        for (var i = 0; i < 4; i++)
            (await LoginAsync(both[i % 2], "not this one")).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        (await LoginAsync(both[0], TestUser.DefaultPassword)).ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 5; i++)
            (await LoginAsync(both[i % 2], "not this one")).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        foreach (var host in both)
            (await LoginAsync(host, TestUser.DefaultPassword)).ShouldBeRefused(ErrorCodes.AccountLocked);
    }

    [Fact]
    public async Task What_is_allowed_a_minute_is_allowed_once_for_both_and_once_for_each_while_Redis_is_away()
    {
        await AwakeAsync();
        using var here = new Pace("test", hosts.One.Services.GetRequiredService<ISharedCounts>(), 7);
        using var there = new Pace("test", hosts.Other.Services.GetRequiredService<ISharedCounts>(), 7);
        async Task<int> TakeAsync(string key)
        {
            var took = await Task.WhenAll(
                Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? here : there).TakeAsync(key, "too many").AsTask())
            );
            foreach (var refused in took.Where(t => t is not null))
                refused!.RetryAfter!.Value.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(1));
            return took.Count(t => t is null);
        }
        (await TakeAsync("shared")).ShouldBe(7);
        await hosts.Redis.PauseAsync();
        (await TakeAsync("alone")).ShouldBe(14);
        await hosts.Redis.ResumeAsync();
    }

    [Fact]
    public async Task A_finished_answer_is_found_without_the_database_and_another_body_still_asks_it()
    {
        await AwakeAsync();
        var mei = await hosts.One.SignUpAsync("repeats");
        var body = new { title = "read chapter 3" };
        var first = await mei.PostAsync("/api/v1/tasks", body, ("Idempotency-Key", "once"));
        first.ShouldBe(HttpStatusCode.Created);
        await hosts.RunAsync(
            "UPDATE planner.idempotent_requests SET status = 0, runs_until = 9000000000000000 WHERE key = 'once'"
        );
        var auth = ("Authorization", $"Bearer {mei.AccessToken}");
        var again = await hosts.Other.Anonymous.PostAsync("/api/v1/tasks", body, ("Idempotency-Key", "once"), auth);
        again.ShouldBe(HttpStatusCode.Created);
        again.Json.ToString().ShouldBe(first.Json.ToString());
        (
            await hosts.Other.Anonymous.PostAsync(
                "/api/v1/tasks",
                new { title = "another" },
                ("Idempotency-Key", "once"),
                auth
            )
        ).ShouldBeRefused(ErrorCodes.KeyReused);
        await hosts.Redis.FlushAsync();
        // What Redis does not have the database decides: here that the first still runs.
        (
            await hosts.Other.Anonymous.PostAsync("/api/v1/tasks", body, ("Idempotency-Key", "once"), auth)
        ).ShouldBeRefused(ErrorCodes.InFlight);
    }

    private async Task AwakeAsync()
    {
        foreach (var host in new[] { hosts.One, hosts.Other })
            await TwoHostsOnRedis.AnsweredAsync(host);
    }

    private async Task<HttpStatusCode> AtOtherAsync(string path, string bearer) =>
        (await hosts.Other.Anonymous.FetchAsync(path, ("Authorization", $"Bearer {bearer}"))).Status;

    private static Task<Answer> LoginAsync(SmartFlowApp host, string password) =>
        host.Anonymous.PostAsync("/api/v1/auth/login", new { username = "guessed", password });
}
