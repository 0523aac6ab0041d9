using SmartFlow.Llm.CallLog;

namespace SmartFlow.Tests.Llm.CallLog;

/// <summary>Where buckets begin, and percentiles.</summary>
public sealed class CallPeriodTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-22T17:25:00Z");

    [Theory]
    [InlineData("24h", 0, "2026-11-21T17:00:00Z", 25)]
    [InlineData("7d", 0, "2026-11-15T12:00:00Z", 29)]
    [InlineData("30d", 0, "2026-10-23T00:00:00Z", 31)]
    [InlineData("30d", 480, "2026-10-23T16:00:00Z", 31)]
    [InlineData("30d", -300, "2026-10-23T05:00:00Z", 31)]
    [InlineData("24h", 330, "2026-11-21T16:30:00Z", 25)]
    public void Buckets_begin_where_the_readers_do(string period, int offset, string from, int buckets)
    {
        var p = CallPeriod.Of(period, offset, Now);
        (p.From, p.Buckets).ShouldBe((DateTimeOffset.Parse(from), buckets));
        p.BucketOf(p.From).ShouldBe(0);
        p.BucketOf(Now).ShouldBe(buckets - 1);
        p.StartOf(buckets - 1).ShouldBeLessThanOrEqualTo(Now);
    }

    [Fact]
    public void A_percentile_is_the_nearest_rank()
    {
        List<long> values = [.. Enumerable.Range(1, 19).Select(i => (long)i)];
        (CallTally.Percentile(values, 50), CallTally.Percentile(values, 95)).ShouldBe((10, 19));
        (CallTally.Percentile([7], 50), CallTally.Percentile([7], 95), CallTally.Percentile([], 95)).ShouldBe(
            (7, 7, 0)
        );
    }
}
