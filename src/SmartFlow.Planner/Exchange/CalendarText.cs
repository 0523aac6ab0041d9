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
                if (Value[i] != '\\' || i + 1 == Value.Length)
                    text.Append(Value[i]);
                else
                    text.Append(Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
            }
            return text.ToString();
        }
    }
}

/// <summary>A component with its own properties and those inside of it.</summary>
internal sealed record CalendarPart(string Name, int Line)
{
    public List<CalendarLine> Properties { get; } = [];

    public List<CalendarPart> Parts { get; } = [];

    public CalendarLine? Find(string name) => Properties.Find(p => p.Name == name);

    public IEnumerable<CalendarLine> All(string name) => Properties.Where(p => p.Name == name);
}

/// <summary>An iCalendar file as its calendars, events and zones; everything else is passed over.</summary>
internal static class CalendarText
{
    public const int EventsMax = 5_000;
    private const int LineMax = 16_000;
    private const int LinesMax = 200_000;
    private const int DepthMax = 8;

    /// <summary>The calendars of the file; each holds its VEVENTs, its VTIMEZONEs and its own properties.</summary>
    /// <exception cref="RefusedException">invalid_argument: no iCalendar, or one beyond the limits.</exception>
    public static List<CalendarPart> Calendars(string text)
    {
        var (events, root, open) = (0, new CalendarPart("", 0), new Stack<CalendarPart>());
        open.Push(root);
        foreach (var (number, line) in Unfolded(text))
        {
            if (Parse(number, line) is not { } property)
                continue;
            var name = property.Value.Trim().ToUpperInvariant();
            if (property.Name == "BEGIN")
            {
                if (open.Count > DepthMax)
                    throw Unreadable.Line(number, "is nested too deeply");
                if (name == "VEVENT" && ++events > EventsMax)
                    throw Unreadable.TooManyEvents(EventsMax);
                var part = new CalendarPart(name, number);
                if (IsKept(open.Peek().Name, name))
                    open.Peek().Parts.Add(part);
                open.Push(part);
            }
            else if (property.Name == "END")
            {
                if (open.Count == 1 || open.Pop().Name != name)
                    throw Unreadable.Line(number, $"ends {Short(name)}, which is not open");
            }
            else
                open.Peek().Properties.Add(property);
        }
        return open.Count == 1 ? root.Parts : throw Unreadable.EndsInside(Short(open.Peek().Name));
    }

    /// <summary>
    /// Folds that stand inside of a UTF-8 character, which section 3.1 allows, moved behind it, so that the bytes are
    /// text and every line keeps its number.
    /// </summary>
    public static byte[] WithWholeCharacters(ReadOnlySpan<byte> bytes)
    {
        var whole = new List<byte>(bytes.Length);
        var held = new List<byte>();
        for (var i = 0; i < bytes.Length; i++)
        {
            var fold = FoldAt(bytes[i..]);
            if (fold > 0 && IsContinuation(bytes, i + fold))
            {
                held.AddRange(bytes.Slice(i, fold));
                i += fold - 1;
                continue;
            }
            if (held.Count > 0 && !IsContinuation(bytes, i))
            {
                whole.AddRange(held);
                held.Clear();
            }
            whole.Add(bytes[i]);
        }
        whole.AddRange(held);
        return [.. whole];
    }

    private static int FoldAt(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [(byte)'\r', (byte)'\n', (byte)' ' or (byte)'\t', ..] => 3,
            [(byte)'\n' or (byte)'\r', (byte)' ' or (byte)'\t', ..] => 2,
            _ => 0,
        };

    private static bool IsContinuation(ReadOnlySpan<byte> bytes, int at) =>
        at < bytes.Length && (bytes[at] & 0xC0) == 0x80;

    private static bool IsKept(string parent, string name) =>
        (parent, name) switch
        {
            ("", "VCALENDAR") or ("VCALENDAR", "VEVENT" or "VTIMEZONE") or ("VTIMEZONE", "STANDARD" or "DAYLIGHT") =>
                true,
            _ => false,
        };

    /// <summary>Lines with their continuations joined, and the number of the first.</summary>
    private static IEnumerable<(int Number, string Line)> Unfolded(string text)
    {
        var (current, start, number) = (new StringBuilder(), 1, 0);
        foreach (var span in Split(text))
        {
            if (++number > LinesMax)
                throw Unreadable.TooManyLines(LinesMax);
            var continues = span.Length > 0 && span[0] is ' ' or '\t';
            if (!continues)
            {
                if (current.Length > 0)
                    yield return (start, current.ToString());
                current.Clear();
                start = number;
            }
            current.Append(continues ? span[1..] : span);
            if (current.Length > LineMax)
                throw Unreadable.Line(start, $"has more than {LineMax} characters");
        }
        if (current.Length > 0)
            yield return (start, current.ToString());
    }

    private static IEnumerable<string> Split(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Null for a line that is no property.</summary>
    private static CalendarLine? Parse(int number, string line)
    {
        var quoted = false;
        List<int> marks = [];
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (!quoted && line[i] == ';')
                marks.Add(i);
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
            if (pair.Length == 2)
                parameters[pair[0].Trim()] = pair[1].Trim().Trim('"');
        }
        return parameters;
    }

    private static string Short(string name) => name.Length <= 20 ? name : name[..20];
}
