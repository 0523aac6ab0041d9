using System.Globalization;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Forum.Plans;

/// <summary>A plan in the planner's words, there and back.</summary>
internal static class PlanDraft
{
    private const string DateFormat = "yyyy-MM-dd";

    public static Plan Read(TaskClassDraft draft) =>
        new(
            draft.Mode,
            draft.Subject,
            draft.Difficulty,
            draft.Intensity,
            draft.Strategy,
            !draft.HasAllowFillerCourses || draft.AllowFillerCourses,
            [.. draft.ExcludedPairs],
            [.. draft.ExcludedDays],
            Date(draft.StartDate),
            Date(draft.EndDate),
            [
                .. draft.Items.Select(i => new PlanItem(
                    i.Content,
                    i.Sections,
                    i.Deadline.Length == 0 ? null : Date(i.Deadline)
                )),
            ]
        );

    public static TaskClassDraft Write(Plan plan, string name)
    {
        var draft = new TaskClassDraft
        {
            Name = name,
            Mode = plan.Mode,
            Subject = plan.Subject,
            Difficulty = plan.Difficulty,
            Intensity = plan.Intensity,
            Strategy = plan.Strategy,
            AllowFillerCourses = plan.AllowFillerCourses,
            StartDate = Text(plan.StartDate),
            EndDate = Text(plan.EndDate),
        };
        draft.ExcludedPairs.Add(plan.ExcludedPairs);
        draft.ExcludedDays.Add(plan.ExcludedDays);
        draft.Items.Add(
            plan.Items.Select(i => new TaskItemDraft
            {
                Content = i.Content,
                Sections = i.Sections,
                Deadline = i.Deadline is { } day ? Text(day) : "",
            })
        );
        return draft;
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, DateFormat, CultureInfo.InvariantCulture);

    private static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);
}
