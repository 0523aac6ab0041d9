using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Web;

public sealed class FairShareTests
{
    private readonly TestClock clock = new();
    private readonly FairShare fair;

    public FairShareTests() => fair = new FairShare(Options.Create(new RateLimitOptions()), clock);

    [Fact]
    public async Task Who_asks_for_far_more_than_the_others_waits_while_the_machine_cannot_keep_up_and_nobody_else_does()
    {
        await AskAsync(callers: 20);
        for (var i = 0; i < 500; i++)
            await fair.InvokeAsync(Request("glutton"), LetIn);
        fair.Measure(cannotKeepUp: false);
        Waits("glutton").ShouldBeFalse("it keeps up");
        fair.Measure(cannotKeepUp: true);
        Waits("glutton").ShouldBeTrue();
        Waits("caller 1").ShouldBeFalse();
        Waits("caller 21").ShouldBeFalse("nobody knows this one yet");

        clock.Advance(TimeSpan.FromSeconds(60));
        await AskAsync(callers: 20);
        fair.Measure(cannotKeepUp: true);
        Waits("glutton").ShouldBeFalse("what was long ago does not count");
    }

    [Fact]
    public async Task Made_up_credentials_count_for_their_network_and_few_callers_are_nobodys_crowd()
    {
        for (var i = 0; i < 500; i++)
            await fair.InvokeAsync(Request($"made up {i}", "10.9.9.9"), _ => Task.CompletedTask);
        await AskAsync(callers: 6);
        fair.Measure(cannotKeepUp: true);
        Waits("one made up", "10.9.9.9").ShouldBeFalse("seven are few");
        await AskAsync(callers: 20);
        fair.Measure(cannotKeepUp: true);
        Waits("another made up", "10.9.9.9").ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_waits_for_those_who_have_gone()
    {
        await AskAsync(callers: 20);
        clock.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 500; i++)
            await fair.InvokeAsync(Request("the only one left"), LetIn);
        fair.Measure(cannotKeepUp: true);
        Waits("the only one left").ShouldBeFalse();
        await AskAsync(callers: 20);
        fair.Measure(cannotKeepUp: true);
        Waits("the only one left").ShouldBeTrue("they are back");
    }

    [Fact]
    public async Task A_large_body_counts_as_many_requests()
    {
        await AskAsync(callers: 20);
        for (var i = 0; i < 3; i++)
            await fair.InvokeAsync(Request("sends much", length: 12 << 20), LetIn);
        fair.Measure(cannotKeepUp: true);
        Waits("sends much").ShouldBeTrue();
    }

    [Fact]
    public async Task Who_leaves_while_waiting_has_asked_all_the_same()
    {
        await AskAsync(callers: 20);
        for (var i = 0; i < 500; i++)
            await fair.InvokeAsync(Request("leaves"), LetIn);
        for (var second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await AskAsync(callers: 20);
            fair.Measure(cannotKeepUp: true);
            for (var i = 0; i < 50; i++)
            {
                using var left = new CancellationTokenSource();
                var request = Request("leaves");
                request.RequestAborted = left.Token;
                var asked = fair.InvokeAsync(request, LetIn);
                asked.IsCompleted.ShouldBeFalse($"second {second}, request {i}");
                await left.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(asked);
            }
        }
    }

    [Fact]
    public void A_single_pause_is_none_that_lasts_and_two_within_half_a_second_are()
    {
        var (good, late) = (TimeSpan.FromMilliseconds(51), TimeSpan.FromMilliseconds(55));
        fair.CannotKeepUp(late).ShouldBeFalse("a single one");
        for (var i = 0; i < 10; i++)
            fair.CannotKeepUp(good).ShouldBeFalse();
        fair.CannotKeepUp(late).ShouldBeFalse("half a second later");
        for (var i = 0; i < 8; i++)
            fair.CannotKeepUp(good);
        fair.CannotKeepUp(late).ShouldBeTrue("sooner");
        for (var i = 0; i < 100; i++)
            fair.CannotKeepUp(late);
        for (var i = 0; i < 10; i++)
            fair.CannotKeepUp(good);
        fair.CannotKeepUp(good).ShouldBeFalse("however long it lasted, half a second makes up for it");
    }

    private async Task AskAsync(int callers)
    {
        for (var i = 1; i <= callers; i++)
            await fair.InvokeAsync(Request($"caller {i}"), LetIn);
    }

    private bool Waits(string credentials, string address = "10.1.2.3") =>
        !fair.InvokeAsync(Request(credentials, address), LetIn).IsCompleted;

    private static Task LetIn(HttpContext context)
    {
        context.User = new ClaimsPrincipal(new ClaimsIdentity("test"));
        return Task.CompletedTask;
    }

    private static DefaultHttpContext Request(string credentials, string address = "10.1.2.3", long length = 0)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {credentials}";
        context.Request.ContentLength = length;
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context;
    }
}
