using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>What a message wants of the week.</summary>
internal enum DemoIntent
{
    None,
    CreatePlan,
    DeletePlan,
    UpdatePlan,
    Schedule,
    NotDone,
    Tired,
    Swap,
    Unplace,
    CancelCourse,
    Lock,
    Move,
    Place,
    Free,
    Analyse,
    Credit,
    Plans,
    Overview,
    CompleteTask,
    CreateEvent,
    DeleteEvent,
    Events,
}

/// <summary>Decides by words; the first rule that fits.</summary>
internal static partial class DemoIntents
{
    private static readonly (DemoIntent Intent, Regex Pattern)[] Rules =
    [
        (DemoIntent.CreatePlan, CreatePlan()),
        (DemoIntent.DeleteEvent, DeleteEvent()),
        (DemoIntent.Events, Events()),
        (DemoIntent.DeletePlan, DeletePlan()),
        (DemoIntent.UpdatePlan, UpdatePlan()),
        (DemoIntent.CancelCourse, CancelCourse()),
        (DemoIntent.Swap, Swap()),
        (DemoIntent.Unplace, Unplace()),
        (DemoIntent.Lock, Lock()),
        (DemoIntent.NotDone, NotDone()),
        (DemoIntent.Free, Free()),
        (DemoIntent.Move, Move()),
        (DemoIntent.Place, Place()),
        (DemoIntent.Tired, Tired()),
        (DemoIntent.Schedule, Schedule()),
        (DemoIntent.Analyse, Analyse()),
        (DemoIntent.Credit, Credit()),
        (DemoIntent.CompleteTask, CompleteTask()),
        (DemoIntent.Plans, Plans()),
        (DemoIntent.Overview, Overview()),
    ];

    public static DemoIntent Of(string message)
    {
        if (HowTo().IsMatch(message))
            return DemoIntent.None;
        if (DemoEvents.Is(message))
            return DemoIntent.CreateEvent;
        foreach (var (intent, pattern) in Rules)
            if (pattern.IsMatch(message))
                return intent;
        return DemoIntent.None;
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^\W*(怎么|如何|怎样|为什么|how\s+(do|to|should|can)\b|why\b)", Options)]
    private static partial Regex HowTo();

    [GeneratedRegex(
        @"(新建|创建|新增|制定|做|建|订)(一?[个份])?[^，。]{0,12}计划|\b(create|make|add|set\s+up|start)\s+(me\s+)?(a\s+|an\s+)?(new\s+)?(study\s+)?plan\b",
        Options
    )]
    private static partial Regex CreatePlan();

    [GeneratedRegex(@"(取消|删除|删掉|删了).{0,20}活动|\b(cancel|delete|remove)\b.{0,40}\bevent\b", Options)]
    private static partial Regex DeleteEvent();

    [GeneratedRegex(
        @"(哪些|什么|我的|列出|看看|查看|所有).{0,6}活动|\b(list|show|which|what|my)\b.{0,20}\bevents\b",
        Options
    )]
    private static partial Regex Events();

    [GeneratedRegex(@"(删除|删掉|删了)|\bdelete\b", Options)]
    private static partial Regex DeletePlan();

    [GeneratedRegex(
        @"延长|改名|(加|添)(上|一)?[一两]?[项条]|不要?排(在)?(周|星期|礼拜)|\b(extend|rename|add\s+(the\s+)?items?)\b|\b(no|not|avoid|exclude)\b.{0,14}\b(mon|tues?|wednes|thurs?|fri|satur|sun)days?\b",
        Options
    )]
    private static partial Regex UpdatePlan();

    [GeneratedRegex(
        @"停课|不上课|(取消|停掉).{0,12}课|课.{0,6}(取消|停|不上)|\b(cancel\w*|called\s+off)\b.{0,40}(class|course|lecture|lesson|week|day)|(class|course|lecture|lesson)\b.{0,30}\b(cancelled|canceled|called\s+off|does\s+not\s+take\s+place)",
        Options
    )]
    private static partial Regex CancelCourse();

    [GeneratedRegex(@"交换|对调|互换|调换|\b(swap|exchange|switch)\b", Options)]
    private static partial Regex Swap();

    [GeneratedRegex(
        @"移出|撤下|撤掉|拿掉|拿出|取消.{0,12}安排|从(周历|课表|日程)|\b(unplace|unschedule)\b|\btake\b.{1,40}\bout\b|\bremove\b.{1,40}\bfrom\b",
        Options
    )]
    private static partial Regex Unplace();

    [GeneratedRegex(@"锁定|锁住|解锁|\b(un)?lock\b", Options)]
    private static partial Regex Lock();

    [GeneratedRegex(
        @"没有?(完成|做|学|写|复习|看)|没来得及|没搞定|\b(did\s*n['o’]?t|did\s+not|have\s*n['o’]?t|could\s*n['o’]?t)\b.{0,16}\b(do|finish|complete|study|make)\b|\bnot\s+done\b|\bmissed\b",
        Options
    )]
    private static partial Regex NotDone();

    [GeneratedRegex(
        @"累了|好累|太累|很累|累死|累坏|没精神|没力气|撑不住|歇(一?会|一下)|休息(一?会|一下)|\b(i\s*['’]?\s*a?m|feel(ing)?|so|too|very|really)\s+(so\s+|too\s+|very\s+|really\s+|just\s+)*(tired|exhausted|worn\s+out)\b|\bneed\s+(a\s+)?(break|rest)\b",
        Options
    )]
    private static partial Regex Tired();

    [GeneratedRegex(@"有空|空闲|空档|空位|没课|空着|有没有时间|哪些时间|\bfree\b|\bavailable\b|\bslots?\b", Options)]
    private static partial Regex Free();

    [GeneratedRegex(
        @"(移|挪|改|调|推迟|提前|延后)(到|至|成|去)|\b(move|shift|postpone)\b|\breschedule\b.+\bto\b",
        Options
    )]
    private static partial Regex Move();

    [GeneratedRegex(
        @"(放|安排|排)(到|在|进)?.{0,6}(周[一二三四五六日天]|星期|礼拜|今天|明天|后天|\d+月)|\b(put|place)\b.{1,60}\b(on|at|to)\b",
        Options
    )]
    private static partial Regex Place();

    [GeneratedRegex(
        @"排课|(排|安排)(进|到|好|一下|上)|(帮我|请)(把.{1,30})?(排|安排)|安排(下周|本周|这周)|自动(安排|排)|重新(安排|排)|重排|\b(re-?)?schedule\b|\breplan\b|\bplan\s+(my|the|this|next)\b",
        Options
    )]
    private static partial Regex Schedule();

    [GeneratedRegex(
        @"分析|负荷|负担|合理吗|太满|体检|\banaly[sz]e\b|\bworkload\b|\boverload\w*|too\s+(full|much)|how\s+does\s+my\s+week",
        Options
    )]
    private static partial Regex Analyse();

    [GeneratedRegex(@"余额|额度|花了多少|用了多少|\bcredits?\b|\bbalance\b|\bspent\b", Options)]
    private static partial Regex Credit();

    [GeneratedRegex(
        @"(完成|做完|搞定|交)了|\b(i\s+)?(finished|completed)\b|\bdone\s+with\b|\bmark\b.{1,40}\bdone\b|\btick\b.{1,40}\boff\b",
        Options
    )]
    private static partial Regex CompleteTask();

    [GeneratedRegex(
        @"(哪些|什么|我的|列出|看看|查看|所有).{0,6}计划|计划.{0,10}(进度|详情|怎么样)|\b(list|show|which|what|my)\b.{0,20}\bplans\b|\bprogress\b",
        Options
    )]
    private static partial Regex Plans();

    [GeneratedRegex(
        @"概览|课表|周历|日程|(今天|明天|后天|本周|这周|下周|周[一二三四五六日天]|学期|星期[一二三四五六日天]).{0,8}(安排|有什么|有课|有哪些|上什么|怎么样|做什么|概况)|\boverview\b|\b(my|show|the)\s+(\w+\s+)?(week|day|term|schedule|timetable)\b|\bwhat('s|\s+is|\s+do\s+i\s+have)\s+on\b",
        Options
    )]
    private static partial Regex Overview();
}
