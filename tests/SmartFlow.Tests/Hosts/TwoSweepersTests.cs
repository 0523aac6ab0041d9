using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Calls;
using SmartFlow.Planner;
using SmartFlow.Platform.Reconcile;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Alerts;
using SmartFlow.TokenStore.Charging;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Sealing;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.Tests.Hosts;

/// <summary>
/// What runs in the background runs in every host: it leaves what lives alone, and what two do at once is done once.
/// </summary>
public sealed class TwoSweepersTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    [Theory]
    [InlineData(0)]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public async Task Running_calls_of_a_host_that_lives_are_left_alone_whatever_the_others_clock_says(int skewSeconds)
    {
        var judge = await hosts.StartAsync();
        judge.Clock.Skew = TimeSpan.FromSeconds(skewSeconds);
        var mei = await hosts.One.SignUpAsync($"skew{skewSeconds}".Replace('-', 'm'));
        var here = hosts.At(hosts.One, mei);
        hosts.Provider.Forget();
        hosts.Provider.Hold();
        var name = $"running{skewSeconds}";
        var call = here.OutcomeAsync(name);
        await hosts.Provider.WhenReceivedAsync(1);
        await JudgeAsync(judge);
        (await StateAsync(name)).ShouldBe("sent");
        hosts.Provider.LetGo();
        (await call).ShouldBe("ok");
        (await here.CallViewAsync(name)).Outcome.ShouldBe("completed");
        await judge.StopAsync();
    }

    [Fact]
    public async Task A_host_that_stops_gives_signs_until_its_last_call_has_ended()
    {
        var leaving = await hosts.StartAsync();
        var mei = await hosts.One.SignUpAsync("drained");
        hosts.Provider.Forget();
        hosts.Provider.Hold();
        using var gone = new CancellationTokenSource();
        var call = hosts.At(leaving, mei).CallAsync("drained", cancellationToken: gone.Token);
        await hosts.Provider.WhenReceivedAsync(1);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        var stop = leaving.StopAsync();
        var owner = leaving.Services.GetRequiredService<Journal>().Owner;
        await hosts.RunAsync($"UPDATE llm.llm_owners SET alive_until = 1 WHERE owner = '{owner}'");
        await Eventually.IsTrueAsync(
            async () =>
                await hosts.ScalarAsync<long>(
                    $"SELECT coalesce(max(alive_until), 0) FROM llm.llm_owners WHERE owner = '{owner}'"
                ) > 1,
            "a sign of life"
        );
        hosts.Provider.LetGo();
        await stop;
        (await StateAsync("drained")).ShouldBe("finished");
    }

    [Fact]
    public async Task Leases_that_ran_out_while_the_database_was_away_condemn_nobody()
    {
        var judge = await hosts.StartAsync();
        await SteadyAsync(judge);
        // The database is away for longer than a lease: nobody could give a sign, the judge neither.
        judge.Clock.Advance(LifeSigns.Lease);
        await AddCallAsync("away", "lives-but-could-not-say-so", "sent");
        await hosts.RunAsync(
            "INSERT INTO llm.llm_owners (owner, alive_until) VALUES ('lives-but-could-not-say-so', 1000000)"
        );
        await SweepAsync(judge);
        (await StateAsync("away")).ShouldBe("sent");
        await ShowAsync(judge);
        await SweepAsync(judge);
        (await StateAsync("away")).ShouldBe("sent");
        // Had it been alive it would have said so by now.
        await JudgeAsync(judge);
        (await StateAsync("away")).ShouldBe("suspense");
        await judge.StopAsync();
    }

    [Fact]
    public async Task What_a_living_host_has_put_aside_is_settled_by_itself_alone()
    {
        var judge = await hosts.StartAsync();
        var owner = hosts.One.Services.GetRequiredService<Journal>().Owner;
        await AddCallAsync("aside", owner, "suspense");
        await JudgeAsync(judge);
        (await StateAsync("aside")).ShouldBe("suspense");
        await SweepAsync(hosts.One);
        (await StateAsync("aside")).ShouldBe("settled");
        await judge.StopAsync();
    }

    [Fact]
    public async Task A_call_whose_hold_is_given_back_late_is_not_begun_anew_before_that()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = await hosts.StartAsync(s =>
            s.Services = services =>
            {
                var real = services.Last(d => d.ServiceType == typeof(ICreditLedger));
                services.AddSingleton<ICreditLedger>(p =>
                    SlowRelease.Over(
                        (ICreditLedger)ActivatorUtilities.CreateInstance(p, real.ImplementationType!),
                        reached,
                        gate.Task
                    )
                );
            }
        );
        var mei = await hosts.One.SignUpAsync("late");
        var here = hosts.At(hosts.One, mei);
        await AddCallAsync("late-release", "dead", "started", mei.Id);
        var sweep = JudgeAsync(slow);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await JudgeAsync(hosts.Other);
        hosts.Provider.Forget();
        hosts.Provider.Hold();
        var repeat = here.OutcomeAsync("late-release");
        var gone =
            await hosts.ScalarAsync<long>(
                "SELECT count(*) FROM llm.llm_calls WHERE event_id = 'late-release' AND owner = 'dead'"
            ) == 0;
        if (
            gone
            && await hosts.ScalarAsync<long>("SELECT count(*) FROM llm.llm_calls WHERE event_id = 'late-release'") == 0
        )
            await hosts.Provider.WhenReceivedAsync(1);
        gate.SetResult();
        await sweep;
        await hosts.Provider.WhenReceivedAsync(1);
        (
            await hosts.ScalarAsync<long>(
                "SELECT count(*) FROM tokenstore.credit_holds WHERE event_id = 'late-release'"
            )
        ).ShouldBe(1);
        hosts.Provider.LetGo();
        await repeat;
        await slow.StopAsync();
    }

    [Fact]
    public async Task Both_hosts_clean_up_at_once_and_each_thing_ends_once()
    {
        SmartFlowApp[] both = [hosts.One, hosts.Other];
        var mei = await hosts.One.SignUpAsync("swept");
        var here = hosts.At(hosts.One, mei);
        var pack = await hosts.One.PackAsync(mei, "credit_starter_1000");
        for (var i = 0; i < 30; i++)
            await hosts.One.OrderAsync(mei, pack, 1, $"stale{i}");
        await hosts.RunAsync("UPDATE tokenstore.credit_orders SET created_at = 1");
        for (var i = 0; i < 40; i++)
            await hosts
                .One.Services.GetRequiredService<LedgerWorker>()
                .SubmitAsync(new Reserve((long)mei.Id, $"hold{i}", 1_000, TimeSpan.FromHours(1)));
        await hosts.RunAsync("UPDATE tokenstore.credit_holds SET expires_at = 1 WHERE event_id LIKE 'hold%'");
        for (var i = 0; i < 10; i++)
            await hosts.One.SignInAsync("swept");
        await hosts.RunAsync(
            "UPDATE userauth.refresh_tokens SET expires_at = 1; UPDATE userauth.sessions SET expires_at = 1"
        );
        await hosts.RunAsync("UPDATE tokenstore.idempotent_requests SET created_at = 1");
        await here.SetBalanceAsync(1_000_000);

        async Task<long> SumAsync(Func<SmartFlowApp, Task<long>> work) =>
            (await Task.WhenAll(both.Select(h => Task.Run(() => work(h))))).Sum();
        (
            await SumAsync(async h => await h.Services.GetRequiredService<CloseStaleOrders>().SweepAsync(default))
        ).ShouldBe(30);
        // Of a hold that both saw each counts what it gave back itself.
        (
            await SumAsync(h =>
                h.Services.GetServices<IHostedService>().OfType<ExpireHolds>().Single().SweepAsync(default)
            )
        ).ShouldBe(40);
        (await TwoHosts.OwnRowAsync(hosts.One, mei)).HeldMicros.ShouldBe(0);
        (await SumAsync(async h => await h.Services.GetRequiredService<WatchCredit>().LookAsync(default))).ShouldBe(1);
        await SumAsync(async h =>
        {
            for (var n = 1; n > 0; )
                n = await h.Services.GetRequiredService<SealLedger>().SealAsync(default);
            await h.Services.GetRequiredService<SessionCleanUp>().RunOnceAsync(default);
            await h.Services.GetRequiredService<IdempotencyCleanUp>().RunOnceAsync(default);
            await h.Services.GetRequiredService<ResultCleanUp>().RunOnceAsync(default);
            foreach (var previews in h.Services.GetServices<IHostedService>().OfType<PreviewCleanUp>())
                await previews.RunOnceAsync(default);
            return 0;
        });
        (await hosts.ScalarAsync<long>("SELECT count(*) FROM userauth.sessions WHERE expires_at = 1")).ShouldBe(0);
        (
            await hosts.ScalarAsync<long>("SELECT count(*) FROM tokenstore.idempotent_requests WHERE created_at = 1")
        ).ShouldBe(0);
        var report = await hosts.One.Services.GetRequiredService<Reconciler>().RunAsync(default);
        report.Checks.Where(c => c.Name is "ledger" or "seals").SelectMany(c => c.Differences).ShouldBeEmpty();
    }

    private static Task ShowAsync(SmartFlowApp host) =>
        host.Services.GetRequiredService<LifeSigns>().ShowAsync(default);

    /// <summary>Until it has lived long enough, without a gap, to judge others.</summary>
    private static async Task SteadyAsync(SmartFlowApp host)
    {
        for (var i = 0; i < 500 && !host.Services.GetRequiredService<LifeSigns>().MayJudge; i++)
        {
            await ShowAsync(host);
            host.Clock.Advance(LifeSigns.Lease / 12);
        }
    }

    /// <summary>A sweep by a host that may judge, while the others have just given a sign.</summary>
    private async Task JudgeAsync(SmartFlowApp judge)
    {
        var signs = judge.Services.GetRequiredService<LifeSigns>();
        for (var i = 0; i < 20; i++)
        {
            await SteadyAsync(judge);
            await Task.WhenAll(ShowAsync(hosts.One), ShowAsync(hosts.Other));
            await SweepAsync(judge);
            // Then it could all the time; else the machine was too slow for it.
            if (signs.MayJudge)
                return;
        }
        Assert.Fail("It never lived long enough without a gap.");
    }

    private static Task<int> SweepAsync(SmartFlowApp host) =>
        host.Services.GetRequiredService<Recovery>().SweepAsync(default);

    private Task<string> StateAsync(string eventId) =>
        hosts.ScalarAsync<string>($"SELECT state FROM llm.llm_calls WHERE event_id = '{eventId}'");

    /// <summary>A call as another process has left it, priced as every call of this provider.</summary>
    private async Task AddCallAsync(string eventId, string owner, string state, ulong? userId = null)
    {
        var other = await hosts.One.SignUpAsync("of-" + eventId);
        var here = hosts.At(hosts.One, other);
        (await here.OutcomeAsync("template")).ShouldBe("ok");
        await hosts.SettledAsync(other);
        await hosts.RunAsync(
            $"""
            INSERT INTO llm.llm_calls (user_id, event_id, request_hash, scene, request_id, conversation_id, model_alias, skip_charge, stream,
                state, owner, candidates, candidate, text_bytes, messages, images, output_limit, hold_micros, outcome, input_tokens,
                output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, estimated, cost_micro_yuan, credit_micros, attempts,
                started_at, api_key_id, counted, counted_tokens, suspense_until)
            SELECT {userId
                ?? other.Id}, '{eventId}', request_hash, scene, request_id, conversation_id, model_alias, skip_charge, stream,
                '{state}', '{owner}', candidates, candidate, text_bytes, messages, images, output_limit, hold_micros, '', 0,
                0, 0, 0, 0, false, 0, 0, '[]',
                started_at, api_key_id, counted, counted_tokens, CASE '{state}' WHEN 'suspense' THEN 1 END
            FROM llm.llm_calls WHERE user_id = {other.Id}
            """
        );
    }
}
