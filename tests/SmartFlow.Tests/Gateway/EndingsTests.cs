using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

/// <summary>How calls end over HTTP, and what each end costs. Failures 9, 10 and 17 of docs/failures.md.</summary>
public sealed class EndingsTests : IAsyncLifetime
{
    private const long UsualCostMicros = (10 * 3_200_000 + 2 * 16_000_000L) / 1_000_000 * 100;
    private const string Hello =
        "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n";
    private FakeProvider provider = null!;
    private SmartFlowApp app = null!;
    private TestUser mei = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_client_that_goes_after_any_chunk_is_charged_what_the_provider_says_in_the_end(int chunks)
    {
        var goOn = new TaskCompletionSource();
        provider.Answers = _ => new FakeAnswer { BeforeChunk = i => i < chunks ? Task.CompletedTask : goOn.Task };
        using (var leave = new CancellationTokenSource())
        {
            var reading = ReadAsync(chunks, leave.Token);
            if (chunks > 0)
                await reading;
            else
                await provider.WhenReceivedAsync(1);
            await leave.CancelAsync();
            if (chunks == 0)
                await Should.ThrowAsync<OperationCanceledException>(() => reading);
        }
        var running = app.Services.GetRequiredService<RunningCalls>();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(running.Of(mei.Id) == 0),
            "the gateway sees that the client has gone"
        );
        goOn.SetResult();
        var call = await EndedAsync();
        call.Outcome.ShouldBe("client_gone");
        call.Usage.Estimated.ShouldBeFalse();
        await ChargedAsync(UsualCostMicros, "client_gone");
    }

    [Theory]
    [InlineData("Charge", false)]
    [InlineData("InputOnly", false)]
    [InlineData("Free", true)]
    public async Task A_scene_decides_what_a_call_costs_whose_client_has_gone_and_the_ledger_says_why(
        string policy,
        bool free
    )
    {
        await RestartAsync(("Llm:ChargePolicies:gateway.openai:Aborted", policy));
        var goOn = new TaskCompletionSource();
        provider.Answers = _ => new FakeAnswer { BeforeChunk = i => i < 2 ? Task.CompletedTask : goOn.Task };
        using (var leave = new CancellationTokenSource())
        {
            await ReadAsync(2, leave.Token);
            await leave.CancelAsync();
        }
        var running = app.Services.GetRequiredService<RunningCalls>();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(running.Of(mei.Id) == 0),
            "the gateway sees that the client has gone"
        );
        goOn.SetResult();
        (await EndedAsync()).Outcome.ShouldBe("client_gone");
        if (free)
        {
            (await LedgerAsync()).ShouldBeEmpty();
            return;
        }
        var row = await ChargedAsync(
            policy == "Charge" ? UsualCostMicros : 10 * 3_200_000 / 1_000_000 * 100,
            "client_gone"
        );
        (row["charging"]?.GetValue<string>()).ShouldBe(policy == "Charge" ? null : "input_only");
    }

    [Theory]
    [InlineData("an event that breaks off", Hello + "data: {\"choices\":[{\"index\":0,\"del\n\n")]
    [InlineData("an error object", Hello + "data: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n")]
    [InlineData("the end without a finish_reason", Hello)]
    [InlineData("a chunk that is not one", Hello + "data: {\"choices\":[7]}\n\n")]
    public async Task A_stream_that_goes_wrong_ends_with_an_error_and_costs_what_was_delivered(
        string how,
        string stream
    )
    {
        provider.Answers = _ => new FakeAnswer { Raw = ("text/event-stream", stream) };
        var answer = (await mei.ChatAsync(Chat("hi", stream: true), "k")).ShouldBe(HttpStatusCode.OK);
        answer.Broken.ShouldBeTrue(how);
        var events = answer.Events();
        events.ShouldNotContain("[DONE]", how);
        JsonNode.Parse(events[^1])!["error"]!["code"]!.GetValue<string>().ShouldBe("provider_failed");
        events[0].ShouldContain("Hello");
        var call = await EndedAsync();
        call.Outcome.ShouldBe("provider_cut");
        call.Usage.Estimated.ShouldBeTrue();
        await ChargedAsync(call.CreditMicros, "provider_cut");
    }

    [Theory]
    [InlineData(true, "text/event-stream", "data: {\"choices\":[{\"index\":0,\"del\n\n")]
    [InlineData(true, "text/event-stream", "data: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n")]
    [InlineData(true, "application/json", "{\"error\":{\"message\":\"x\",\"code\":500}}")]
    [InlineData(false, "application/json", "{\"error\":{\"message\":\"x\",\"code\":500}}")]
    [InlineData(false, "application/json", "{\"choices\":[]}")]
    [InlineData(false, "text/html", "<html>")]
    public async Task A_success_that_is_none_is_an_error_and_free(bool stream, string type, string body)
    {
        provider.Answers = _ => new FakeAnswer { Raw = (type, body) };
        (await mei.ChatAsync(Chat("hi", stream: stream), "k")).ShouldBeError(ErrorCodes.ProviderFailed);
        (await LedgerAsync()).ShouldBeEmpty();
        await NothingHeldAsync();
    }

    [Fact]
    public async Task A_line_of_10_MB_is_not_swallowed_and_costs_nothing()
    {
        var answer = await mei.ChatAsync(Chat("hi", "scripted/big-line", stream: true), "k");
        answer.Text.Length.ShouldBeLessThan(1_000);
        JsonNode.Parse(answer.Events()[^1])!["error"]!["code"]!.GetValue<string>().ShouldBe("provider_failed");
        (await LedgerAsync()).ShouldBeEmpty();
        await NothingHeldAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_hangs_before_the_first_byte_times_out_and_is_free(bool stream)
    {
        await ImpatientAsync();
        provider.Answers = _ => new FakeAnswer { HangAfter = 0 };
        (await mei.ChatAsync(Chat("hi", "impatient/m", stream: stream), "k")).ShouldBeError(ErrorCodes.ProviderTimeout);
        (await LedgerAsync()).ShouldBeEmpty();
        await NothingHeldAsync();
    }

    [Fact]
    public async Task A_provider_that_hangs_in_mid_stream_times_out_and_costs_what_was_delivered()
    {
        await ImpatientAsync();
        provider.Answers = _ => new FakeAnswer { Text = "one two three", HangAfter = 3 };
        var answer = await mei.ChatAsync(Chat("hi", "impatient/m", stream: true), "k");
        JsonNode.Parse(answer.Events()[^1])!["error"]!["code"]!.GetValue<string>().ShouldBe("provider_timeout");
        var call = await EndedAsync();
        call.Outcome.ShouldBe("provider_cut");
        await ChargedAsync(call.CreditMicros, "provider_cut");
    }

    [Fact]
    public async Task A_slow_reader_holds_the_provider_back_and_is_no_fault_of_it()
    {
        // Reading pauses for longer than the provider may be silent.
        await RestartAsync(
            ("Llm:StopBytesPerToken", "0"),
            ("Llm:Providers:0:Name", "impatient"),
            ("Llm:Providers:0:BaseUrl", provider.BaseUrl),
            ("Llm:Providers:0:Models:0", "m"),
            ("Llm:Providers:0:IdleTimeoutSeconds", "1")
        );
        const int chunks = 1_000;
        var word = new string('x', 60_000);
        var reached = 0;
        provider.Answers = _ => new FakeAnswer
        {
            Text = string.Join(' ', Enumerable.Repeat(word, chunks)),
            BeforeChunk = i =>
            {
                Volatile.Write(ref reached, i);
                return Task.CompletedTask;
            },
        };
        using var request = Request("impatient/m");
        using var response = await mei.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var (last, same) = (-1, 0);
        await Eventually.IsTrueAsync(
            () =>
            {
                var now = Volatile.Read(ref reached);
                same = now == last ? same + 1 : 0;
                last = now;
                return Task.FromResult(same >= 100);
            },
            "the provider stalls"
        );
        last.ShouldBeLessThan(chunks / 2);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldEndWith("data: [DONE]\n\n");
        text.Length.ShouldBeGreaterThan(chunks * 60_000);
        (await EndedAsync()).Outcome.ShouldBe("completed");
        await ChargedAsync(UsualCostMicros, "completed");
    }

    [Fact]
    public async Task Of_several_answers_the_end_of_one_is_not_the_end_of_all()
    {
        var first = Hello.Replace("null", "\"stop\"", StringComparison.Ordinal);
        var second = first.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal);
        var body = (JsonObject)Chat("hi", stream: true);
        body["n"] = 2;
        provider.Answers = _ => new FakeAnswer { Raw = ("text/event-stream", first) };
        (await mei.ChatAsync(body, "k")).Events().ShouldNotContain("[DONE]");
        (await EndedAsync()).Outcome.ShouldBe("provider_cut");
        provider.Answers = _ => new FakeAnswer { Raw = ("text/event-stream", first + second) };
        (await mei.ChatAsync(body, "both")).Events()[^1].ShouldBe("[DONE]");
    }

    private Task RestartAsync(params (string Name, string Value)[] settings) => StartAsync(settings);

    private Task ImpatientAsync() =>
        RestartAsync(
            ("Llm:Providers:0:Name", "impatient"),
            ("Llm:Providers:0:BaseUrl", provider.BaseUrl),
            ("Llm:Providers:0:Models:0", "m"),
            ("Llm:Providers:0:FirstByteTimeoutSeconds", "1"),
            ("Llm:Providers:0:IdleTimeoutSeconds", "1"),
            ("Llm:Providers:0:TotalTimeoutSeconds", "2")
        );

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        if (app is not null)
            await app.DisposeAsync();
        app = await GatewayClient.StartAsync(provider, s =>
        {
            s.Settings["Llm:AttemptsPerCandidate"] = "1";
            foreach (var (name, value) in settings)
                s.Settings[name] = value;
        });
        mei = await app.SignUpAsync();
    }

    private static HttpRequestMessage Request(string model = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(((JsonNode)Chat("hi", model, stream: true)).ToJsonString()),
        };
        request.Headers.Add("Idempotency-Key", "k");
        return request;
    }

    /// <summary>Reads so many events and then breaks the connection.</summary>
    private async Task ReadAsync(int events, CancellationToken cancellationToken)
    {
        using var request = Request();
        using var response = await mei.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        for (var i = 0; i < events; i++)
        {
            (await lines.ReadLineAsync(cancellationToken))!.ShouldStartWith("data: {");
            await lines.ReadLineAsync(cancellationToken);
        }
    }

    private Task<CallView> EndedAsync() =>
        Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return (
                        await app
                            .Services.GetRequiredService<ILlm>()
                            .GetCallAsync(new GetCallRequest { UserId = mei.Id, EventId = "k" }, default)
                    ).Call;
                }
                catch (RefusedException)
                {
                    return new CallView();
                }
            },
            call => call.State is "finished" or "failed"
        );

    private Task NothingHeldAsync() =>
        Eventually.IsTrueAsync(
            async () =>
                (
                    await app
                        .Services.GetRequiredService<ICreditLedger>()
                        .GetBalanceAsync(new GetBalanceRequest { UserId = mei.Id }, default)
                ).HeldMicros == 0,
            "no Credit is held"
        );

    /// <summary>Exactly one row of this amount whose metadata says how the call ended.</summary>
    private async Task<JsonNode> ChargedAsync(long micros, string outcome)
    {
        await NothingHeldAsync();
        var row = (await Eventually.GetAsync(LedgerAsync, rows => rows.Count > 0)).ShouldHaveSingleItem();
        row.AmountMicros.ShouldBe(-micros);
        var metadata = JsonNode.Parse(row.MetadataJson)!;
        metadata["outcome"]!.GetValue<string>().ShouldBe(outcome);
        return metadata;
    }

    private async Task<List<LedgerEntry>> LedgerAsync()
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return await db.Ledger.AsNoTracking().Where(l => l.AccountId == (long)mei.Id && l.EventId == "k").ToListAsync();
    }
}
