using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Tests.Gateway;

namespace SmartFlow.Tests.Platform.Telemetry;

/// <summary>What a collector receives. Spans are of the whole process, so these run alone.</summary>
[Collection(nameof(Telemetry))]
[CollectionDefinition(nameof(Telemetry), DisableParallelization = true)]
public sealed class ExportTests
{
    private const string Marker = "the-word-that-nobody-may-see";

    [Fact]
    public async Task One_billed_call_is_one_tree_from_the_request_to_the_ledger()
    {
        await using var collector = await Collector.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        var app = await StartAsync(collector, provider);
        var mei = await app.SignUpAsync();
        (await mei.ChatAsync(GatewayClient.Chat("Hi", stream: true, usage: true), "one")).ShouldBe(HttpStatusCode.OK);
        await SettledAsync(mei, 1);
        await app.DisposeAsync();

        var model = collector.Spans.Single(s => s.Name == "chat fake");
        var trace = collector.Spans.Where(s => s.Trace == model.Trace).ToDictionary(s => s.Id);
        // One root, which is this test's own request; everything else hangs on something that is there.
        var root = trace.Values.Where(s => !trace.ContainsKey(s.Parent)).ShouldHaveSingleItem();
        (root.Source, root.Kind).ShouldBe(("System.Net.Http", 3));
        var served = trace.Values.Single(s => s.Source == "Microsoft.AspNetCore" && s.Parent == root.Id);
        (served.Name, served.Tags["http.route"]).ShouldBe(("POST /v1/chat/completions", "/v1/chat/completions"));
        trace.Values.ShouldContain(s => s.Id == model.Id && s.Parent == served.Id);
        trace.Values.ShouldContain(s => s.Parent == model.Id && s.Source == "System.Net.Http");
        var settled = trace.Values.Single(s => s.Name == "process credit.charge.requested");
        (settled.Parent, settled.Kind).ShouldBe((model.Id, 5));
        settled.Tags["smartflow.settlement"].ShouldBe("Applied");
        // The exporter does not tell of itself.
        collector.Spans.ShouldNotContain(s =>
            s.Source == "System.Net.Http" && s.Tags.Values.Any(v => v.Contains("/v1/traces", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_model_call_has_the_attributes_of_the_conventions()
    {
        await using var collector = await Collector.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        var app = await StartAsync(collector, provider);
        var mei = await app.SignUpAsync();
        provider.Answers = _ => new FakeAnswer
        {
            PromptTokens = 30,
            CachedTokens = 10,
            CompletionTokens = 9,
            ReasoningTokens = 4,
        };
        await mei.ChatAsync(GatewayClient.Chat("Hi"), "good");
        provider.Answers = _ => new FakeAnswer { Status = 500 };
        await mei.ChatAsync(GatewayClient.Chat("Hi"), "bad");
        await SettledAsync(mei, 1);
        await app.DisposeAsync();

        var calls = collector.Spans.Where(s => s.Name == "chat fake").ToDictionary(s => s.Tags["smartflow.event_id"]);
        var good = calls["good"];
        (good.Kind, good.Source, good.Failed).ShouldBe((3, "SmartFlow", false));
        Tags(
                good,
                "gen_ai.operation.name",
                "gen_ai.request.model",
                "gen_ai.response.model",
                "gen_ai.request.max_tokens",
                "gen_ai.response.finish_reasons"
            )
            .ShouldBe(["chat", "fake", "fake", "64", "stop"]);
        Tags(
                good,
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.cache_read.input_tokens",
                "gen_ai.usage.reasoning.output_tokens"
            )
            .ShouldBe(["30", "9", "10", "4"]);
        Tags(good, "smartflow.scene", "smartflow.outcome", "smartflow.attempts")
            .ShouldBe(["gateway.openai", "completed", "1"]);
        long.Parse(good.Tags["smartflow.credit_micros"]).ShouldBeGreaterThan(0);
        good.Tags.ContainsKey("error.type").ShouldBeFalse();
        var bad = calls["bad"];
        (bad.Failed, bad.Tags["error.type"], bad.Tags["smartflow.outcome"]).ShouldBe(
            (true, "Unavailable", "provider_failed")
        );
        new[]
        {
            "gen_ai.client.token.usage",
            "gen_ai.client.operation.duration",
            "smartflow.admissions",
            "smartflow.call.credit",
            "smartflow.call.cost",
            "smartflow.call.attempts",
            "smartflow.calls.running",
            "smartflow.calls.unwritten",
            "smartflow.calls.draining",
            "smartflow.outbox.lag",
            "smartflow.settlement.lag",
            "http.server.request.duration",
        }
            .Except(collector.Instruments)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task No_prompt_no_answer_no_key_and_no_secret_leaves()
    {
        await using var collector = await Collector.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        provider.Says($"I say {Marker}");
        var app = await StartAsync(collector, provider);
        var mei = await app.SignUpAsync(password: $"{Marker} is my password");
        var key = await mei.CreateApiKeyAsync();
        using (var program = app.WithKey(key))
            (
                await program.PostAsync("/v1/chat/completions", GatewayClient.Chat($"I heard {Marker}", stream: true))
            ).ShouldBe(HttpStatusCode.OK);
        provider.Answers = _ => new FakeAnswer
        {
            Status = 400,
            Raw = ("application/json", $"{{\"error\":{{\"message\":\"{Marker}\"}}}}"),
        };
        await mei.ChatAsync(GatewayClient.Chat(Marker), "refused");
        await mei.GetAsync($"/api/v1/calls?model={Marker}");
        await mei.GetAsync($"/api/v1/schedule/feed.ics?token={Marker}");
        await SettledAsync(mei, 1);
        await app.DisposeAsync();

        collector.Spans.ShouldContain(s => s.Name == "chat fake");
        foreach (var secret in new[] { Marker, key, "provider-key-of-ours", mei.AccessToken })
            collector
                .Raw.Any(r => Encoding.UTF8.GetString(r).Contains(secret, StringComparison.Ordinal))
                .ShouldBeFalse(secret);
    }

    [Fact]
    public async Task A_collector_that_is_out_of_reach_holds_nobody_up()
    {
        await using var provider = await FakeProvider.StartAsync();
        var app = await GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Telemetry:Endpoint"] = "http://127.0.0.1:9";
            s.Settings["Telemetry:FlushSeconds"] = "1";
        });
        var mei = await app.SignUpAsync();
        (await mei.ChatAsync(GatewayClient.Chat("Hi"), "one")).ShouldBe(HttpStatusCode.OK);
        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Without_a_collector_nobody_listens_and_nothing_is_allocated()
    {
        await using var app = await SmartFlowApp.StartAsync();
        Tracing.Source.HasListeners().ShouldBeFalse();
        using var current = new Activity("current").Start();
        Tracing.Traceparent(current).ShouldBe("");
        var telemetry = app.Services.GetRequiredService<CallTelemetry>();
        var happened = new BusEvent("e", "name", "1", default, "", default);
        Tell();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Tell();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Tell()
        {
            telemetry.Asked(Scenes.AgentChat, "admitted");
            Tracing.Traceparent(current);
            happened.StartHandling("topic", "group")?.Dispose();
            RpcTelemetry.Start(ActivityKind.Client, "/package.Service/Method").End(Grpc.Core.StatusCode.OK);
        }
    }

    private static Task<SmartFlowApp> StartAsync(Collector collector, FakeProvider provider) =>
        GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Telemetry:Endpoint"] = collector.Endpoint;
            s.Settings["Llm:ApiKey"] = "provider-key-of-ours";
            s.Settings["Llm:AttemptsPerCandidate"] = "1";
        });

    private static Task SettledAsync(TestUser user, int charges) =>
        Eventually.IsTrueAsync(
            async () =>
                (await user.GetAsync("/api/v1/credit-store/transactions?source=charge"))
                    .Json.GetProperty("items")
                    .GetArrayLength() == charges,
            "the charge is settled"
        );

    private static string[] Tags(SeenSpan span, params string[] names) =>
        [.. names.Select(n => span.Tags.GetValueOrDefault(n, "none"))];
}
