using System.Globalization;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class FailuresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("Retry-After", "1.5", 1_500)]
    [InlineData("Retry-After", "-3", 0)]
    [InlineData("Retry-After", "999999999", 3_600_000)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 08:00:20 GMT", 20_000)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 07:59:00 GMT", 0)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "NaN", null)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("retry-after-ms", "x", null)]
    public void Every_way_to_say_when_to_come_again_is_read_and_bounded(string header, string value, int? milliseconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(header, value);
        Failures
            .RetryAfterOf(response.Headers, Now)
            .ShouldBe(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
    }

    [Fact]
    public void Milliseconds_are_believed_before_seconds_because_they_are_finer()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", "1");
        response.Headers.TryAddWithoutValidation("retry-after-ms", 120.ToString(CultureInfo.InvariantCulture));
        Failures.RetryAfterOf(response.Headers, Now).ShouldBe(TimeSpan.FromMilliseconds(120));
    }

    [Fact]
    public void What_may_be_billed_is_never_asked_of_the_same_candidate_again()
    {
        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            var policy = Failures.PolicyOf(kind);
            (policy.Retry && policy.MayBill).ShouldBeFalse(kind.ToString());
        }
    }

    [Theory]
    [InlineData(nameof(FailureKind.Unavailable), true)]
    [InlineData(nameof(FailureKind.TimedOut), true)]
    [InlineData(nameof(FailureKind.Cut), true)]
    [InlineData(nameof(FailureKind.Malformed), true)]
    [InlineData(nameof(FailureKind.RateLimited), false)]
    [InlineData(nameof(FailureKind.Refused), false)]
    [InlineData(nameof(FailureKind.Rejected), false)]
    [InlineData(nameof(FailureKind.Busy), false)]
    public void Only_what_is_the_providers_fault_counts_against_it(string kind, bool fault) =>
        Failures.PolicyOf(Enum.Parse<FailureKind>(kind)).Fault.ShouldBe(fault);
}
