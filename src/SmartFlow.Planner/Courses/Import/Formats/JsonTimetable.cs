using System.Text.Json;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>JSON: XiaoAi's courses, bare or as <c>courseInfos</c>, or the <c>kbList</c> of 正方.</summary>
internal static class JsonTimetable
{
    public const string XiaoAi = "xiaoai";
    public const string ZhengFang = "zhengfang";
    private const int DepthMax = 16;

    /// <exception cref="RefusedException">invalid_argument: no JSON, or none of these.</exception>
    public static ReadFile Read(string text, Term term)
    {
        try
        {
            using var document = JsonDocument.Parse(
                text,
                new JsonDocumentOptions
                {
                    MaxDepth = DepthMax,
                    AllowTrailingCommas = true,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            );
            var root = Open(document.RootElement);
            if (
                root.Object("data") is { ValueKind: JsonValueKind.String }
                && root.Text("data") is var shared
                && WakeUpFile.Is(shared)
            )
                return WakeUpFile.Read(shared, term);
            if (root.Object("kbList", "kblist") is { ValueKind: JsonValueKind.Array } list)
                return ZhengFangRows.Read(root, list, term.Weeks);
            var courses = root.ValueKind == JsonValueKind.Array ? root : root.Object("courseInfos", "courses");
            if (courses is not { ValueKind: JsonValueKind.Array } found)
                throw Unreadable.NoList();
            var first = found.GetArrayLength() > 0 ? found[0] : default;
            return first.Object("kcmc") is not null
                ? ZhengFangRows.Read(default, found, term.Weeks)
                : XiaoAiRows.Read(found, term.Weeks);
        }
        catch (JsonException e)
        {
            throw Unreadable.NoJson((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1);
        }
    }

    /// <summary>What an answer of a server wraps into data.</summary>
    private static JsonElement Open(JsonElement root) =>
        root.Object("data") is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } data
        && root.Object("kbList", "courseInfos", "courses") is null
            ? data
            : root;
}

/// <summary>Reading of JSON that says what it means in more than one way.</summary>
internal static class LooseJson
{
    /// <summary>The first member of one of these names; null: none, or no object.</summary>
    public static JsonElement? Object(this JsonElement parent, params ReadOnlySpan<string> names)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in names)
            if (parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
                return value;
        return null;
    }

    /// <summary>A string or number as text; else empty.</summary>
    public static string Text(this JsonElement parent, params ReadOnlySpan<string> names) =>
        parent.Object(names) switch
        {
            { ValueKind: JsonValueKind.String } text => Safe(text),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => "",
        };

    /// <summary>A whole number, also as a string; null for anything else.</summary>
    public static int? Whole(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var number) => number,
            JsonValueKind.String
                when int.TryParse(
                    Safe(value),
                    System.Globalization.NumberStyles.None,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var number
                ) => number,
            _ => null,
        };

    /// <summary>Half of a surrogate pair, written as an escape, is no text.</summary>
    private static string Safe(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
