using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform;
using SmartFlow.Platform.Snapshots;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.Tests.Llm.Calls;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Hosts;

/// <summary>
/// What one host changed holds at another on the same PostgreSQL, at once or within the bound that docs/operating.md
/// says.
/// </summary>
public sealed class TwoHostsTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    [Fact]
    public async Task A_top_up_at_one_host_opens_the_gate_at_the_other()
    {
        var mei = await hosts.One.SignUpAsync("topped");
        var (here, there) = (hosts.At(hosts.One, mei), hosts.At(hosts.Other, mei));
        await here.SetBalanceAsync(0);
        (await there.OutcomeAsync("before")).ShouldBe("insufficient_credit");
        await here.SetBalanceAsync(50_000_000);
        hosts.Other.Clock.Advance(TimeSpan.FromSeconds(2));
        (await there.OutcomeAsync("after")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_refusal_is_believed_for_its_bound_and_costs_no_second_look_until_then()
    {
        var patient = await hosts.StartAsync(s => s.Settings["TokenStore:RefusalSeconds"] = "600");
        var mei = await hosts.One.SignUpAsync("patient");
        var (here, there) = (hosts.At(hosts.One, mei), hosts.At(patient, mei));
        await here.SetBalanceAsync(0);
        (await there.OutcomeAsync("first")).ShouldBe("insufficient_credit");
        await here.SetBalanceAsync(50_000_000);
        (await there.OutcomeAsync("within")).ShouldBe("insufficient_credit");
        patient.Clock.Advance(TimeSpan.FromSeconds(601));
        (await there.OutcomeAsync("after")).ShouldBe("ok");
    }

    [Fact]
    public async Task A_host_that_took_a_user_for_rich_learns_it_from_the_refused_hold()
    {
        var mei = await hosts.One.SignUpAsync("poorer");
        var (here, there) = (hosts.At(hosts.One, mei), hosts.At(hosts.Other, mei));
        (await there.OutcomeAsync("rich")).ShouldBe("ok");
        await hosts.SettledAsync(mei);
        await here.SetBalanceAsync(0);
        (await there.OutcomeAsync("poor")).ShouldBe("insufficient_credit");
        var cached = await hosts.Other.Services.GetRequiredService<IBalanceSnapshots>().GetAsync(mei.Id, default);
        cached!.Value.PostedMicros.ShouldBe(0);
    }

    [Fact]
    public async Task A_quote_is_made_from_the_ledgers_own_row()
    {
        var mei = await hosts.One.SignUpAsync("quoted");
        var there = hosts.At(hosts.Other, mei);
        (await there.OutcomeAsync("seen")).ShouldBe("ok");
        await hosts.SettledAsync(mei);
        await hosts.At(hosts.One, mei).SetBalanceAsync(77_000_000);
        var quote = await there.Llm.QuoteCallAsync(
            new QuoteCallRequest
            {
                UserId = mei.Id,
                Scene = Scenes.GatewayOpenAi,
                Body = Google.Protobuf.ByteString.CopyFrom(CallFixture.Body()),
            },
            default
        );
        quote.AvailableMicros.ShouldBe(77_000_000);
    }

    [Fact]
    public async Task A_price_that_was_saved_at_one_host_is_in_force_at_the_other_within_its_bound()
    {
        var mei = await hosts.One.SignUpAsync("priced");
        var (here, there) = (hosts.At(hosts.One, mei), hosts.Other.Services.GetRequiredService<PriceTable>());
        await here.PriceAsync(new SavePriceRuleRequest("", "", "two-hosts-model", 1_234_567, 1_000_000));
        await Eventually.IsTrueAsync(
            () =>
                Task.FromResult(
                    there
                        .Resolve(Scenes.GatewayOpenAi, "any", "two-hosts-model", TimeProvider.System.GetUtcNow())
                        ?.InputPriceMicros == 1_234_567
                ),
            "the other host's price"
        );
    }

    [Fact]
    public async Task Of_many_that_find_a_dead_request_with_their_key_one_begins()
    {
        var answers = new[] { hosts.One, hosts.Other }
            .Select(a => a.Services.GetRequiredService<IdempotentAnswers<TokenStoreDb>>())
            .ToArray();
        for (var round = 0; round < 10; round++)
        {
            var call = new IdempotentCall(1, "POST /x", $"key-{round}", [1, 2, 3]);
            (await answers[0].BeginAsync(call, default)).ShouldBeOfType<Begun.First>();
            await hosts.RunAsync("UPDATE tokenstore.idempotent_requests SET runs_until = 1");
            var begun = await Task.WhenAll(
                Enumerable.Range(0, 16).Select(i => Task.Run(() => answers[i % 2].BeginAsync(call, default)))
            );
            begun.Count(b => b is Begun.First).ShouldBe(1);
            begun.Count(b => b is Begun.Running).ShouldBe(15);
        }
    }

    [Fact]
    public async Task A_session_that_ended_at_one_host_is_believed_at_the_other_no_longer_than_its_bound()
    {
        var mei = await hosts.One.SignUpAsync("leaving");
        (await MeAsync(mei)).ShouldBe(HttpStatusCode.OK);
        (await mei.PostAsync("/api/v1/auth/logout")).ShouldBe(HttpStatusCode.NoContent);
        hosts.Other.Clock.Advance(TimeSpan.FromSeconds(31));
        (await MeAsync(mei)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_ledger_of_a_later_epoch_is_believed_by_every_host()
    {
        var mei = await hosts.One.SignUpAsync("restored");
        var snapshots = hosts.Other.Services.GetRequiredService<IBalanceSnapshots>();
        // What a cache knows of the life of the ledger that a back-up has replaced.
        await snapshots.SetIfNewerAsync([(mei.Id, new BalanceSnapshot(-5, 0, 900))], default);
        var command = hosts.One.Services.GetServices<ICommand>().Single(c => c.Name == "ledger raise-epoch");
        (await command.RunAsync([], TextWriter.Null, default)).ShouldBe(0);
        var first = await hosts.ScalarAsync<long>("SELECT epoch FROM tokenstore.credit_epochs");
        (await command.RunAsync([], TextWriter.Null, default)).ShouldBe(0);
        (await hosts.ScalarAsync<long>("SELECT epoch FROM tokenstore.credit_epochs")).ShouldBeGreaterThan(first);
        (await hosts.At(hosts.Other, mei).OutcomeAsync("first")).ShouldBe("ok");
        (await snapshots.GetAsync(mei.Id, default))!.Value.Epoch.ShouldBeGreaterThan(first);
        (await hosts.At(hosts.One, mei).FindingsAsync()).ShouldNotContain(f => f.Check.StartsWith("a snapshot"));
    }

    private async Task<HttpStatusCode> MeAsync(TestUser user) =>
        (
            await hosts.Other.Anonymous.FetchAsync("/api/v1/auth/me", ("Authorization", $"Bearer {user.AccessToken}"))
        ).Status;
}
