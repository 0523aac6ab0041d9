using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Llm.Calls;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// The same key again, on every surface: asked once, charged once, answered the same. Failures 14, 20 and 24.
/// </summary>
public sealed class IdempotencyTests(PostgresServer postgres)
{
    public static TheoryData<string> Surfaces { get; } = [.. Surface.All.Keys];

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task While_it_runs_a_repeat_waits_for_its_answer(string surface)
    {
        await using var f = await StartAsync();
        f.Provider.Hold();
        var first = Surface.All[surface].AskAsync(f.User.Http, "key");
        await f.Provider.WhenReceivedAsync(1);
        var again = Surface.All[surface].OtherForm.AskAsync(f.User.Http, "key");
        var live = f.App.Services.GetRequiredService<LiveCalls>();
        await Eventually.IsTrueAsync(() => Task.FromResult(live.All.Sum(c => c.Waiting) == 1), "the repeat waits");
        f.Provider.LetGo();
        (await first).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        (await again).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBe("true");
        Surface.All[surface].OtherForm.Said(await again).ShouldBe(Surface.All[surface].Said(await first));
        await ChargedAsync(f, 1);
    }

    [Fact]
    public async Task A_repeat_does_not_wait_longer_than_it_may_nor_for_another_body()
    {
        await using var f = await CallFixture.StartAsync(s =>
            (s.Settings["Llm:Model"], s.Settings["Llm:RepeatWaitSeconds"]) = ("fake", "1")
        );
        f.Provider.Hold();
        var first = Surface.All["chat"].AskAsync(f.User.Http, "key");
        await f.Provider.WhenReceivedAsync(1);
        Code((await Surface.All["chat"].AskAsync(f.User.Http, "key", "ho")).ShouldBe(HttpStatusCode.Conflict))
            .ShouldBe("key_reused");
        var again = await Surface.All["chat"].AskAsync(f.User.Http, "key");
        Code(again.ShouldBe(HttpStatusCode.Conflict)).ShouldBe("in_flight");
        (again.Header("Retry-After"), again.Header("x-should-retry")).ShouldBe(("1", "true"));
        f.Provider.LetGo();
        (await first).ShouldBe(HttpStatusCode.OK);
        await ChargedAsync(f, 1);
    }

    [Fact]
    public async Task Where_the_running_call_fails_the_waiting_repeat_is_made_anew()
    {
        await using var f = await StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { Status = f.Provider.Received.Count == 1 ? 500 : 200 };
        f.Provider.Hold();
        var first = Surface.All["chat"].AskAsync(f.User.Http, "key");
        await f.Provider.WhenReceivedAsync(1);
        var again = Surface.All["chat"].AskAsync(f.User.Http, "key");
        var live = f.App.Services.GetRequiredService<LiveCalls>();
        await Eventually.IsTrueAsync(() => Task.FromResult(live.All.Sum(c => c.Waiting) == 1), "the repeat waits");
        f.Provider.LetGo();
        (await first).ShouldBe(HttpStatusCode.BadGateway);
        (await again).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        await ChargedAsync(f, 2);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task After_a_success_a_repeat_gets_the_same_in_either_form(string surface)
    {
        await using var f = await StartAsync();
        var (asked, other) = (Surface.All[surface], Surface.All[surface].OtherForm);
        var first = await asked.AskAsync(f.User.Http, "key");
        first.Header("x-smartflow-replayed").ShouldBeNull();
        foreach (var form in new[] { asked, other })
        {
            var again = await form.AskAsync(f.User.Http, "key");
            again.ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBe("true");
            again.Header("x-smartflow-credit-micros").ShouldBe((await CostAsync(f)).ToString());
            form.Said(again).ShouldBe(asked.Said(first));
        }
        await ChargedAsync(f, 1);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task After_a_failure_the_key_is_free_and_only_the_success_is_charged(string surface)
    {
        await using var f = await StartAsync();
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        Code((await Surface.All[surface].AskAsync(f.User.Http, "key")).ShouldBe(HttpStatusCode.BadGateway))
            .ShouldBe("provider_failed");
        f.Provider.Answers = _ => new FakeAnswer();
        var again = await Surface.All[surface].AskAsync(f.User.Http, "key");
        again.ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        await ChargedAsync(f, 2);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task The_same_key_for_another_question_is_refused_for_good(string surface)
    {
        await using var f = await StartAsync();
        await Surface.All[surface].AskAsync(f.User.Http, "key");
        var other = await Surface.All[surface].AskAsync(f.User.Http, "key", "ho");
        Code(other.ShouldBe(HttpStatusCode.Conflict)).ShouldBe("key_reused");
        other.Header("x-should-retry").ShouldBe("false");
        await ChargedAsync(f, 1);
    }

    [Fact]
    public async Task The_same_key_on_another_route_never_gets_the_first_routes_answer()
    {
        await using var f = await StartAsync();
        foreach (var (name, surface) in Surface.All)
        {
            await surface.AskAsync(f.User.Http, Key(name));
            foreach (var (otherName, other) in Surface.All.Where(o => o.Value.Path != surface.Path))
                Code((await other.AskAsync(f.User.Http, Key(name))).ShouldBe(HttpStatusCode.Conflict))
                    .ShouldBe("key_reused", $"{name}, then {otherName}");
        }
        f.Provider.Received.Count.ShouldBe(Surface.All.Count);
        await f.SettledAsync();
    }

    [Fact]
    public async Task After_a_crash_a_repeat_takes_each_call_over_and_it_is_charged_once()
    {
        await using var provider = await FakeProvider.StartAsync();
        var folder = await MigratedFolder.NewAsync();
        (string, string)[] settings =
        [
            ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
            ("SMARTFLOW_LLM_MODEL", "fake"),
            ("Llm__SuspenseGraceSeconds", "300"),
        ];
        provider.Hold();
        string token;
        await using (var host = await SmartFlowProcess.StartAsync(folder, settings))
        {
            var answer = await host.Http.PostAsync(
                "/api/v1/auth/register",
                new { username = "mei", password = TestUser.DefaultPassword }
            );
            token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
            host.SignIn(token);
            var running = Surface.All.Select(s => QuietlyAsync(s.Value, host, s.Key)).ToList();
            await provider.WhenReceivedAsync(Surface.All.Count);
            await host.KillAsync();
            await Task.WhenAll(running);
        }
        provider.LetGo();
        await using (var again = await SmartFlowProcess.StartAsync(folder, settings))
        {
            again.SignIn(token);
            foreach (var (name, surface) in Surface.All)
                for (var round = 0; round < 2; round++)
                {
                    var answer = await surface.AskAsync(again.Http, Key(name));
                    answer
                        .ShouldBe(HttpStatusCode.OK)
                        .Header("x-smartflow-replayed")
                        .ShouldBe(round == 0 ? null : "true", name);
                }
            provider.Received.Count.ShouldBe(2 * Surface.All.Count);
            await Eventually.IsTrueAsync(
                async () =>
                    (await again.Http.FetchAsync("/api/v1/credit-store/transactions?source=charge&page_size=100"))
                        .Json.GetProperty("page")
                        .GetProperty("total")
                        .GetInt32() == Surface.All.Count,
                "one charge for each"
            );
        }
        var (code, output) = await SmartFlowProcess.RunAsync(folder, "reconcile");
        code.ShouldBe(0, output);
        TestFolders.Delete(folder);
    }

    [Fact]
    public async Task On_another_node_the_same_key_is_the_same_call()
    {
        await using var provider = await FakeProvider.StartAsync();
        var connection = await postgres.NewDatabaseAsync();
        var signing = Convert.ToBase64String(new byte[32]);
        Task<SmartFlowApp> NodeAsync() => GatewayClient.StartAsync(provider, s =>
            {
                s.Settings["Data:ConnectionString"] = connection;
                s.Settings["Auth:SigningKey"] = signing;
            });
        await using var one = await NodeAsync();
        await using var two = await NodeAsync();
        var mei = await one.SignUpAsync();
        using var there = two.WithKey(mei.AccessToken);
        foreach (var (name, surface) in Surface.All)
        {
            provider.Forget();
            provider.Hold();
            var first = surface.AskAsync(mei.Http, Key(name));
            await provider.WhenReceivedAsync(1);
            var waiting = surface.AskAsync(there, Key(name));
            await Eventually.IsTrueAsync(
                () => Task.FromResult(two.Services.GetRequiredService<RunningCalls>().Of(mei.Id) == 1),
                "the repeat is there"
            );
            provider.LetGo();
            var said = surface.Said(await first);
            var again = await waiting;
            again.ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBe("true", name);
            surface.Said(again).ShouldBe(said, name);
            Code((await surface.AskAsync(there, Key(name), "ho")).ShouldBe(HttpStatusCode.Conflict))
                .ShouldBe("key_reused", name);
            provider.Received.Count.ShouldBe(1, name);
        }
        await Eventually.IsTrueAsync(
            async () =>
                (await mei.GetAsync("/api/v1/credit-store/transactions?source=charge&page_size=100"))
                    .Json.GetProperty("page")
                    .GetProperty("total")
                    .GetInt32() == Surface.All.Count,
            "one charge for each"
        );
    }

    private static Task<CallFixture> StartAsync() => CallFixture.StartAsync(s => s.Settings["Llm:Model"] = "fake");

    private static string Key(string name) => name.Replace(' ', '-');

    private static string Code(Answer answer) => JsonNode.Parse(answer.Text)!["error"]!["code"]!.GetValue<string>();

    private static async Task<long> CostAsync(CallFixture f) => (await f.CallViewAsync("key")).CreditMicros;

    /// <summary>The provider was asked so often, and one charge stands in the ledger.</summary>
    private static async Task ChargedAsync(CallFixture f, int asked)
    {
        f.Provider.Received.Count.ShouldBe(asked);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100_000_000 - await CostAsync(f));
        (await f.User.GetAsync("/api/v1/credit-store/transactions?source=charge"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(1);
    }

    private static async Task QuietlyAsync(Surface surface, SmartFlowProcess host, string name)
    {
        try
        {
            await surface.AskAsync(host.Http, Key(name));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The process died, as it should.
        }
    }
}
