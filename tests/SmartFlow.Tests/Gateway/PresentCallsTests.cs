using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm.Calls;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>Clients that repeat in the very moment of their time-out, before it is seen that they have left.</summary>
public sealed class PresentCallsTests
{
    [Fact]
    public async Task A_repeat_that_is_here_before_its_first_call_is_seen_to_be_left_joins_it()
    {
        var arrivals = new ClientMatrixArrivals();
        await using var f = await StartAsync("5000", arrivals);
        f.Provider.Hold();
        using var leave = new CancellationTokenSource();
        var first = AskAsync(f, leave.Token);
        await f.Provider.WhenReceivedAsync(1);
        f.App.Clock.Advance(TimeSpan.FromSeconds(2));
        var repeat = AskAsync(f);
        await arrivals.SecondOf(f.User.AccessToken);
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await Eventually.IsTrueAsync(
            () =>
                Task.FromResult(
                    f.App.Services.GetRequiredService<LiveCalls>().All.Any(c => c.Waiting == 1)
                        || f.Provider.Received.Count > 1
                ),
            "it joins, or is a call"
        );
        f.Provider.LetGo();
        (await repeat).Headers.GetValues("x-smartflow-replayed").ShouldBe(["true"]);
        f.Provider.Received.Count.ShouldBe(1);
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_call_like_one_whose_client_stays_is_a_call_of_its_own()
    {
        await using var f = await StartAsync("50", new ClientMatrixArrivals());
        f.Provider.Hold();
        var first = AskAsync(f);
        await f.Provider.WhenReceivedAsync(1);
        f.App.Clock.Advance(TimeSpan.FromSeconds(2));
        var second = AskAsync(f);
        await f.Provider.WhenReceivedAsync(2);
        f.Provider.LetGo();
        foreach (var answer in await Task.WhenAll(first, second))
            answer.Headers.Contains("x-smartflow-replayed").ShouldBeFalse();
        await f.SettledAsync();
    }

    private static Task<CallFixture> StartAsync(string graceMilliseconds, ClientMatrixArrivals arrivals) =>
        CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Model"] = "fake";
            s.Settings["Gateway:JoinGraceMilliseconds"] = graceMilliseconds;
            s.Services = services => services.AddSingleton<IStartupFilter>(arrivals);
        });

    private static async Task<HttpResponseMessage> AskAsync(
        CallFixture f,
        CancellationToken cancellationToken = default
    )
    {
        using var content = new StringContent(Surface.All["chat"].Body, null, "application/json");
        return await f.User.Http.PostAsync(Surface.All["chat"].Path, content, cancellationToken);
    }
}
