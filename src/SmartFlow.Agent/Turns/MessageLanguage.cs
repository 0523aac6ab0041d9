namespace SmartFlow.Agent.Turns;

/// <summary>Which of our two languages a message is in.</summary>
internal static class MessageLanguage
{
    /// <summary>One Chinese character is enough: 帮我 add a task.</summary>
    public static bool IsChinese(string text) =>
        text.Any(c => c is >= '\u4e00' and <= '\u9fff' or >= '\u3400' and <= '\u4dbf');
}
