namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Day, sections and weeks of one lesson from the words of a file; collects what could not be read.</summary>
internal sealed class LessonReader(int? termWeeks)
{
    /// <summary>Of what a spreadsheet took for a date and what is taken back from there.</summary>
    private const double Recovered = 0.7;

    private readonly List<RowError> errors = [];

    public IReadOnlyList<RowError> Errors => errors;

    public double Confidence { get; private set; } = 1;

    public int? Day(string text) => Said(text, "day", DayName.Read(text));

    public int? Section(string text, string field) => Said(text, field, SectionRange.Single(text));

    public int[] Weeks(string text) => Said(text, "weeks", Read(text, t => WeekList.Read(t, termWeeks))) ?? [];

    /// <summary>Weeks whose odd or even ones are named apart: 单周, 双周, 每周 or nothing.</summary>
    public int[] Weeks(string text, string parity)
    {
        var word = WeekWords.InOneForm(parity).TrimEnd('周');
        if (word is "" or "全")
            return Weeks(text);
        if (word is "单" or "双")
            return Weeks($"{text}|{word}");
        errors.Add(RowError.Unreadable("weeks", parity));
        return [];
    }

    /// <summary>A row each; one without sections where they cannot be read.</summary>
    public (int? From, int? To)[] Sections(string text) =>
        Said(text, "section_from", Read(text, SectionRange.Read)) is { } runs
            ? [.. runs.Select(r => ((int?)r.From, (int?)r.To))]
            : [(null, null)];

    public void Refuse(RowError error) => errors.Add(error);

    private T? Read<T>(string text, Func<string, T?> read)
        where T : class
    {
        if (SheetDate.Undone(text) is not { } range)
            return read(text);
        Confidence = Recovered;
        return read(range);
    }

    private T? Said<T>(string text, string field, T? value)
    {
        if (value is null && !string.IsNullOrWhiteSpace(text))
            errors.Add(RowError.Unreadable(field, text));
        return value;
    }
}
