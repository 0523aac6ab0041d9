namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Numbers as people write them: 12, 1.5, 十二, 廿六, 二零二六, 两千年, twelve, thirty-first, a.</summary>
internal static class Numbers
{
    /// <summary>A regex fragment for what <see cref="Read"/> takes in Chinese text.</summary>
    public const string Pattern = @"\d{1,4}(?:\.\d)?|[零〇一二两三四五六七八九十百廿卅]{1,5}";

    private const string Ones = "one|two|three|four(?!t)|five|six(?!t)|seven(?!t)|eight(?!e|h|y)|nine(?!t)";

    /// <summary>A regex fragment for one to fifty-nine in English words.</summary>
    public const string Words =
        @"(?:twenty|thirty|forty|fifty)(?:[\s-]?(?:"
        + Ones
        + @"))?|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
        + Ones;

    /// <summary>A regex fragment for first to thirty-first in English words.</summary>
    public const string Ordinals =
        @"(?:(?:twenty|thirty)[\s-]?)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth"
        + @"|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth";

    private const string Digits = "零一二三四五六七八九";

    private static readonly Dictionary<string, int> English = EnglishNumbers();

    /// <summary>Null for what is not a whole number.</summary>
    public static int? Read(string text)
    {
        if (text.Length == 0)
            return null;
        if (text.All(char.IsAsciiDigit))
            return text.Length < 9 ? int.Parse(text) : null;
        // 15th.
        if (char.IsAsciiDigit(text[0]))
            return text[..text.TakeWhile(char.IsAsciiDigit).Count()] is { Length: < 9 } digits
                ? int.Parse(digits)
                : null;
        return char.IsAsciiLetter(text[0]) ? InEnglish(text) : InChinese(text);
    }

    /// <summary>Also halves and decimals: 半, 1.5, half.</summary>
    public static double? Amount(string text) =>
        text switch
        {
            "半" or "half" => 0.5,
            "几" or "a few" or "few" => 3,
            "several" => 7,
            _ when text.StartsWith("half", StringComparison.Ordinal) => 0.5,
            _ when text.Contains("couple", StringComparison.Ordinal) => 2,
            _ when text.Contains('.', StringComparison.Ordinal) => double.TryParse(
                text,
                System.Globalization.NumberStyles.AllowDecimalPoint,
                System.Globalization.CultureInfo.InvariantCulture,
                out var n
            )
                ? n
                : null,
            _ => Read(text),
        };

    private static int? InEnglish(string text)
    {
        int? sum = null;
        foreach (var word in text.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))
            if (word == "thousand")
                sum *= 1000;
            else if (English.TryGetValue(word, out var number))
                sum = (sum ?? 0) + number;
            else if (word is not ("and" or "day"))
                return null;
        return sum;
    }

    /// <summary>二零二六 is read digit by digit, 二十六 and 两千零四 by their tens.</summary>
    private static int? InChinese(string text)
    {
        var (sum, digit) = (0, -1);
        foreach (var c in text)
            if (Digit(c) is { } one)
                digit = digit < 0 ? one : digit * 10 + one;
            else if (Unit(c) is { } unit)
                (sum, digit) = (sum + (digit < 0 ? 1 : digit) * unit, -1);
            else if (c is '廿' or '卅')
                (sum, digit) = (sum + (c == '廿' ? 20 : 30), -1);
            else
                return null;
        return sum + Math.Max(digit, 0);
    }

    private static int? Unit(char c) =>
        c switch
        {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => null,
        };

    private static int? Digit(char c) =>
        c switch
        {
            '两' => 2,
            '〇' => 0,
            _ => Digits.IndexOf(c) is >= 0 and var digit ? digit : null,
        };

    private static Dictionary<string, int> EnglishNumbers()
    {
        string[] cardinals =
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        string[] ordinals =
        [
            "zeroth",
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
        ];
        var numbers = new Dictionary<string, int>
        {
            ["a"] = 1,
            ["an"] = 1,
            ["the"] = 1,
            ["oh"] = 0,
            ["o"] = 0,
        };
        for (var i = 0; i < cardinals.Length; i++)
            (numbers[cardinals[i]], numbers[ordinals[i]]) = (i, i);
        foreach (
            var (tens, value) in (ReadOnlySpan<(string, int)>)[("twent", 20), ("thirt", 30), ("fort", 40), ("fift", 50)]
        )
            (numbers[tens + "y"], numbers[tens + "ieth"]) = (value, value);
        return numbers;
    }
}
