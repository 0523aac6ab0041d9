namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>A day of the week as timetables write it.</summary>
internal static class DayName
{
    private const string Chinese = "一二三四五六日";
    private static readonly string[] English = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>1 (Monday) to 7 for 1, 1.0, 一, 周一, 星期一, 礼拜天, Mon, Monday; a number outside stays as it is; null for anything else.</summary>
    public static int? Read(string text)
    {
        var word = text.Trim().ToLowerInvariant();
        if (word.EndsWith(".0", StringComparison.Ordinal)) word = word[..^2];
        foreach (var prefix in (string[])["星期", "礼拜", "周"])
            if (word.StartsWith(prefix, StringComparison.Ordinal))
                word = word[prefix.Length..];
        if (word.Length is 1 or 2 && word.All(char.IsAsciiDigit)) return int.Parse(word);
        if (word == "天") return 7;
        if (word.Length == 1 && Chinese.IndexOf(word[0]) is >= 0 and var index) return index + 1;
        var english = Array.FindIndex(English, d => word.StartsWith(d, StringComparison.Ordinal));
        return english >= 0 && word.Length <= 9 && word.All(char.IsAsciiLetter) ? english + 1 : null;
    }
}
