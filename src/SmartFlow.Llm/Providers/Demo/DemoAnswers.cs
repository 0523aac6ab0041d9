using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>
/// What the offline model says: a small set of true and useful answers, in the language of the question.
/// </summary>
internal static partial class DemoAnswers
{
    public static string Answer(string text)
    {
        var chinese = Chinese().IsMatch(text);
        foreach (var (pattern, zh, en) in Rules)
            if (pattern.IsMatch(text))
                return chinese ? zh : en;
        return chinese ? WhatItIsZh : WhatItIsEn;
    }

    private const string WhatItIsZh =
        "我是内置的离线模型：只按规则回答，不联网，也没有真正理解你的问题，所以这一条我答不上来。\n\n我能做的：\n"
        + "- 记任务，例如「提醒我下周五前交大作业」\n- 查任务，例如「我还有什么没做」\n- 安排一周：建学习计划、排进周历、移动、交换、查空闲，例如「新建计划「线代复习」到12月20日：第一章、第二章」「明天哪些时间有空」\n- 聊几句学习方法，例如「怎么背单词」「怎么复习」\n\n"
        + "想要真正的对话，请管理员设置 SMARTFLOW_LLM_BASE_URL 接入一个模型。";

    private const string WhatItIsEn =
        "I am the built-in offline model: I answer by rules, without a network, and did not really understand this question.\n\n"
        + "What I can do:\n- note a task, e.g. \"remind me to hand in the essay by next Friday\"\n"
        + "- show your tasks, e.g. \"what's due\"\n"
        + "- plan a week: make study plans, schedule, move, swap, find free time, e.g. \"create a plan Algebra to 20 Dec: chapter 1, chapter 2\", \"when am I free tomorrow\"\n- talk about how to study, e.g. \"how do I memorise words\"\n\n"
        + "For real conversation, ask the operator to set SMARTFLOW_LLM_BASE_URL to a model.";

    private static readonly (Regex Pattern, string Zh, string En)[] Rules =
    [
        (
            Words(),
            "背单词靠间隔重复：\n1. 当天、第 1、3、7、15 天各复习一次\n2. 先遮住释义自己回忆，再看答案\n3. 每次 20 到 30 个，放进例句里记\n\n要我记一个每天背单词的任务吗？对我说「提醒我明天早上背单词」。",
            "Use spaced repetition for words:\n1. Review on the same day and after 1, 3, 7 and 15 days\n2. Recall before you look\n3. 20 to 30 at a time, each in a sentence\n\nSay \"remind me to review words tomorrow morning\" and I will note it."
        ),
        (
            Exams(),
            "复习可以这样排：\n1. 列出考点，按「不会、半会、会」分三堆\n2. 先做「半会」，提分最快\n3. 每学一块就做题自测，错题隔天再做\n4. 考前两天只看错题和提纲",
            "A way to revise:\n1. List the topics and sort them: unknown, shaky, known\n2. Start with the shaky ones\n3. Test yourself after each and redo mistakes a day later\n4. In the last two days only mistakes and outlines"
        ),
        (
            Focus(),
            "试试番茄工作法：25 分钟只做一件事，休息 5 分钟，四轮后休息 20 分钟。开始前把手机放到够不着的地方，把第一步写得小到两分钟就能做完。",
            "Try the pomodoro technique: 25 minutes on one thing, 5 minutes off, a longer break after four rounds. Put the phone out of reach and make the first step small enough for two minutes."
        ),
        (
            Notes(),
            "记笔记可以用康奈尔法：右边记要点，左边课后写成问题，底部用两句话总结。复习时遮住右边，只看问题来回忆。",
            "Try Cornell notes: points on the right, questions on the left after class, two sentences of summary below. To revise, cover the right side and answer the questions."
        ),
        (Thanks(), "不客气。有要记的事随时告诉我。", "You are welcome. Tell me whenever there is something to note."),
        (
            Who(),
            WhatItIsZh.Replace("，所以这一条我答不上来", ""),
            WhatItIsEn.Replace(" and did not really understand this question", "")
        ),
        (Bye(), "再见，学习顺利。", "Goodbye, and good luck with your studies."),
        (
            Greeting(),
            "你好，我是内置的离线模型。可以对我说「提醒我下周五前交大作业」，或者问「我还有什么没做」。",
            "Hello, I am the built-in offline model. Try \"remind me to hand in the essay by next Friday\", or ask \"what's due\"."
        ),
    ];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [GeneratedRegex(@"单词|背诵|记忆|记得住|记不住|memori[sz]e|vocabulary|spaced repetition|remember words", Options)]
    private static partial Regex Words();

    [GeneratedRegex(@"复习|备考|考试|考研|期末|\b(exams?|revis(e|ion)|final(s| exam))\b", Options)]
    private static partial Regex Exams();

    [GeneratedRegex(
        @"专注|拖延|分心|效率|番茄|学习方法|怎么学|如何学|\b(focus|procrastinat\w*|distract\w*|pomodoro|how (do|can|should) i (study|learn))\b",
        Options
    )]
    private static partial Regex Focus();

    [GeneratedRegex(@"笔记|\b(take|taking|make) notes\b|\bnote-?taking\b", Options)]
    private static partial Regex Notes();

    [GeneratedRegex(@"谢谢|多谢|感谢|\bthank(s| you)\b", Options)]
    private static partial Regex Thanks();

    [GeneratedRegex(
        @"你是谁|你是什么|你能做什么|你会什么|有什么功能|帮助|\b(who|what) are you\b|what can you do|^\W*help\W*$",
        Options
    )]
    private static partial Regex Who();

    [GeneratedRegex(@"再见|拜拜|\b(good)?bye\b|see you", Options)]
    private static partial Regex Bye();

    [GeneratedRegex(
        @"^\W*(你好|您好|嗨|哈喽|早上好|下午好|晚上好|在吗|(hello|hi|hey|good (morning|afternoon|evening))\b)",
        Options
    )]
    private static partial Regex Greeting();
}
