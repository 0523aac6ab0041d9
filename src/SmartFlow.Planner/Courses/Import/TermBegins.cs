using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// Which week it is, as somebody says it who has no term yet: by its number, or by a date of the first week where the
/// term is still to come. A guess would turn odd weeks into even ones.
/// </summary>
internal sealed record TermBegins(int? CurrentWeek, DateOnly? TermStarts)
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument by field.</exception>
    public void Check() =>
        new FieldErrors()
            .Require(
                CurrentWeek is null or (>= 1 and <= Term.WeeksMax),
                "current_week",
                $"must be between 1 and {Term.WeeksMax}"
            )
            .Require(
                TermStarts is null || TermStarts >= Earliest && TermStarts < Latest,
                "term_starts",
                "must lie between the years 2000 and 2100"
            )
            .Require(CurrentWeek is null || TermStarts is null, "term_starts", "must not be sent beside current_week")
            .Throw("The week is not valid.");

    /// <summary>Null: nothing was said.</summary>
    /// <param name="today">In the zone of the term.</param>
    public DateOnly? FirstMonday(DateOnly today) =>
        CurrentWeek is { } week ? DefaultTerm.Monday(today).AddDays(-7 * (week - 1))
        : TermStarts is { } date ? DefaultTerm.Monday(date)
        : null;
}
