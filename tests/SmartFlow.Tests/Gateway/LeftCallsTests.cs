using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Llm.Calls;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Clients that repeat without a key after their own time-out: one provider call, one charge, one answer.
/// </summary>
public sealed class LeftCallsTests
{
    public static TheoryData<string> Surfaces { get; } = [.. Surface.All.Keys];

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_repeat_joins_the_call_that_its_client_has_left_and_waits_for_the_answer(string surface)
    {
        await using var f = await StartAsync();
        f.Provider.Hold();
        await LeaveAsync(f, surface);
        await LeaveAsync(f, surface, waits: true);
        var third = AskAsync(f, surface);
        await WaitingAsync(f, 1);
        f.Provider.LetGo();
        var answer = (await third).ShouldBe(HttpStatusCode.OK);
        answer.Header("x-smartflow-replayed").ShouldBe("true");
        Surface.All[surface].Said(answer).ShouldNotBeNullOrEmpty();
        await ChargesAsync(f, 1);
        (await f.User.GetAsync($"/api/v1/calls/{answer.Header("x-smartflow-event-id")}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("outcome")
            .GetString()
            .ShouldBe("completed");
    }

    [Fact]
    public async Task A_call_that_is_waited_for_is_read_on_beyond_the_limit_for_abandoned_ones()
    {
        await using var f = await StartAsync(("Llm:DrainSeconds", "1"));
        f.Provider.Hold();
        await LeaveAsync(f, "chat");
        var repeat = AskAsync(f, "chat");
        await WaitingAsync(f, 1);
        var live = f.App.Services.GetRequiredService<LiveCalls>();
        using var twice = new PeriodicTimer(TimeSpan.FromMilliseconds(1_300));
        for (var i = 0; i < 2; i++)
            await twice.WaitForNextTickAsync();
        live.Count.ShouldBe(1);
        f.Provider.LetGo();
        (await repeat).ShouldBe(HttpStatusCode.OK);
        await ChargesAsync(f, 1);
    }

    [Fact]
    public async Task Equal_calls_whose_clients_are_there_stay_as_many()
    {
        await using var f = await StartAsync();
        f.Provider.Hold();
        var calls = Enumerable.Range(0, 3).Select(_ => AskAsync(f, "chat")).ToList();
        await f.Provider.WhenReceivedAsync(3);
        f.Provider.LetGo();
        foreach (var call in calls)
            (await call).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "1")))
            .Header("x-smartflow-replayed")
            .ShouldBeNull("it was delivered");
        await ChargesAsync(f, 4);
    }

    [Fact]
    public async Task Two_calls_that_were_left_are_joined_by_one_repeat_each()
    {
        await using var f = await StartAsync();
        f.Provider.Hold();
        using var leave = new CancellationTokenSource();
        var left = Enumerable.Range(0, 2).Select(_ => AskAsync(f, "chat", leave.Token)).ToList();
        await f.Provider.WhenReceivedAsync(2);
        await leave.CancelAsync();
        foreach (var call in left)
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        await GoneAsync(f);
        var repeats = Enumerable.Range(0, 2).Select(_ => AskAsync(f, "chat")).ToList();
        await WaitingAsync(f, 2);
        var own = AskAsync(f, "chat");
        await f.Provider.WhenReceivedAsync(3);
        f.Provider.LetGo();
        (await Task.WhenAll(repeats)).Select(a => a.Header("x-smartflow-event-id")).Distinct().Count().ShouldBe(2);
        (await own).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        await ChargesAsync(f, 3);
    }

    [Theory]
    [InlineData("another body")]
    [InlineData("another route")]
    [InlineData("another API key")]
    [InlineData("another user")]
    [InlineData("a key of its own")]
    [InlineData("no wish to join")]
    public async Task Nothing_else_joins_it(string difference)
    {
        await using var f = await StartAsync();
        f.Provider.Hold();
        await LeaveAsync(f, "chat");
        using var other = f.App.WithKey(
            difference switch
            {
                "another API key" => await f.User.CreateApiKeyAsync(),
                "another user" => (await f.App.SignUpAsync("lin")).AccessToken,
                _ => f.User.AccessToken,
            }
        );
        var call = other.PostAsync(
            difference == "another route" ? "/v1/messages" : "/v1/chat/completions",
            Content("chat", difference == "another body" ? "ho" : "hi"),
            difference == "a key of its own" ? [("Idempotency-Key", "own")]
                : difference == "no wish to join" ? [("x-smartflow-no-join", "true")]
                : []
        );
        await f.Provider.WhenReceivedAsync(2);
        f.Provider.LetGo();
        (await call).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull(difference);
        await f.SettledAsync();
    }

    [Fact]
    public async Task After_its_end_only_a_client_that_says_that_it_repeats_is_given_its_answer_once_and_for_a_while()
    {
        await using var f = await StartAsync();
        async Task LeaveAndEndAsync()
        {
            f.Provider.Forget();
            f.Provider.Hold();
            await LeaveAsync(f, "chat");
            f.Provider.LetGo();
            await f.SettledAsync();
        }
        await LeaveAndEndAsync();
        (await AskAsync(f, "chat")).Header("x-smartflow-replayed").ShouldBeNull();
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "0"))).Header("x-smartflow-replayed").ShouldBeNull();
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "1")))
            .ShouldBe(HttpStatusCode.OK)
            .Header("x-smartflow-replayed")
            .ShouldBe("true");
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "2")))
            .Header("x-smartflow-replayed")
            .ShouldBeNull("it has been delivered");
        await LeaveAndEndAsync();
        f.App.Clock.Advance(TimeSpan.FromSeconds(301));
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "1")))
            .Header("x-smartflow-replayed")
            .ShouldBeNull("too late");
        await ChargesAsync(f, 6);
    }

    /// <summary>Else every request of a user who leaves all the time looks at thousands.</summary>
    [Fact]
    public async Task A_request_is_compared_with_a_few_of_the_calls_that_were_left()
    {
        const int left = 2 * LeftCalls.LookedAt;
        await using var f = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Model"] = "fake";
            s.Services = services =>
            {
                var real = services.Last(d => d.ServiceType == typeof(ILlm));
                services.AddSingleton(p =>
                    CountedLlm.Over((ILlm)ActivatorUtilities.CreateInstance(p, real.ImplementationType!))
                );
            };
        });
        f.Provider.Hold();
        using var leave = new CancellationTokenSource();
        var calls = Enumerable.Range(0, left).Select(_ => AskAsync(f, "chat", leave.Token)).ToList();
        await f.Provider.WhenReceivedAsync(left);
        await leave.CancelAsync();
        foreach (var call in calls)
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        await GoneAsync(f);
        f.Provider.LetGo();
        await f.SettledAsync();
        (await AskAsync(f, "chat")).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        CountedLlm.Looks.ShouldBe(LeftCalls.LookedAt);
        for (var i = 0; i < 4; i++)
            (await AskAsync(f, "chat")).ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        CountedLlm.Looks.ShouldBe(left, "what has ended is asked for once");
        (await AskAsync(f, "chat", ("x-stainless-retry-count", "1")))
            .ShouldBe(HttpStatusCode.OK)
            .Header("x-smartflow-replayed")
            .ShouldBe("true");
        await ChargesAsync(f, left + 5);
    }

    [Fact]
    public async Task Whoever_leaves_thousands_takes_nobodys_place()
    {
        await using var f = await StartAsync();
        var left = f.App.Services.GetRequiredService<LeftCalls>();
        for (var i = 0; i < 20_000; i++)
            left.Add($"left-{i}", new DefaultHttpContext().Request, f.User.Id + 1, 0, "{}"u8);
        f.Provider.Hold();
        await LeaveAsync(f, "chat");
        var repeat = AskAsync(f, "chat");
        await WaitingAsync(f, 1);
        f.Provider.LetGo();
        (await repeat).Header("x-smartflow-replayed").ShouldBe("true");
        await f.SettledAsync();
    }

    [Fact]
    public async Task Where_the_call_broke_off_meanwhile_the_repeat_is_a_call_of_its_own()
    {
        await using var f = await StartAsync(("Llm:DrainSeconds", "0"));
        f.Provider.Answers = _ => new FakeAnswer { HangAfter = f.Provider.Received.Count == 1 ? 2 : null };
        using (var leave = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = Content("chat stream"),
            };
            using var response = await f.User.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                leave.Token
            );
            await leave.CancelAsync();
        }
        await GoneAsync(f);
        await f.SettledAsync();
        var repeat = await AskAsync(f, "chat stream", ("x-stainless-retry-count", "1"));
        repeat.ShouldBe(HttpStatusCode.OK).Header("x-smartflow-replayed").ShouldBeNull();
        await ChargesAsync(f, 2);
    }

    [Fact]
    public async Task The_header_is_yes_or_no_and_the_setting_turns_it_all_off()
    {
        await using var f = await StartAsync(("Gateway:JoinWindowSeconds", "0"));
        (await AskAsync(f, "chat", ("x-smartflow-no-join", "maybe")))
            .ShouldBe(HttpStatusCode.BadRequest)
            .Text.ShouldContain("x-smartflow-no-join");
        f.Provider.Hold();
        await LeaveAsync(f, "chat");
        var repeat = AskAsync(f, "chat");
        await f.Provider.WhenReceivedAsync(2);
        f.Provider.LetGo();
        (await repeat).Header("x-smartflow-replayed").ShouldBeNull();
        await f.SettledAsync();
    }

    private static Task<CallFixture> StartAsync(params (string Name, string Value)[] settings) =>
        CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Model"] = "fake";
            foreach (var (name, value) in settings)
                s.Settings[name] = value;
        });

    private static StringContent Content(string surface, string text = "hi") =>
        new(Surface.All[surface].Body.Replace("TEXT", text), null, "application/json");

    private static Task<Answer> AskAsync(CallFixture f, string surface, params (string, string)[] headers) =>
        f.User.Http.PostAsync(Surface.All[surface].Path, Content(surface), headers);

    private static async Task<HttpResponseMessage> AskAsync(
        CallFixture f,
        string surface,
        CancellationToken cancellationToken
    )
    {
        using var content = Content(surface);
        return await f.User.Http.PostAsync(Surface.All[surface].Path, content, cancellationToken);
    }

    /// <summary>Asks, and goes once the provider has it, or once it waits for the call that has it.</summary>
    private static async Task LeaveAsync(CallFixture f, string surface, bool waits = false)
    {
        using var leave = new CancellationTokenSource();
        var call = AskAsync(f, surface, leave.Token);
        if (waits)
            await WaitingAsync(f, 1);
        else
            await f.Provider.WhenReceivedAsync(1);
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await GoneAsync(f);
    }

    private static Task GoneAsync(CallFixture f) =>
        Eventually.IsTrueAsync(
            () => Task.FromResult(f.App.Services.GetRequiredService<RunningCalls>().Of(f.User.Id) == 0),
            "the gateway sees that the client has gone"
        );

    private static Task WaitingAsync(CallFixture f, int repeats) =>
        Eventually.IsTrueAsync(
            () => Task.FromResult(f.App.Services.GetRequiredService<LiveCalls>().All.Sum(c => c.Waiting) == repeats),
            $"{repeats} wait"
        );

    private static async Task ChargesAsync(CallFixture f, int count)
    {
        await f.SettledAsync();
        (await f.User.GetAsync("/api/v1/credit-store/transactions?source=charge"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(count);
        (await f.FindingsAsync()).ShouldBeEmpty();
    }
}
