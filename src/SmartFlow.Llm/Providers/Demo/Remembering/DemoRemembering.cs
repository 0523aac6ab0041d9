using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Remembering;

/// <summary>What the offline model says where a user speaks about themself, or asks what is known.</summary>
internal static partial class DemoRemembering
{
    /// <param name="text">The message.</param>
    /// <param name="remembered">What is known; null: there is no memory, so nothing is promised.</param>
    /// <returns>Null: it is about something else.</returns>
    public static string? Answer(string text, IReadOnlyList<string>? remembered)
    {
        if (remembered is null)
            return null;
        var zh = Chinese().IsMatch(text);
        if (AsksForIt().IsMatch(text))
            return Known(remembered, zh);
        if (!DemoMemory.IsStatement(text))
            return null;
        var titles = DemoMemory.Titles(text);
        if (titles.Count == 0)
            return zh ? "好的，这一条我不再记着。" : "All right, I forget that.";
        return zh
            ? $"好的，我会记住：{string.Join("；", titles)}。可以在「记忆」里查看、修改或关掉。"
            : $"All right, I will remember: {string.Join("; ", titles)}. You can see, change or switch it off under Memory.";
    }

    private static string Known(IReadOnlyList<string> remembered, bool zh)
    {
        if (remembered.Count == 0)
            return zh ? "关于你，我还没有记下什么。" : "I do not know anything about you yet.";
        var lines = string.Join('\n', remembered.Select(r => $"- {r}"));
        return zh
            ? $"我记得这些：\n\n{lines}\n\n可以在「记忆」里查看、修改或关掉。"
            : $"This is what I remember:\n\n{lines}\n\nYou can see, change or switch it off under Memory.";
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [GeneratedRegex(
        @"(你|还)记得(住)?(关于)?我?.{0,3}(什么|哪些)|你(知道|了解)我.{0,3}(什么|哪些)|\bwhat\s+do\s+you\s+(remember|know)\s+about\s+me\b",
        Options
    )]
    private static partial Regex AsksForIt();
}
