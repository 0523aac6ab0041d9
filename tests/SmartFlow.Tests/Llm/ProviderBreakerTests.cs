using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class ProviderBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly TestClock clock = new();

    [Fact]
    public void One_account_alone_waits_by_itself_however_often_it_fails()
    {
        var breaker = New(4);
        for (var i = 0; i < 50; i++)
            breaker.Failed(1).ShouldBeFalse();
        breaker.TryEnter(1, out var wait).ShouldBeFalse();
        wait.ShouldBeInRange(TimeSpan.FromSeconds(5), Pause);
        breaker.TryEnter(2, out _).ShouldBeTrue();
        breaker.IsOpen.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(10, 10)]
    public void Failures_of_two_accounts_open_it_for_all(int failuresToOpen, int inTurn)
    {
        var breaker = New(failuresToOpen);
        for (var i = 0; i < inTurn - 1; i++)
            breaker.Failed(i % 2).ShouldBeFalse();
        breaker.Failed((inTurn - 1) % 2).ShouldBeTrue();
        breaker.TryEnter(3, out _).ShouldBeFalse();
    }

    [Fact]
    public void No_account_counts_for_more_than_half_of_the_failures()
    {
        var breaker = New(4);
        for (var i = 0; i < 50; i++)
            breaker.Failed(1);
        breaker.Failed(2).ShouldBeFalse();
        breaker.Failed(2).ShouldBeTrue();
    }

    [Fact]
    public void Anybodys_answer_begins_the_count_anew_and_ends_the_wait_of_its_own_account_alone()
    {
        var breaker = New(2);
        breaker.Failed(1);
        breaker.Failed(1);
        breaker.Ended(2);
        breaker.Failed(2).ShouldBeFalse();
        breaker.TryEnter(1, out _).ShouldBeFalse();
        clock.Advance(Pause + TimeSpan.FromSeconds(1));
        breaker.TryEnter(1, out _).ShouldBeTrue();
        breaker.TryEnter(1, out _).ShouldBeFalse();
        breaker.Began(1);
        breaker.TryEnter(1, out _).ShouldBeTrue();
    }

    [Fact]
    public void After_a_probe_was_answered_it_takes_as_many_failures_again()
    {
        var breaker = New(2);
        breaker.Failed(1);
        breaker.Failed(2).ShouldBeTrue();
        clock.Advance(Pause + TimeSpan.FromSeconds(1));
        breaker.TryEnter(3, out _).ShouldBeTrue();
        breaker.Began(3).ShouldBeTrue();
        breaker.Failed(3).ShouldBeFalse();
        breaker.Failed(4).ShouldBeTrue();
    }

    private ProviderBreaker New(int failuresToOpen) => new(failuresToOpen, Pause, clock);
}
