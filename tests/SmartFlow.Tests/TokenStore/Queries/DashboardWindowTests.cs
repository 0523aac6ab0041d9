using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class DashboardWindowTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 40, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_back_begins_with_the_whole_hour_in_which_it_begins()
    {
        var window = DashboardWindow.Of("24h", Now, Shanghai, null);
        window.StartOf(window.FirstBucket).ShouldBe(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
        window.StartOf(window.LastBucket).ShouldBe(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_months_buckets_are_days_of_the_stores_clock()
    {
        var window = DashboardWindow.Of("30d", Now, Shanghai, null);
        window.StartOf(window.LastBucket).ShouldBe(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.FromHours(8)));
        (window.LastBucket - window.FirstBucket + 1).ShouldBe(31);
    }

    [Fact]
    public void A_week_has_buckets_of_six_hours()
    {
        var window = DashboardWindow.Of("7d", Now, Shanghai, null);
        window.StartOf(window.LastBucket).ShouldBe(new DateTimeOffset(2026, 11, 22, 18, 0, 0, TimeSpan.FromHours(8)));
        (window.StartOf(window.FirstBucket + 1) - window.StartOf(window.FirstBucket)).ShouldBe(TimeSpan.FromHours(6));
    }

    [Fact]
    public void A_long_history_has_weeks_that_begin_on_monday()
    {
        var first = DashboardWindow.HourOf(Now.AddDays(-500));
        var window = DashboardWindow.Of("all", Now, Shanghai, first);
        window.StartOf(window.FirstBucket).ToOffset(TimeSpan.FromHours(8)).DayOfWeek.ShouldBe(DayOfWeek.Monday);
        window.BucketHours.ShouldBe(7 * 24);
    }

    [Fact]
    public void Without_any_consumption_all_is_one_point() =>
        DashboardWindow
            .Of("all", Now, Shanghai, null)
            .ShouldSatisfyAllConditions(w => w.FirstBucket.ShouldBe(w.LastBucket));

    /// <summary>
    /// The clocks went back on 2026-11-01 and forward on 2026-03-08: every day begins at its own midnight.
    /// </summary>
    [Fact]
    public void Days_begin_at_midnight_on_both_sides_of_a_change_of_the_clocks()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var window = DashboardWindow.Of("all", Now, zone, DashboardWindow.HourOf(Now.AddDays(-300)));
        for (var bucket = window.FirstBucket; bucket <= window.LastBucket; bucket++)
        {
            var start = window.StartOf(bucket);
            TimeZoneInfo.ConvertTime(start, zone).TimeOfDay.ShouldBe(TimeSpan.Zero);
            if (bucket > window.FirstBucket)
                window.Bucket(DashboardWindow.HourOf(start)).ShouldBe(bucket);
            if (bucket > window.FirstBucket)
                window.Bucket(DashboardWindow.HourOf(start) - 1).ShouldBe(bucket - 1);
        }
        var lengths = Enumerable
            .Range(0, (int)(window.LastBucket - window.FirstBucket))
            .Select(i =>
                (window.StartOf(window.FirstBucket + i + 1) - window.StartOf(window.FirstBucket + i)).TotalHours
            );
        lengths
            .GroupBy(h => h)
            .ToDictionary(g => g.Key, g => g.Count())
            .ShouldBe(
                new Dictionary<double, int>
                {
                    [24] = 298,
                    [23] = 1,
                    [25] = 1,
                },
                ignoreOrder: true
            );
    }

    /// <summary>
    /// Every hour of the window falls into a point of the series, and there are never too many points.
    /// </summary>
    [Fact]
    public void Every_hour_of_a_window_has_its_point() =>
        Prop.ForAll(
                Arb.From(Gen.Elements(DashboardWindow.Periods)),
                Arb.From(Gen.Choose(0, 400_000)),
                Arb.From(Gen.Choose(0, 200_000_000)),
                (period, age, seconds) =>
                {
                    var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000L + seconds);
                    var first = DashboardWindow.HourOf(now) - age;
                    var window = DashboardWindow.Of(period, now, Shanghai, first);
                    var hours = new[] { window.FromHour, window.ToHour, (window.FromHour + window.ToHour) / 2 };
                    return window.ToHour == DashboardWindow.HourOf(now)
                        && window.LastBucket - window.FirstBucket < DashboardWindow.MaxPoints
                        && hours.All(h => Holds(window, h))
                        && (period != "all" || window.FromHour == first);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [InlineData("1h")]
    [InlineData("24H")]
    [InlineData("7d; DROP TABLE credit_rollups")]
    public void Another_period_is_refused(string period) =>
        Should
            .Throw<RefusedException>(() => DashboardWindow.Of(period, Now, Shanghai, null))
            .Code.ShouldBe(ErrorCodes.InvalidArgument);

    private static bool Holds(DashboardWindow window, long hour)
    {
        var (bucket, at) = (window.Bucket(hour), DateTimeOffset.FromUnixTimeSeconds(hour * 3600));
        return bucket >= window.FirstBucket
            && bucket <= window.LastBucket
            && window.StartOf(bucket) <= at
            && at < window.StartOf(bucket + 1);
    }
}
