namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Small numbers as people write them: 12, 十二, 两, twelve, a.</summary>
internal static class Numbers
{
    /// <summary>A regex fragment for what <see cref="Read"/> takes in Chinese text.</summary>
    public const string Pattern = @"\d{1,3}|[零〇一二两三四五六七八九十]{1,3}";

    private const string Digits = "零一二三四五六七八九";

    private static readonly string[] English =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>Null for what is not a number from 0 to 999.</summary>
    public static int? Read(string text)
    {
        if (text.Length == 0) return null;
        if (text.All(char.IsAsciiDigit)) return int.Parse(text);
        var word = text.ToLowerInvariant();
        if (word is "a" or "an") return 1;
        if (word.StartsWith("a couple", StringComparison.Ordinal)) return 2;
        var english = Array.IndexOf(English, word);
        return english >= 0 ? english : Chinese(text);
    }

    private static int? Chinese(string text)
    {
        var ten = text.IndexOf('十');
        if (ten < 0) return text.Length == 1 ? Digit(text[0]) : null;
        var tens = ten == 0 ? 1 : ten == 1 ? Digit(text[0]) : null;
        var ones = ten == text.Length - 1 ? 0 : ten == text.Length - 2 ? Digit(text[^1]) : null;
        return tens * 10 + ones;
    }

    private static int? Digit(char c) => c switch
    {
        '两' => 2,
        '〇' => 0,
        _ => Digits.IndexOf(c) is >= 0 and var digit ? digit : null,
    };
}
