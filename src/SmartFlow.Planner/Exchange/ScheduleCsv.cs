using System.Globalization;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Csv;

namespace SmartFlow.Planner.Exchange;

/// <summary>Everything that stands in a term, one line for each time, with local dates and hours. Pure.</summary>
internal static class ScheduleCsv
{
    public static string Write(Term term, IEnumerable<BlockView> blocks)
    {
        var calendar = new TermCalendar(term);
        var csv = new CsvWriter().Row(
            "date",
            "week",
            "day",
            "section_from",
            "section_to",
            "starts",
            "ends",
            "kind",
            "title",
            "teacher",
            "place"
        );
        foreach (var one in blocks)
        {
            if (one.SectionTo > term.SectionTimes.Count)
                continue;
            var between = one.SectionFrom > one.SectionTo;
            csv.Row(
                calendar.DateOf(one.Week, one.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                one.Week,
                one.Day,
                between ? "" : one.SectionFrom,
                between ? "" : one.SectionTo,
                SectionTimeView.Clock(calendar.TimeAt(one.StartsAt)),
                SectionTimeView.Clock(calendar.TimeAt(one.EndsAt)),
                one.Kind.ToString().ToLowerInvariant(),
                one.Title,
                one.Teacher ?? "",
                one.Place ?? ""
            );
        }
        return csv.Take();
    }
}
