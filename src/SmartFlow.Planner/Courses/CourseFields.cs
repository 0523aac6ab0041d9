using System.Globalization;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses;

/// <summary>When a course takes place, as a person says it.</summary>
/// <param name="Id">Of an arrangement that stays; null: a new one.</param>
/// <param name="Teacher">Null or empty: the course's.</param>
/// <param name="Place">Null or empty: the course's.</param>
internal sealed record ArrangementFields(
    long? Id,
    int Day,
    int SectionFrom,
    int SectionTo,
    IReadOnlyList<int> Weeks,
    string? Teacher,
    string? Place
)
{
    internal LessonTime Time => new(Day, SectionFrom, SectionTo, WeekMask.Of(Weeks));
}

/// <summary>What a person says about a course; what is absent stays, and hue and note are cleared by null.</summary>
internal sealed class CourseFields
{
    private const int NoteMax = 500;
    private const int ArrangementsMax = 60;
    private const int TextMax = 100;

    public string? Name { get; set; }

    public string? Teacher { get; set; }

    public string? Place { get; set; }

    public bool? Embeddable { get; set; }

    public int? Hue
    {
        get;
        set
        {
            field = value;
            HasHue = true;
        }
    }

    public string? Note
    {
        get;
        set
        {
            field = value;
            HasNote = true;
        }
    }

    /// <summary>All of them: one that is left out is removed.</summary>
    public IReadOnlyList<ArrangementFields>? Arrangements { get; set; }

    /// <summary>
    /// What stands in the way gives way: courses lose the weeks that overlap, study blocks lose their place.
    /// </summary>
    public bool? ReplaceConflicts { get; set; }

    private bool HasHue { get; set; }

    private bool HasNote { get; set; }

    /// <summary>Pure: changes the course.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument with every reason by field.</exception>
    public void ApplyTo(Course course, Term term)
    {
        course.Name = (Name ?? course.Name).Trim();
        course.Teacher = (Teacher ?? course.Teacher).Trim();
        course.Place = (Place ?? course.Place).Trim();
        course.Embeddable = Embeddable ?? course.Embeddable;
        if (HasHue)
            course.Hue = Hue;
        if (HasNote)
            course.Note = string.IsNullOrWhiteSpace(Note) ? null : Note.Trim();
        var errors = new FieldErrors()
            .Text("name", course.Name, 1, TextMax)
            .Text("teacher", course.Teacher, 0, TextMax)
            .Text("place", course.Place, 0, TextMax)
            .Require(
                !(course.Name + course.Teacher + course.Place).Contains('\n'),
                "name",
                "must not contain line breaks"
            )
            .Require(course.Hue is null or (>= 0 and <= 7), "hue", "must be between 0 and 7")
            .Text("note", course.Note ?? "", 0, NoteMax);
        if (Arrangements is not null && Check(course, term, Arrangements, errors))
            Arrange(course, Arrangements);
        errors.Require(
            course.Arrangements.Count > 0 || Arrangements is { Count: > 0 },
            "arrangements",
            "must be at least one"
        );
        errors.Throw("The course is not valid.");
    }

    private static bool Check(Course course, Term term, IReadOnlyList<ArrangementFields> given, FieldErrors errors)
    {
        var known = course.Arrangements.Select(a => a.Id).ToHashSet();
        var ids = given.Where(a => a.Id is not null).Select(a => a.Id!.Value).ToArray();
        errors
            .Require(given.Count <= ArrangementsMax, "arrangements", $"must be at most {ArrangementsMax}")
            .Require(
                ids.Length == ids.Distinct().Count() && ids.All(known.Contains),
                "arrangements",
                "must name arrangements of this course, each once"
            );
        var fine = given.Count <= ArrangementsMax && ids.All(known.Contains);
        foreach (var (index, one) in given.Take(ArrangementsMax).Index())
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"arrangements[{index}].");
            var right =
                one.Day is >= 1 and <= 7
                && one.SectionFrom >= 1
                && one.SectionTo >= one.SectionFrom
                && one.SectionTo <= term.SectionTimes.Count
                && one.Weeks.Count is > 0 and <= Term.WeeksMax
                && one.Weeks.All(w => w >= 1 && w <= term.Weeks);
            errors
                .Range(field + "day", one.Day, 1, 7)
                .Range(field + "section_from", one.SectionFrom, 1, term.SectionTimes.Count)
                .Range(field + "section_to", one.SectionTo, one.SectionFrom, term.SectionTimes.Count)
                .Require(
                    one.Weeks.Count is > 0 and <= Term.WeeksMax && one.Weeks.All(w => w >= 1 && w <= term.Weeks),
                    field + "weeks",
                    $"must be weeks between 1 and {term.Weeks}"
                )
                .Text(field + "teacher", one.Teacher ?? "", 0, TextMax)
                .Text(field + "place", one.Place ?? "", 0, TextMax);
            fine &= right;
        }
        if (!fine)
            return false;
        for (var i = 0; i < given.Count; i++)
        for (var j = i + 1; j < given.Count; j++)
            errors.Require(
                given[i].Time.CommonWeeks(given[j].Time) == 0,
                $"arrangements[{j}].section_from",
                $"overlaps arrangements[{i}]"
            );
        return true;
    }

    private static void Arrange(Course course, IReadOnlyList<ArrangementFields> given)
    {
        var kept = course.Arrangements.ToDictionary(a => a.Id);
        course.Arrangements.RemoveAll(a => given.All(g => g.Id != a.Id));
        foreach (var one in given)
        {
            var arrangement = one.Id is { } id ? kept[id] : new Arrangement();
            if (one.Id is null)
                course.Arrangements.Add(arrangement);
            (arrangement.UserId, arrangement.TermId) = (course.UserId, course.TermId);
            (arrangement.Day, arrangement.SectionFrom, arrangement.SectionTo) = (
                one.Day,
                one.SectionFrom,
                one.SectionTo
            );
            arrangement.Weeks = WeekMask.Of(one.Weeks);
            arrangement.Teacher = Own(one.Teacher, course.Teacher);
            arrangement.Place = Own(one.Place, course.Place);
        }
    }

    private static string? Own(string? said, string courses) =>
        string.IsNullOrWhiteSpace(said) || said.Trim() == courses ? null : said.Trim();
}
