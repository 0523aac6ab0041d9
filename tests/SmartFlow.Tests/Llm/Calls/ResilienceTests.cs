using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Tests.Hosts;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// Two providers behind one name: fallbacks, limits, breakers and hedges, each charged once at the price of who
/// answered.
/// </summary>
public sealed partial class ResilienceTests
{
    private const string Both = "both";

    [Fact]
    public async Task The_next_candidate_answers_and_is_charged_where_the_first_fails()
    {
        await using var f = await StartAsync();
        f.First.Answers = _ => new FakeAnswer { Status = 500 };
        (await f.Calls.CallAsync("a", Body())).Receipt.ProviderName.ShouldBe("second");
        f.First.Received.Count.ShouldBe(1);
        (await f.AttemptsAsync("a")).ShouldBe("first Unavailable, second answered");
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_again_once_something_was_delivered()
    {
        await using var f = await StartAsync(("Llm:AttemptsPerCandidate", "3"));
        f.First.Answers = _ => new FakeAnswer { Text = "one two three", EndsAfter = 3 };
        var (chunks, receipt, failure) = await f.Calls.StreamAsync("a", Body());
        failure!.Code.ShouldBe(ErrorCodes.ProviderFailed);
        CallFixture.TextOf(chunks).ShouldBe("one two");
        receipt!.ProviderName.ShouldBe("first");
        f.First.Received.Count.ShouldBe(1);
        f.Second.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wait_that_is_too_long_moves_on_and_a_short_one_is_kept()
    {
        await using var f = await StartAsync(("Llm:AttemptsPerCandidate", "3"));
        f.First.Answers = _ => new FakeAnswer { Status = 429, RetryAfter = "30" };
        (await f.Calls.CallAsync("a", Body())).Receipt.ProviderName.ShouldBe("second");
        f.First.Received.Count.ShouldBe(1);
        f.First.Answers = _ =>
            f.First.Received.Count < 4 ? new FakeAnswer { Status = 429, RetryAfter = "0" } : new FakeAnswer();
        (await f.Calls.CallAsync("b", Body())).Receipt.ProviderName.ShouldBe("first");
        (await f.AttemptsAsync("b")).ShouldBe("first RateLimited, first RateLimited, first answered");
    }

    [Fact]
    public async Task The_first_choice_follows_the_weights_and_the_rest_are_fallbacks()
    {
        await using var f = await StartAsync(
            ("Llm:WeightedAliases:fast:0:Model", "first/m"),
            ("Llm:WeightedAliases:fast:0:Weight", "0"),
            ("Llm:WeightedAliases:fast:1:Model", "second/m")
        );
        for (var i = 0; i < 5; i++)
            (await f.Calls.CallAsync($"a{i}", Body("fast"))).Receipt.ProviderName.ShouldBe("second");
        f.Second.Answers = _ => new FakeAnswer { Status = 500 };
        (await f.Calls.CallAsync("b", Body("fast"))).Receipt.ProviderName.ShouldBe("first");
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task A_full_provider_is_passed_over_and_alone_it_tells_when_to_come_again()
    {
        await using var f = await StartAsync(("Llm:Providers:0:MaxConcurrentCalls", "2"));
        f.First.Hold();
        Task[] running = [f.Calls.CallAsync("a", Body()), f.Calls.CallAsync("b", Body())];
        await f.First.WhenReceivedAsync(2);
        (await f.Calls.CallAsync("c", Body()).WaitAsync(TimeSpan.FromSeconds(30))).Receipt.ProviderName.ShouldBe(
            "second"
        );
        var full = await Should.ThrowAsync<RefusedException>(() => f.Calls.CallAsync("d", Body("one")));
        full.Code.ShouldBe(ErrorCodes.Unavailable);
        full.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        f.First.LetGo();
        await Task.WhenAll(running);
        await f.Calls.CallAsync("d", Body("one"));
        f.First.Received.Count.ShouldBe(3);
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task A_user_for_whom_a_provider_only_fails_takes_it_from_nobody_else()
    {
        await using var f = await StartAsync(
            ("Llm:Providers:0:BreakerFailures", "3"),
            ("Llm:Providers:0:BreakerPauseSeconds", "600")
        );
        f.First.Answers = _ => new FakeAnswer { Status = 500 };
        for (var i = 0; i < 5; i++)
            await f.Calls.OutcomeAsync($"fails-{i}", Body("one"));
        f.First.Received.Count.ShouldBe(3);
        f.Broken().ShouldBeEmpty();

        f.First.Answers = _ => new FakeAnswer();
        (await f.CallAsSomebodyElseAsync("lihua", Body("one"))).ShouldBe("ok");
        (await f.Calls.OutcomeAsync("waits", Body("one"))).ShouldBe("unavailable");
    }

    [Fact]
    public async Task A_provider_that_fails_for_several_is_left_alone_and_tried_by_one_call_after_the_pause()
    {
        await using var f = await StartAsync(
            ("Llm:Providers:0:BreakerFailures", "3"),
            ("Llm:Providers:0:BreakerPauseSeconds", "600")
        );
        f.First.Answers = _ => new FakeAnswer { Status = 503 };
        for (var i = 0; i < 2; i++)
            (await f.Calls.OutcomeAsync($"fails-{i}", Body("one"))).ShouldBe("provider_failed");
        (await f.CallAsSomebodyElseAsync("lihua", Body("one"))).ShouldBe("provider_failed");
        var before = await f.Calls.BalanceAsync();

        var open = await Should.ThrowAsync<RefusedException>(() => f.Calls.CallAsync("a", Body("one")));
        open.Code.ShouldBe(ErrorCodes.Unavailable);
        open.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(600));
        (await f.Calls.CallAsync("b", Body())).Receipt.ProviderName.ShouldBe("second");
        f.First.Received.Count.ShouldBe(3);
        f.Broken().ShouldBe(["first"]);
        before.HeldMicros.ShouldBe(0);

        f.First.Answers = _ => new FakeAnswer();
        f.Calls.App.Clock.Advance(TimeSpan.FromSeconds(601));
        (await f.Calls.CallAsync("a", Body("one"))).Receipt.ProviderName.ShouldBe("first");
        (await f.Calls.CallAsync("c", Body())).Receipt.ProviderName.ShouldBe("first");
        f.Broken().ShouldBeEmpty();
        await f.Calls.SettledAsync();
    }

    [Fact]
    public async Task A_call_that_was_never_sent_is_free_even_where_failures_are_charged()
    {
        await using var f = await StartAsync(
            ("Llm:Providers:0:BreakerFailures", "1"),
            ("Llm:ChargePolicies:gateway.openai:Failed", "InputOnly")
        );
        f.First.Answers = _ => new FakeAnswer { Status = 500 };
        await f.Calls.OutcomeAsync("sent", Body("one"));
        (await f.Calls.CallViewAsync("sent")).CreditMicros.ShouldBeGreaterThan(0);
        (await f.Calls.OutcomeAsync("not-sent", Body("one"))).ShouldBe("unavailable");
        (await f.Calls.CallViewAsync("not-sent")).CreditMicros.ShouldBe(0);
        await f.Calls.SettledAsync();
    }

    /// <summary>Once it has failed a repeat may begin, with a hold of its own under the same key.</summary>
    [Fact]
    public async Task The_hold_of_a_failed_call_is_given_back_before_its_key_may_be_used_again()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var f = await CallFixture.StartAsync(s =>
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
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        var call = f.OutcomeAsync("a");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await using (
            var db = await f.App.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync()
        )
            (await db.Calls.SingleAsync()).State.ShouldBe(CallState.Sent);
        gate.SetResult();
        (await call).ShouldBe("provider_failed");
        f.App.Services.GetRequiredService<LiveCalls>().Count.ShouldBe(0);
        f.Provider.Answers = _ => new FakeAnswer();
        (await f.OutcomeAsync("a")).ShouldBe("ok");
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_call_whose_caller_left_is_not_asked_again_and_costs_nothing_where_it_failed()
    {
        await using var f = await StartAsync(("Llm:AttemptsPerCandidate", "3"));
        var before = (await f.Calls.BalanceAsync()).BalanceMicros;
        using var leaves = new CancellationTokenSource();
        f.First.Hold();
        var asked = 0;
        f.First.Answers = _ => new FakeAnswer { Status = Interlocked.Increment(ref asked) == 1 ? 500 : 200 };
        var call = f.Calls.CallAsync("a", Body(), leaves.Token);
        await f.First.WhenReceivedAsync(1);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        f.First.LetGo();

        await f.Calls.SettledAsync();
        (f.First.Received.Count + f.Second.Received.Count).ShouldBe(1);
        (await f.Calls.BalanceAsync()).BalanceMicros.ShouldBe(before);
        (await f.RowAsync("a")).State.ShouldBe(CallState.Failed);
    }

    [Fact]
    public async Task A_call_that_another_process_has_taken_over_is_not_sent()
    {
        await using var f = await StartAsync();
        f.First.Hold();
        f.First.Answers = _ => new FakeAnswer { Status = 500 };
        var call = f.Calls.OutcomeAsync("a", Body());
        await f.First.WhenReceivedAsync(1);
        await f
            .Calls.App.Services.GetRequiredService<IWriter<LlmDb>>()
            .WriteAsync(
                (db, token) => db.Calls.ExecuteUpdateAsync(s => s.SetProperty(c => c.Owner, "another"), token),
                default
            );
        f.First.LetGo();

        (await call).ShouldBe("unavailable");
        f.Second.Received.ShouldBeEmpty();
        (await f.RowAsync("a")).State.ShouldBe(CallState.Sent);
        // Its hold is the other process's too.
        (await f.Calls.BalanceAsync()).HeldMicros.ShouldBeGreaterThan(0);
    }

    /// <summary>Twice the seeded price.</summary>
    private static SavePriceRuleRequest SecondPrice => new("*", "second", "*", 6_400_000, 32_000_000);

    private static byte[] Body(string model = Both) => CallFixture.Body(model: model);

    private static async Task<Pair> StartAsync(params (string Name, string Value)[] settings)
    {
        var (first, second) = (await FakeProvider.StartAsync(), await FakeProvider.StartAsync());
        var calls = await CallFixture.StartAsync(s =>
        {
            foreach (var (i, name, fake) in new[] { (0, "first", first), (1, "second", second) })
            {
                s.Settings[$"Llm:Providers:{i}:Name"] = name;
                s.Settings[$"Llm:Providers:{i}:BaseUrl"] = fake.BaseUrl;
                s.Settings[$"Llm:Providers:{i}:Models:0"] = "m";
            }
            (s.Settings["Llm:Aliases:both:0"], s.Settings["Llm:Aliases:both:1"]) = ("first/m", "second/m");
            s.Settings["Llm:Aliases:one:0"] = "first/m";
            foreach (var (name, value) in settings)
                s.Settings[name] = value;
        });
        return new Pair(calls, first, second);
    }

    private sealed record Pair(CallFixture Calls, FakeProvider First, FakeProvider Second) : IAsyncDisposable
    {
        /// <summary>The providers of which the metric says that they are left alone.</summary>
        public List<string> Broken()
        {
            var broken = new List<string>();
            var meters = Calls.App.Services.GetRequiredService<IMeterFactory>();
            var ours = meters.SmartFlow();
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, l) =>
                {
                    if (instrument.Meter == ours && instrument.Name == "smartflow.llm.provider.broken")
                        l.EnableMeasurementEvents(instrument);
                },
            };
            listener.SetMeasurementEventCallback<int>(
                (_, value, tags, _) =>
                {
                    if (value == 1)
                        broken.Add((string)tags[0].Value!);
                }
            );
            listener.Start();
            listener.RecordObservableInstruments();
            return broken;
        }

        /// <summary>The refusal's code, or "ok".</summary>
        public async Task<string> CallAsSomebodyElseAsync(string name, byte[] body)
        {
            var user = await Calls.App.SignUpAsync(name);
            try
            {
                await Calls.Llm.GenerateTextAsync(Calls.Billing("theirs") with { UserId = user.Id }, body, default);
                return "ok";
            }
            catch (RefusedException e)
            {
                return e.Code.Code;
            }
        }

        public async Task<LlmCall> RowAsync(string eventId)
        {
            await using var db = await Calls
                .App.Services.GetRequiredService<IDbContextFactory<LlmDb>>()
                .CreateDbContextAsync();
            return await db.Calls.AsNoTracking().SingleAsync(c => c.EventId == eventId);
        }

        public async Task<string> AttemptsAsync(string eventId) =>
            string.Join(
                ", ",
                JsonNode
                    .Parse((await RowAsync(eventId)).Attempts)!
                    .AsArray()
                    .Select(a => $"{a!["provider"]} {a["ended"]}{(a["may_bill"]!.GetValue<bool>() ? " may bill" : "")}")
            );

        public async ValueTask DisposeAsync()
        {
            await Calls.DisposeAsync();
            await First.DisposeAsync();
            await Second.DisposeAsync();
        }
    }
}
