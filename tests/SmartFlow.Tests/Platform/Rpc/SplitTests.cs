using System.Net;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.ActiveScheduler;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Tests.Agent;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The modules in two hosts: calls between them go over the wire and mean the same as in one.</summary>
public sealed class SplitTests
{
    private static readonly string SigningKey = Convert.ToBase64String(new byte[32]);

    [Fact]
    public async Task A_ledger_in_another_process_opens_accounts_holds_credit_and_refuses()
    {
        await using var store = await StartAsync("tokenstore");
        await using var front = await StartAsync("userauth,llm,gateway,agent,planner", ("TokenStore", store.RpcUrl));
        var (mei, ledger) = (await front.SignUpAsync(), front.Services.GetRequiredService<ICreditLedger>());
        (await front.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
        store.Services.GetRequiredService<ICreditLedger>().ShouldNotBeOfType(ledger.GetType());

        var answer = await CompleteAsync(front, await mei.CreateApiKeyAsync(), "call-1");
        answer.ShouldBe(HttpStatusCode.OK);
        var holds = await store
            .Services.GetRequiredService<ICreditLedger>()
            .ListHoldsAsync(new ListHoldsRequest { Limit = 10 }, default);
        holds.Items.Select(h => h.Key.UserId).ShouldBe([mei.Id]);

        (
            await front
                .Services.GetRequiredService<ITokenStore>()
                .GetSummaryAsync(new() { ActorUserId = mei.Id }, default)
        ).Summary.RecordedTokenTotal.ShouldBe(100);

        // The same refusal as in one process, to the last member.
        await store.AdjustAsync(mei, -99_999_999, "almost-all");
        var poor = (await CompleteAsync(front, await mei.CreateApiKeyAsync(), "call-2")).ShouldBe(
            HttpStatusCode.PaymentRequired
        );
        poor.Json.GetProperty("error").GetProperty("code").GetString().ShouldBe("insufficient_credit");
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            ledger.ReserveAsync(
                new ReserveRequest
                {
                    Key = new() { UserId = mei.Id, EventId = "e" },
                    AmountMicros = -1,
                },
                default
            )
        );
        refusal.Code.ShouldBe(ErrorCodes.InvalidArgument);
        refusal.Errors!.Keys.ShouldBe(["amount_micros"]);
    }

    [Fact]
    public async Task An_event_for_a_consumer_elsewhere_stays_in_the_outbox()
    {
        await using var store = await StartAsync("tokenstore");
        await using var front = await StartAsync("userauth,llm,gateway", ("TokenStore", store.RpcUrl));
        await using (var whole = await SmartFlowApp.StartAsync())
            await whole.Services.GetRequiredService<IBus>().PublishAsync("a topic that nobody takes", [], default);
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            front.Services.GetRequiredService<IBus>().PublishAsync(Topics.Llm, [], default)
        );
        refusal.Code.ShouldBe(ErrorCodes.Unavailable);
        refusal.Message.ShouldContain("stay in the outbox");
    }

    [Fact]
    public async Task Readiness_follows_the_remote_and_calls_without_it_are_unavailable()
    {
        var store = await StartAsync("tokenstore");
        await using var front = await StartAsync("userauth,llm,gateway,agent,planner", ("TokenStore", store.RpcUrl));
        await ReadyAsync(HttpStatusCode.OK, "remote TokenStore");
        await store.DisposeAsync();
        await ReadyAsync(HttpStatusCode.ServiceUnavailable, "out of reach");
        (await front.Anonymous.FetchAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
        // What it tells other processes is about itself, or two that need each other would never be ready.
        using var other = front.Channel();
        (await other.HealthAsync()).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        var ledger = front.Services.GetRequiredService<ICreditLedger>();
        var refusal = await Should.ThrowAsync<RefusedException>(async () =>
            await ledger.GetBalanceAsync(new() { UserId = 1 }, default)
        );
        refusal.Code.ShouldBe(ErrorCodes.Unavailable);
        refusal.Message.ShouldContain("TokenStore");
        // A user can still register: the event opens the account later.
        await front.SignUpAsync();

        // The check of a remote has little patience, and a busy machine may have none.
        Task ReadyAsync(HttpStatusCode status, string text) =>
            Eventually.GetAsync(
                () => front.Anonymous.FetchAsync("/readyz"),
                a => a.Status == status && a.Text.Contains(text, StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task A_module_that_is_only_used_may_be_absent_and_says_so()
    {
        await using var store = await StartAsync("tokenstore");
        await using var front = await StartAsync("userauth,llm,gateway,agent,planner", ("TokenStore", store.RpcUrl));
        var scheduler = front.Services.GetRequiredService<IActiveScheduler>();
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            scheduler.ListSuggestionsAsync(new() { UserId = 1 }, default)
        );
        (refusal.Code, refusal.Message).ShouldBe(
            (ErrorCodes.Unavailable, "ActiveScheduler is not part of this installation.")
        );
        var mei = await front.SignUpAsync();
        (await mei.SayAsync("我今天好累")).ShouldEndInOrder().All("error").ShouldBeEmpty();
        (await mei.SayAsync("提醒我明天交作业")).ShouldEndInOrder().All("confirm").Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_remote_that_no_module_here_needs_takes_no_readiness_away()
    {
        await using var store = await StartAsync("tokenstore", ("Llm", new Uri("http://127.0.0.1:1")));
        (await store.Anonymous.FetchAsync("/readyz"))
            .ShouldBe(HttpStatusCode.OK)
            .Text.ShouldContain("\"status\":\"degraded\"");
    }

    [Fact]
    public async Task The_outlet_in_another_process_answers_and_streams()
    {
        await using var back = await StartAsync("tokenstore,llm");
        await using var front = await StartAsync(
            "userauth,agent,planner",
            ("Llm", back.RpcUrl),
            ("TokenStore", back.RpcUrl)
        );
        var mei = await front.SignUpAsync();
        var llm = front.Services.GetRequiredService<ILlm>();
        var billing = new BillingContext(mei.Id, "remote-1", Scenes.AgentChat, "", "", "demo", false, ApiKeyId: 7);
        var body = """{"model":"demo","messages":[{"role":"user","content":"Hi"}]}"""u8.ToArray();
        var whole = await llm.GenerateTextAsync(billing, body, default);
        whole.Receipt.CreditMicros.ShouldBeGreaterThanOrEqualTo(0);
        var parts = await llm.StreamTextAsync(billing with { EventId = "remote-2" }, body, default)
            .Select(p => p.PartCase)
            .ToListAsync();
        parts[^1].ShouldBe(StreamTextResponse.PartOneofCase.Receipt);
        parts.Count.ShouldBeGreaterThan(1);
        (
            await llm.GetCallAsync(new GetCallRequest { UserId = mei.Id, EventId = "remote-2" }, default)
        ).Call.ShouldSatisfyAllConditions(c => c.Stream.ShouldBeTrue(), c => c.ApiKeyId.ShouldBe(7));
        var reused = await Should.ThrowAsync<RefusedException>(() =>
            llm.GenerateTextAsync(
                billing,
                """{"model":"demo","messages":[{"role":"user","content":"Ho"}]}"""u8.ToArray(),
                default
            )
        );
        reused.Code.ShouldBe(ErrorCodes.KeyReused);
    }

    [Fact]
    public async Task Users_in_another_process_are_known_by_token_and_by_key()
    {
        await using var back = await StartAsync("userauth,tokenstore");
        await using var front = await StartAsync("gateway,llm", ("UserAuth", back.RpcUrl), ("TokenStore", back.RpcUrl));
        var mei = await back.SignUpAsync();
        var key = await mei.CreateApiKeyAsync();
        (await CompleteAsync(front, key, "call-1")).ShouldBe(HttpStatusCode.OK);
        (await CompleteAsync(front, "sf-unknown", "call-2")).ShouldBe(HttpStatusCode.Unauthorized);
        (
            await front.Anonymous.FetchAsync("/api/v1/calls/call-1", ("Authorization", "Bearer " + mei.AccessToken))
        ).ShouldBe(HttpStatusCode.OK);
        // What was looked at is believed for a while, then the process of the users is asked again.
        (await mei.PostAsync("/api/v1/auth/logout")).ShouldBe(HttpStatusCode.NoContent);
        front.Clock.Advance(TimeSpan.FromSeconds(31));
        (
            await front.Anonymous.FetchAsync("/api/v1/calls/call-1", ("Authorization", "Bearer " + mei.AccessToken))
        ).ShouldBe(HttpStatusCode.Unauthorized);
        await back.StopAsync();
        (await CompleteAsync(front, "sf-" + new string('a', 43), "call-3")).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_remote_that_has_another_token_is_unavailable_and_says_why()
    {
        await using var store = await StartAsync("tokenstore");
        await using var front = await SmartFlowApp.StartAsync(s =>
        {
            Configure(s, "userauth", ("TokenStore", store.RpcUrl));
            s.Settings["Rpc:Token"] = "another secret of one's own";
        });
        var refusal = await Should.ThrowAsync<RefusedException>(async () =>
            await front.Services.GetRequiredService<ICreditLedger>().GetBalanceAsync(new() { UserId = 1 }, default)
        );
        refusal.Code.ShouldBe(ErrorCodes.Unavailable);
        refusal.Message.ShouldContain("SMARTFLOW_RPC_TOKEN");
    }

    [Theory]
    [InlineData("Rpc:Url", "http://127.0.0.1:0", "SMARTFLOW_RPC_TOKEN")]
    [InlineData("Rpc:Url", "somewhere", "SMARTFLOW_RPC_URL")]
    [InlineData("Rpc:Url", "https://127.0.0.1:0", "SMARTFLOW_RPC_URL")]
    [InlineData("Rpc:MaxMessageBytes", "1", "MaxMessageBytes")]
    [InlineData("Remotes:TokenStor", "http://127.0.0.1:1", "there is no module TokenStor")]
    public async Task A_setting_that_cannot_work_stops_the_start_and_is_named(
        string setting,
        string value,
        string named
    )
    {
        var failure = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s =>
            {
                s.Settings[setting] = value;
                if (named != "SMARTFLOW_RPC_TOKEN")
                    s.Settings["Rpc:Token"] = SmartFlowApp.RpcToken;
            })
        );
        SetupProblems.Explain(failure).ShouldNotBeNull(failure.ToString()).ShouldContain(named);
    }

    [Theory]
    [InlineData("tokenstore", "http://127.0.0.1:1", "short", "SMARTFLOW_RPC_TOKEN")]
    [InlineData("tokenstore", "127.0.0.1:1", SmartFlowApp.RpcToken, "Remotes__TokenStore")]
    [InlineData("tokenstore", "http://127.0.0.1:1,", SmartFlowApp.RpcToken, "Remotes__TokenStore")]
    [InlineData("tokenstore", "http://127.0.0.1:1,https://127.0.0.1:2", SmartFlowApp.RpcToken, "all of them https://")]
    [InlineData("gateway", "http://127.0.0.1:1", SmartFlowApp.RpcToken, "Gateway has no contract")]
    public async Task A_remote_that_cannot_be_called_stops_the_start_and_is_named(
        string remote,
        string address,
        string token,
        string named
    )
    {
        var failure = await Should.ThrowAsync<SetupException>(() =>
            SmartFlowApp.StartAsync(s =>
            {
                s.Settings["modules"] = "planner";
                s.Settings["Remotes:Llm"] = "http://127.0.0.1:1";
                s.Settings["Remotes:" + remote] = address;
                s.Settings["Rpc:Token"] = token;
            })
        );
        failure.Message.ShouldContain(named);
    }

    internal static Task<SmartFlowApp> StartAsync(string modules, params (string Module, Uri Url)[] remotes) =>
        SmartFlowApp.StartAsync(s => Configure(s, modules, remotes));

    private static void Configure(AppSetup setup, string modules, params (string Module, Uri Url)[] remotes)
    {
        SmartFlowApp.OpenRpc(setup);
        setup.Settings["modules"] = modules;
        setup.Settings["Auth:SigningKey"] = SigningKey;
        foreach (var (module, url) in remotes)
            setup.Settings["Remotes:" + module] = url.ToString();
    }

    private static Task<Answer> CompleteAsync(SmartFlowApp front, string key, string eventId) =>
        front.Anonymous.PostAsync(
            "/v1/chat/completions",
            new
            {
                model = "scripted/echo",
                max_tokens = 64,
                messages = new[] { new { role = "user", content = "Hi" } },
            },
            ("Authorization", "Bearer " + key),
            ("Idempotency-Key", eventId)
        );
}
