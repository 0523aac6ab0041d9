using System.Text;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Exchange;

/// <summary>A property line of iCalendar (RFC 5545): name, parameters and raw value.</summary>
internal sealed record CalendarLine(int Line, string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    /// <summary>The value as text, with its escapes resolved.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Value.Length);
            for (var i = 0; i < Value.Length; i++)
            {
                if (Value[i] != '\\' || i + 1 == Value.Length) text.Append(Value[i]);
                else text.Append(Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
            }
            return text.ToString();
        }
    }
}

/// <summary>The events of an iCalendar file as lists of their properties; everything else is passed over.</summary>
internal static class CalendarText
{
    public const int EventsMax = 5_000;
    private const int LineMax = 16_000;
    private const int LinesMax = 200_000;
    private const int DepthMax = 8;

    /// <exception cref="RefusedException">invalid_argument: no iCalendar, or one beyond the limits.</exception>
    public static List<(int Line, List<CalendarLine> Properties)> Events(string text)
    {
        List<(int, List<CalendarLine>)> events = [];
        var open = new Stack<string>();
        List<CalendarLine>? current = null;
        foreach (var (number, line) in Unfolded(text))
        {
            if (Parse(number, line) is not { } property) continue;
            if (property.Name == "BEGIN")
            {
                open.Push(property.Value.Trim().ToUpperInvariant());
                if (open.Count > DepthMax) throw Unreadable.Line(number, "is nested too deeply");
                if (open.Peek() != "VEVENT") continue;
                if (events.Count == EventsMax) throw Unreadable.TooManyEvents(EventsMax);
                events.Add((number, current = []));
            }
            else if (property.Name == "END")
            {
                var name = property.Value.Trim().ToUpperInvariant();
                if (open.Count == 0 || open.Pop() != name) throw Unreadable.Line(number, $"ends {Short(name)}, which is not open");
                if (name == "VEVENT") current = null;
            }
            else if (open.Count > 0 && open.Peek() == "VEVENT") current?.Add(property);
        }
        return open.Count == 0 ? events : throw Unreadable.EndsInside(Short(open.Peek()));
    }

    /// <summary>Lines with their continuations joined, and the number of the first.</summary>
    private static IEnumerable<(int Number, string Line)> Unfolded(string text)
    {
        var (current, start, number) = (new StringBuilder(), 1, 0);
        foreach (var span in Split(text))
        {
            if (++number > LinesMax) throw Unreadable.TooManyLines(LinesMax);
            var continues = span.Length > 0 && span[0] is ' ' or '\t';
            if (!continues)
            {
                if (current.Length > 0) yield return (start, current.ToString());
                current.Clear();
                start = number;
            }
            current.Append(continues ? span[1..] : span);
            if (current.Length > LineMax) throw Unreadable.Line(start, $"has more than {LineMax} characters");
        }
        if (current.Length > 0) yield return (start, current.ToString());
    }

    private static IEnumerable<string> Split(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>Null for a line that is no property.</summary>
    private static CalendarLine? Parse(int number, string line)
    {
        var quoted = false;
        List<int> marks = [];
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') quoted = !quoted;
            else if (!quoted && line[i] == ';') marks.Add(i);
            else if (!quoted && line[i] == ':')
            {
                marks.Add(i);
                var name = line[..marks[0]].Trim().ToUpperInvariant();
                return new CalendarLine(number, name, Parameters(line, marks), line[(i + 1)..]);
            }
        }
        return null;
    }

    private static Dictionary<string, string> Parameters(string line, List<int> marks)
    {
        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i + 1 < marks.Count; i++)
        {
            var pair = line[(marks[i] + 1)..marks[i + 1]].Split('=', 2);
            if (pair.Length == 2) parameters[pair[0].Trim()] = pair[1].Trim().Trim('"');
        }
        return parameters;
    }

    private static string Short(string name) => name.Length <= 20 ? name : name[..20];
}
