using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SmartFlow.Llm.Providers.Demo.Planning;
using SmartFlow.Llm.Providers.Demo.Remembering;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>Decides by words whether a message wants a task made, tasks shown, or talk.</summary>
internal static partial class DemoRouting
{
    /// <summary>JSON as a model writes it: Chinese as it is.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The answer to the schema named route: {"route","title","when"}; dates are left to the caller's own rules.
    /// </summary>
    /// <param name="text">The message.</param>
    /// <param name="before">What was said before it: the answer to a question of ours belongs to that request, a new
    /// request does not.</param>
    public static string Route(string text, string before) =>
        new JsonObject
        {
            ["route"] = DemoTexts.IsQuestion(before) && !OfTasks(text) ? "plan" : Decide(text),
            ["title"] = null,
            ["when"] = null,
        }.ToJsonString(Json);

    private static bool OfTasks(string text) => CreateFirst().IsMatch(text) || Query().IsMatch(text);

    private static string Decide(string text)
    {
        if (CreateFirst().IsMatch(text))
            return "task_create";
        if (Query().IsMatch(text))
            return "task_query";
        if (DemoMemory.IsStatement(text))
            return "chat";
        if (DemoEvents.IsTask(text) && !Question().IsMatch(text))
            return "task_create";
        if (!Remind().IsMatch(text) && DemoIntents.Of(text) != DemoIntent.None)
            return "plan";
        return !Question().IsMatch(text) && CreateAnywhere().IsMatch(text) ? "task_create" : "chat";
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"^\W*(请|麻烦)?(你)?(提醒(我|一下)|(帮|给|替)我(记|加|建|添|定|设)|(添加|新建|创建|新增|加一?[个条])(一?[个条])?(任务|待办|提醒)"
            + @"|(please\s+)?((can|could|would|will)\s+you\s+)?(please\s+)?(remind\s+me|(add|create|make)\s+(me\s+)?(an?\s+)?(new\s+)?(task|to-?do|reminder))|to-?do\s*:)",
        Options
    )]
    private static partial Regex CreateFirst();

    [GeneratedRegex(
        @"(有|还有|剩)(哪些|什么|多少)[^。？?!！]{0,6}(任务|待办|作业|事|没做|要做|没完成|要交)|(还有|有)(什么|哪些)(没做|要做|要交|没完成)"
            + @"|(什么|哪些)(任务|待办|事情?|作业)?(没做|没完成|要做|要交|到期|快到期)|(我的|所有|全部|查看|看看|列出)(的)?(任务|待办)(列表|清单|有哪些)?"
            + @"|(任务|待办)(列表|清单|有哪些|有什么)|(什么|哪些)(任务|待办|事情?|作业)?(已经)?(逾期|过期|超期)|(逾期|过期|超期)(了?的)?(任务|待办|事|作业)"
            + @"|what('s|\s+is|\s+are)?\s+(my\s+|still\s+)?(due|left|open|tasks?|to-?dos?)|what\s+(tasks?|to-?dos?)\b|(list|show)\s+(me\s+)?(all\s+)?(my\s+|the\s+)?(open\s+)?(tasks?|to-?dos?|reminders?)"
            + @"|what('s|\s+is|\s+are)?\s+overdue|overdue\s+(tasks?|to-?dos?)|what\s+do\s+i\s+(still\s+)?(have|need)\s+to\s+do|(which|how\s+many)\s+(tasks?|to-?dos?)|do\s+i\s+have\s+(any\s+)?(tasks?|to-?dos?)",
        Options
    )]
    private static partial Regex Query();

    [GeneratedRegex(@"提醒|记得|别忘|remind|remember|don'?t\s+(let\s+me\s+)?forget", Options)]
    private static partial Regex Remind();

    [GeneratedRegex(
        @"怎么|如何|为什么|什么|记得住|记得牢|还记得|[吗嘛？?]\s*$|^\W*(how|why|what|when|where|who|which|do|does|is|are)\b",
        Options
    )]
    private static partial Regex Question();

    [GeneratedRegex(
        @"提醒我|记得|别忘|待办|帮我记|记一下|记下来|记个|remind\s+me|to-?do\b|add\s+a\s+task|remember\s+to|don'?t\s+(let\s+me\s+)?forget",
        Options
    )]
    private static partial Regex CreateAnywhere();
}
