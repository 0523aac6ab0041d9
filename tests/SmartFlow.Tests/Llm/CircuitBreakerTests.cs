using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class CircuitBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly TestClock clock = new();

    [Fact]
    public void It_opens_after_so_many_failures_in_a_row_and_says_how_long_to_wait()
    {
        var breaker = New(3);
        breaker.Failed().ShouldBeFalse();
        breaker.Failed().ShouldBeFalse();
        breaker.TryEnter(out _).ShouldBeTrue();
        breaker.Failed().ShouldBeTrue();
        breaker.TryEnter(out var wait).ShouldBeFalse();
        wait.ShouldBeInRange(TimeSpan.FromSeconds(5), Pause);
        breaker.Failed().ShouldBeFalse();
    }

    [Fact]
    public void An_answer_that_came_to_its_end_begins_the_count_anew()
    {
        var breaker = New(2);
        breaker.Failed();
        breaker.Ended();
        breaker.Failed().ShouldBeFalse();
        breaker.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Answers_that_begin_and_break_off_open_it_all_the_same()
    {
        var breaker = New(2);
        for (var i = 0; i < 2; i++)
        {
            breaker.Began();
            breaker.Failed();
        }
        breaker.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public void After_the_pause_one_of_many_may_try_and_its_answer_closes_it()
    {
        var breaker = New(1);
        breaker.Failed();
        clock.Advance(Pause + TimeSpan.FromSeconds(1));
        var entered = 0;
        Parallel.For(0, 100, _ =>
        {
            if (breaker.TryEnter(out var _))
                Interlocked.Increment(ref entered);
        });
        entered.ShouldBe(1);
        breaker.Began().ShouldBeTrue();
        breaker.TryEnter(out _).ShouldBeTrue();
        breaker.Failed().ShouldBeTrue();
    }

    [Fact]
    public void A_probe_that_fails_or_is_never_heard_of_is_followed_by_one_a_pause()
    {
        var breaker = New(1);
        breaker.Failed();
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(Pause + TimeSpan.FromSeconds(1));
            breaker.TryEnter(out _).ShouldBeTrue();
            if (i == 0)
                breaker.Failed().ShouldBeFalse();
            breaker.TryEnter(out var wait).ShouldBeFalse();
            wait.ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Fact]
    public void The_end_of_an_older_answer_does_not_close_it()
    {
        var breaker = New(1);
        breaker.Failed();
        breaker.Ended();
        breaker.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public void Without_a_number_it_never_opens()
    {
        var breaker = New(0);
        for (var i = 0; i < 100; i++)
            breaker.Failed().ShouldBeFalse();
        breaker.TryEnter(out _).ShouldBeTrue();
    }

    private CircuitBreaker New(int failures) => new(failures, Pause, clock);
}
