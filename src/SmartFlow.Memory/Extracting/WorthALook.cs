using System.Text.RegularExpressions;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Whether a user's words may say something about them that is worth knowing later, in Chinese or English: most turns
/// ask for something and say nothing, and a look at them would be paid for all the same. Lets rather too much through
/// than too little.
/// </summary>
internal static partial class WorthALook
{
    public static bool Is(string words) =>
        Lasting().IsMatch(words) || (Self().IsMatch(words) && !Request().IsMatch(words) && !Question().IsMatch(words));

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        "以后|今后|从今|从现在|总是|老是|一直|一律|平时|通常|一般(都|不)|每天|每周|每晚|永远|从不|从来|习惯|喜欢|偏好|讨厌|更愿意|效率|状态最好|记住|(?<![别不没勿]|不要|没有)忘(了|掉|记)|不再|(别|不要|不想|不能|不)(再|给我|安排|排|学)"
            + @"|\b(always|never|usually|prefer|hate|dislike|enjoy|from\s+now\s+on|in\s+general|every\s+(day|week|morning|evening)|remember\s+that|forget\s+(that|about|what)|no\s+longer|any\s*more|not?\s+on\s+\w+days?)\b",
        Options
    )]
    private static partial Regex Lasting();

    [GeneratedRegex(@"我|咱|本人|\b(i|i'?m|i'?ve|my|mine|me|we|our)\b", Options)]
    private static partial Regex Self();

    [GeneratedRegex(
        @"提醒|记得|别忘|帮我|替我|给我|麻烦|待办|任务|安排|排进|移到|挪到|换到|取消|新建|创建|添加|删除|查看|看看|列出|余额|\b(remind|schedule|plan|move|put|swap|cancel|create|add|delete|remove|show|list|mark|place|don'?t\s+forget|remember\s+to|please|can\s+you|could\s+you)\b",
        Options
    )]
    private static partial Regex Request();

    [GeneratedRegex(
        @"[?？]\s*$|[吗呢么]\s*$|^\W*(how|why|what|when|where|who|which|do|does|did|is|are|am|can|could|should|will)\b|怎么|如何|为什么|什么|哪些|哪个|多少|有没有",
        Options
    )]
    private static partial Regex Question();
}
