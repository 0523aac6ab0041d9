using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Tests.Planner.Terms;

public class TermCalendarTests
{
    [Fact]
    public void Dates_indexes_and_instants_lead_back_to_their_slot() =>
        ForAnySeed(random =>
        {
            var term = Terms.Random(random);
            var calendar = new TermCalendar(term);
            for (var index = 0; index < calendar.Sections; index++)
            {
                var (week, day, section) = calendar.Slot(index);
                calendar.Index(week, day, section).ShouldBe(index);
                calendar.SlotDayOf(calendar.DateOf(week, day)).ShouldBe(new SlotDay(week, day));
                var (from, to) = calendar.TimesOf(week, day, section, section);
                to.ShouldBeGreaterThan(from);
                calendar.DateAt(from).ShouldBe(calendar.DateOf(week, day));
                calendar.IndexFrom(from).ShouldBe(index);
                calendar.IndexFrom(from.AddTicks(1)).ShouldBe(index + 1);
            }
            calendar.SlotDayOf(term.FirstMonday.AddDays(-1)).ShouldBeNull();
            calendar.SlotDayOf(term.FirstMonday.AddDays(calendar.Days)).ShouldBeNull();
        });

    [Fact]
    public void Courses_take_place_in_their_weeks_but_on_holidays_and_on_swap_days() =>
        ForAnySeed(random =>
        {
            var term = Terms.Random(random);
            var calendar = new TermCalendar(term);
            var courses = Terms.RandomCourses(random, term);
            var found = new Timetable(calendar, courses)
                .Occurrences()
                .Select(o => (o.Arrangement.Id, calendar.DateOf(o.Week, o.Day)))
                .Order()
                .ToArray();
            found.ShouldBe(Expected(term, courses).Order());
        });

    [Fact]
    public void Local_hours_keep_over_a_change_of_the_clock()
    {
        // Berlin goes back an hour on 2026-10-25, a Sunday.
        var calendar = new TermCalendar(Terms.Of(zone: "Europe/Berlin", firstMonday: new DateOnly(2026, 10, 19)));
        calendar.TimesOf(1, 1, 1, 2).ShouldBe((At("2026-10-19T06:00:00Z"), At("2026-10-19T07:40:00Z")));
        calendar.TimesOf(2, 1, 1, 1).From.ShouldBe(At("2026-10-26T07:00:00Z"));
    }

    [Fact]
    public void A_swap_day_runs_another_days_courses_and_a_holiday_none()
    {
        var term = Terms.Of(
            daysOff: new DaysOff(
                [new Holiday(new DateOnly(2026, 10, 1), "国庆节")],
                [new SwapDay(new DateOnly(2026, 10, 10), new DateOnly(2026, 10, 1))]
            )
        );
        var calendar = new TermCalendar(term);
        calendar.IsOff(4, 4).ShouldBeTrue();
        calendar.NameOfHoliday(4, 4).ShouldBe("国庆节");
        calendar.CoursesOf(4, 4).ShouldBeNull();
        calendar.CoursesOf(5, 6).ShouldBe(new SlotDay(4, 4));
        calendar.CoursesOf(5, 5).ShouldBe(new SlotDay(5, 5));
    }

    /// <summary>Date by date, in words of dates only.</summary>
    private static IEnumerable<(long, DateOnly)> Expected(Term term, List<Course> courses)
    {
        for (var date = term.FirstMonday; date < term.FirstMonday.AddDays(7 * term.Weeks); date = date.AddDays(1))
        {
            if (term.DaysOff.Holidays.Any(h => h.Date == date))
                continue;
            var runs = term.DaysOff.Swaps.FirstOrDefault(s => s.Date == date)?.Follows ?? date;
            var week = (runs.DayNumber - term.FirstMonday.DayNumber) / 7 + 1;
            var day = runs.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)runs.DayOfWeek;
            foreach (var arrangement in courses.SelectMany(c => c.Arrangements))
                if (arrangement.Day == day && WeekMask.Weeks(arrangement.Weeks).Contains(week))
                    yield return (arrangement.Id, date);
        }
    }

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private static void ForAnySeed(Action<Random> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => holds(new Random(seed)))
            .Check(Config.QuickThrowOnFailure);
}
