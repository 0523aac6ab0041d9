using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// Why a timetable is refused as a whole: a word that pages have in the user's language, with its values, beside the
/// same in English.
/// </summary>
internal static class Unreadable
{
    public static RefusedException Empty() => File("file_empty", "is empty");

    public static RefusedException NoText() => File("file_no_text", "holds NUL bytes, so it is no text file");

    public static RefusedException Encoding() =>
        File("file_encoding", "is neither UTF-8 nor GBK text; save it as UTF-8");

    /// <summary>Its reader failed in a way that nobody foresaw; the reason is in the log.</summary>
    public static RefusedException Unforeseen() => File("file_unread", "cannot be read; save the timetable as CSV");

    public static RefusedException NoColumns() =>
        File("file_columns", "must begin with the columns 课程名称,星期,开始节数,结束节数,老师,地点,周数");

    public static RefusedException NoJson(long line, long position) =>
        File("file_json", $"is not valid JSON: line {line}, byte {position}", ("line", line));

    public static RefusedException NoList() =>
        File("file_list", "must be a list of courses, or hold courseInfos or kbList");

    public static RefusedException NoWorkbook() => File("file_excel", "cannot be read as an Excel workbook");

    public static RefusedException NoCourse() => File("file_no_course", "holds no course");

    public static RefusedException TooManyRows(int max) =>
        File("file_rows", $"must have at most {max} rows", ("max", max));

    public static RefusedException TooManyLines(int max) =>
        File("file_lines", $"must have at most {max} lines", ("max", max));

    public static RefusedException TooManyEvents(int max) =>
        File("file_events", $"must have at most {max} events and repeats", ("max", max));

    public static RefusedException TooManyParts(int max) =>
        File("file_parts", $"must have at most {max} parts", ("max", max));

    public static RefusedException TooManyCells(int max) =>
        File("file_cells", $"must have at most {max} cells", ("max", max));

    public static RefusedException Encrypted() => File("file_encrypted", "is encrypted; save it without a password");

    /// <summary>Its reading took longer, or more memory, than a sheet may take.</summary>
    public static RefusedException TooCostly() =>
        File("file_costly", "takes too long to read; save the timetable alone as CSV");

    public static RefusedException UnpacksTooLarge(int mebibytes) =>
        File("file_unpacked", $"must unpack to at most {mebibytes} MiB", ("max", mebibytes));

    /// <summary>A line that breaks the format or a limit.</summary>
    public static RefusedException Line(int line, string reason) =>
        File("file_line", $"line {line} {reason}", ("line", line));

    public static RefusedException EndsInside(string name) => File("file_cut_off", $"ends inside {name}");

    /// <summary>What another process of this program refused, as it said it.</summary>
    public static RefusedException Told(string rule, string reason, IReadOnlyDictionary<string, long> values) =>
        File(rule, reason, [.. values.Select(v => (v.Key, (object)v.Value))]);

    public static RefusedException TooLarge(int mebibytes) =>
        new(
            ErrorCodes.PayloadTooLarge,
            $"A timetable has at most {mebibytes} MiB.",
            extensions: Rule("file_size", ("max", mebibytes))
        );

    public static RefusedException NoImage() =>
        new(
            ErrorCodes.InvalidArgument,
            "image: must be a JPEG, PNG or WebP image",
            Reason("image", "must be a JPEG, PNG or WebP image"),
            Rule("image_type")
        );

    public static RefusedException NotUnderstood() =>
        Image(
            "image_not_understood",
            "The model's answer was no timetable. Try a sharper photo, or import a file.",
            "was not understood by the model"
        );

    public static RefusedException NoVision() =>
        Image(
            "image_no_vision",
            "A photo needs a vision model, and the configured model cannot read images. Ask your operator, or import a file.",
            "needs a vision model"
        );

    public static RefusedException NoCourseInImage() =>
        Image("image_no_course", "The model found no course in the photo.", "shows no course");

    private static RefusedException File(string rule, string reason, params (string Name, object Value)[] values) =>
        new(ErrorCodes.InvalidArgument, $"file: {reason}", Reason("file", reason), Rule(rule, values));

    private static RefusedException Image(string rule, string detail, string reason) =>
        new(ErrorCodes.Unprocessable, detail, Reason("image", reason), Rule(rule));

    private static Dictionary<string, string[]> Reason(string field, string reason) => new() { [field] = [reason] };

    private static Dictionary<string, object?> Rule(string rule, params (string Name, object Value)[] values)
    {
        var members = new Dictionary<string, object?> { ["rule"] = rule };
        foreach (var (name, value) in values)
            members[name] = value;
        return members;
    }
}
