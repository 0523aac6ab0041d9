using System.Globalization;
using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>Reasons and relaxations in English, for whoever has no words of their own for their codes.</summary>
internal static class PlanTexts
{
    /// <param name="rule">After which no place was left.</param>
    /// <param name="sections">How many are missing.</param>
    /// <param name="hours">What the user has said about hours, where that is the rule.</param>
    public static string Of(Rule rule, int sections, string hours) =>
        rule switch
        {
            Rule.Dates => "No part of a day within the study plan's dates is that long.",
            Rule.Past => "All days of the study plan that would do have passed.",
            Rule.Deadline => "No place is left before its deadline.",
            Rule.Excluded => "Excluded days and hours leave no place.",
            Rule.Holiday => "Only holidays are left.",
            Rule.Hours => $"Your hours leave no place ({hours}).",
            Rule.Filler => "Only filler courses are left, and the study plan does not use them.",
            Rule.Occupied => "Courses and blocks that stay leave no place.",
            Rule.Order => "Locked items of the study plan leave no place in its order.",
            _ => "The other items need the time.",
        } + $" {Sections(sections)} missing.";

    public static string Of(RelaxationKind kind, int gained, int? day, TimeOfDay? time, int? pair) =>
        kind switch
        {
            RelaxationKind.AllowDay => $"Allow {Day(day)}{(time is { } t ? " " + Name(t) : "")}",
            RelaxationKind.AllowPair => $"Allow sections {pair * 2 - 1} and {pair * 2}",
            RelaxationKind.AllowFiller => "Allow filler courses",
            RelaxationKind.ExtendWeek => "End a week later",
            RelaxationKind.DropDeadlines => "Give up the deadlines",
            RelaxationKind.IgnoreHours => "Give up your hours this time",
            _ => "Study on holidays",
        } + $": {Sections(gained)} more.";

    private static string Day(int? day) => CultureInfo.InvariantCulture.DateTimeFormat.DayNames[(day ?? 0) % 7];

    private static string Name(TimeOfDay time) =>
        time switch
        {
            TimeOfDay.Morning => "morning",
            TimeOfDay.Afternoon => "afternoon",
            _ => "evening",
        };

    private static string Sections(int count) => count == 1 ? "1 section" : $"{count} sections";
}
