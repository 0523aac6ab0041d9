using System.Text.RegularExpressions;

namespace SmartFlow.Planner.QuickTasks.Language;

// What a day looks like. A number in front of a noun is not a date: 1号楼, 3日游, 前端.
internal static partial class Dates
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const string Months =
        @"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?!\s+(?:be|not|have|i|we)\b)|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])";

    private const string Weekdays = @"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)";

    private const string ShortDays = @"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)";

    private const string Small = @"\d{1,2}|[一二三四五六七八九十廿卅]{1,3}";

    private const string WeekWord = @"(?:周|星期|礼拜)";

    private const string EnglishDay =
        @"(?:\d{1,2}(?:\s?(?:st|nd|rd|th)\b)?|(?:" + Numbers.Ordinals + "|" + Numbers.Words + @")\b)(?:\s+day\b)?";

    private const string EnglishYear =
        @"(?:(?:\s*,\s*|\s+(?:of|in)\s+|[\s/-]+)(?:(?<y>(?:1[3-9]|2[01]|25)\d\d)(?![\d:])(?:\s+be\b)?|(?<y>two\s+thousand(?:\s+and)?(?:\s+(?:"
        + Numbers.Words
        + @")\b)?)|(?<y>next|this)\s+year\b)"
        + @"|(?:/|(?<=[a-z]|-\d{1,2})-|\s*'|\s+of\s+)(?<y>\d\d)(?![\d:])|(?=\s+\d{1,2}:\d\d(?::\d\d)?\s+(?<y>20\d\d))|)";

    private const string ChineseYear =
        @"(?:(?<y>\d{4}|\d\d|[零〇一二三四五六七八九]{2,4}|两千[零〇一二三四五六七八九十]{0,3}|今|明|后)年[\s,的]*)?";

    [GeneratedRegex(
        @"(?<!\d)(?<y>(?:1\d|2[01])\d\d)(?:(?<s>[-/. ])(?<m>\d{1,2})\k<s>(?<d>\d{1,2})|(?<m>0[1-9]|1[0-2])(?<d>0[1-9]|[12]\d|3[01]))(?!\d)",
        Options
    )]
    private static partial Regex Iso();

    [GeneratedRegex(
        @"(?<!\d)(?<y>\d{4})[\s/-](?<m>"
            + Months
            + @")\.?[\s/-](?<d>\d{1,2})(?!\d)|(?<!\d)(?<y>\d{4})[/-](?<d>\d{1,2})[/-](?<m>"
            + Months
            + @")|(?<!\d)(?<d>\d{1,2})[/-](?<y>\d{4})[/-](?<m>"
            + Months
            + @")|\b(?<m>"
            + Months
            + @")[/-](?<y>\d{4})[/-](?<d>\d{1,2})(?!\d)",
        Options
    )]
    private static partial Regex YearMonthName();

    [GeneratedRegex(
        @"(?<han>(?<=[\u4e00-\u9fff]\s?))?(?<![\d/.])(?<a>\d{1,2})(?<s>[/.-])(?<b>\d{1,2})(?:\k<s>|(?<=/\d+),)(?<y>\d{4}|\d\d|(?<=[\u4e00-\u9fff]\s?\d\d-\d{1,2}-)\d)(?![\d/-]|\.\d(?!\d?:))",
        Options
    )]
    private static partial Regex YearLast();

    [GeneratedRegex(
        @"(?<mark>(?<=(?:\b(?:on|due|by|before|until|in)|day)\s{1,4}|截止|[于在])|(?=\d{1,2}[/.-]\d{1,2}\s*(?:之?前|以前|截止|晚|早|下午|上午|中午|\d{1,2}:\d\d|\(?周|\(?星期)))?"
            + @"(?<![\d/.:$])(?<![a-z])(?<!\b(?:chapters?|ch|pages?|pp?|ex|exercises?|sections?|lessons?|units?|problems?|questions?|score|ratio|versions?|v|grades?|labs?|rooms?|parts?|weeks?|第)\.?\s{0,2})"
            + @"(?:(?!24/7)(?<a>\d{1,2})(?<s>/)(?<b>\d{1,2})|(?<!\d-)(?<a>\d{1,2})(?<s>[.-])(?<b>\d{1,2})(?!-\d))(?!\d|[/%:]|\.\d)(?!\s*(?:[章页题课点人个次天组班岁元块倍月年号日时]|节|分[钟数]|周(?![一二三四五六日天])|小时|单元|[ap]\.?m\b|hours?|days?|weeks?|units?|pages?|people|times|points?))"
            + @"(?<of>(?=\s*(?:的|of\b)))?",
        Options
    )]
    private static partial Regex TwoNumbers();

    [GeneratedRegex(
        ChineseYear
            + @"(?:(?<=(?:周|期|拜)[一二三四五六])|(?<![\d一二三四五六七八九十]))(?<m>"
            + Small
            + @")月份?\s*(?<d>"
            + Small
            + @")(?![\d一二三四五六七八九十个月])(?:日|号)?",
        Options
    )]
    private static partial Regex ChineseMonthDay();

    [GeneratedRegex(
        ChineseYear
            + @"(?:农历|阴历|旧历)"
            + ChineseYear
            + @"(?<m>[正冬腊]|"
            + Small
            + @")月初?(?<d>"
            + Small
            + @")日?|"
            + ChineseYear
            + @"(?<m>[正冬腊]|"
            + Small
            + @")月初(?<d>[一二三四五六七八九十])|(?<m>[正腊])月(?<d>"
            + Small
            + ")",
        Options
    )]
    private static partial Regex LunarDay();

    [GeneratedRegex(
        @"\b(?<m>"
            + Months
            + @")(?:\.?[\s/-]*(?:the\s+)?(?<d>"
            + EnglishDay
            + @")|,\s*(?:the\s+)?(?<d>\d{1,2}(?:st|nd|rd|th)))(?![\d:%]|\.\d|\s*(?:[ap]\.?\s?m\b|o'?clock))"
            + EnglishYear,
        Options
    )]
    private static partial Regex MonthNameDay();

    // 22 of "August 10 - 22".
    [GeneratedRegex(
        @"(?<=\b(?<m>"
            + Months
            + @")\.?[\s-]*(?:the\s+)?"
            + EnglishDay
            + @"\s*(?:[-–~]|to|until|till|through)\s*(?:the\s+)?)(?<d>"
            + EnglishDay
            + @")(?![\d:/])"
            + EnglishYear,
        Options
    )]
    private static partial Regex MonthNameLastDay();

    [GeneratedRegex(
        @"(?<![\d/.$-]|\d:|\$\s)(?:\bthe\s+)?(?<d>\d{1,2}(?:st|nd|rd|th)?(?:\s+day)?|(?:"
            + Numbers.Ordinals
            + "|"
            + Numbers.Words
            + @")(?:\s+day)?(?=[\s-]))(?:[\s/.,-]*(?:of\s+)?)(?<m>"
            + Months
            + @")\.?"
            + EnglishYear,
        Options
    )]
    private static partial Regex DayMonthName();

    [GeneratedRegex(
        @"(?:(?<next>下+)个?|这个?|本)月的?第(?<n>[一二三四五1-5])个"
            + WeekWord
            + @"(?<zd>[一二三四五六日天])|(?<m>"
            + Small
            + @")月的?(?:第(?<n>[一二三四五1-5])个|(?<last>最后一?个))"
            + WeekWord
            + @"(?<zd>[一二三四五六日天])|\b(?:the\s+)?(?:(?<n>first|second|third|fourth|fifth|[1-5](?:st|nd|rd|th))|(?<last>last))\s+(?<d>"
            + Weekdays
            + @")\s+(?:of|in)\s+(?:(?:the\s+)?(?:(?<next>next)|this)?\s*month\b|(?<m>"
            + Months
            + @")(?:\s+(?<y>\d{4}))?)",
        Options
    )]
    private static partial Regex NthWeekday();

    [GeneratedRegex(
        @"(?:(?:(?<y>今|明|\d{4})年)?(?<m>"
            + Small
            + @")月份?|(?<next>下+)个?月|本月|这个?月|(?<![\d一二三四五六七八九十个上]))月?(?<=月份?)"
            + @"(?:(?<end>底|末|下旬|之?内)|(?<start>初(?![一二三四五六七八九十])|上旬)|(?<mid>中旬|中(?=前|之前|交|左右|\s|$)))"
            + @"|(?<next>下+)个?月(?!\d)|本月|这个?月"
            + @"|\b(?:(?:the\s+)?(?:(?<end>end)|(?<start>beginning|start)|(?<mid>middle))\s+of\s+|(?<end>late)[\s-]+|(?<start>early)[\s-]+|(?<mid>mid)[\s-]*)(?:(?:the\s+|this\s+)?month\b|(?<next>next)\s+month\b|(?<m>"
            + Months
            + @")(?:\s+(?<y>\d{4}))?(?!\s*\d))|\bmonth[\s-](?<end>end)\b|\b(?<end>eom)\b|\b(?:(?<next>next)|this)\s+month\b",
        Options
    )]
    private static partial Regex PartOfMonth();

    [GeneratedRegex(
        @"(?:(?<y>今|明|后|\d{4})年年?|年)(?:[底末内]|(?<start>初))|\b(?:the\s+)?end\s+of\s+(?:the\s+|(?<y>this|next)\s+)year\b|\bthis\s+year\b",
        Options
    )]
    private static partial Regex PartOfYear();

    [GeneratedRegex(
        @"(?:(?<next>下+)个?月|(?<this>本月|这个?月|当月))的?(?<d>"
            + Small
            + @")(?:号|日)|(?:(?<=(?:周|期|拜)[一二三四五六])|(?<![\d月a-z第.一二三四五六七八九十]))(?<d>"
            + Small
            + @")(?:号(?![楼線线馆门机店院教房桌车床柜位选])|日(?![记常报程本子期游谈用历间光均元语文]))"
            + @"|(?<=(?:\b(?:on|by|before|until|due|for)|day)\s{1,3})the\s+(?<d>"
            + Numbers.Ordinals
            + @"|thirty)(?=\s*(?:$|[,.!?]|at\b|\d|(?:"
            + Numbers.Words
            + @")\b))"
            + @"|(?<=\b(?:on|for|until)\s{1,3})(?:the\s+)?(?<d>\d{1,2})(?=\s*(?:$|[,.!?](?!\d)|at\b))|(?<=day\s{1,2})(?<d>1[3-9]|2\d|3[01])(?=\s*(?:$|[,.!?](?!\d)|at\b|between\b|from\b))"
            + @"|(?:\bthe\s+)?\b(?<d>\d{1,2}(?:st|nd|rd|th)|"
            + Numbers.Ordinals
            + @")(?:\s+day)?\s+(?:of\s+)?(?:(?<next>next)|(?<this>this|the))\s+month\b"
            + @"|(?:\bthe\s+)?\b(?<d>\d{1,2}(?:st|nd|rd|th))\b(?!\s+(?:of|floor|grade|century|chapter|edition|birthday|time|year|week|anniversary|place|draft|lecture|lesson|assignment|homework|quiz|lab|exam|essay|question|problem|page|section|unit|semester|term|round|version)\b)",
        Options
    )]
    private static partial Regex DayOfMonth();

    [GeneratedRegex(@"\b(?<n>two|three|four|[2-9])\s+(?<d>" + Weekdays + @")s?\s+(?:from\s+now|later)\b", Options)]
    private static partial Regex SeveralWeekdays();

    [GeneratedRegex(@"(?:(?<next>下+)|这|本)?个?周末|\b(?:(?<next>next)|this|the)\s+weekend\b", Options)]
    private static partial Regex Weekend();

    [GeneratedRegex(
        @"(?<zh>)(?<![每上单双逢])(?<!每个|上个)(?:(?<next>下+)个?"
            + WeekWord
            + @"的?(?="
            + WeekWord
            + @")|(?<next>下+)|(?<this>这|本))?个?"
            + WeekWord
            + @"(?<d>[一二三四五六日天]|[1-7](?![\d月年周节课-]))(?![个次遍门])",
        Options
    )]
    private static partial Regex ChineseWeekday();

    [GeneratedRegex(
        @"(?<!\b(?:every|each|last|past|previous)\s{1,3})(?:\b(?:(?<next>next|following)|(?<this>this)(?:\s+(?:week\s+(?:on\s+)?|(?<coming>coming|upcoming)))?|(?<coming>coming|upcoming)|(?<next>next)\s+week(?:'s|,)?(?:\s+on)?)\s*)?"
            + @"\b(?:(?<d>"
            + Weekdays
            + @")|(?<=\b(?:next|this|coming|on|by|before|until|due|week)\s{1,3})(?<d>"
            + ShortDays
            + @")\.?|(?<!the\s)(?<d>"
            + ShortDays
            + @")\.?(?=,?\s*(?:\d|the\b|at\b|morning|afternoon|evening|night|noon|next\b|"
            + Months
            + @"))|(?<d>mon|tues?|wed|thu(?:rs?)?|fri)(?=\s*(?:$|[,.!?;:])))(?![a-z])"
            + @"(?:,?\s+(?:of\s+)?(?:the\s+)?(?:(?<next>next|following)|this)\s+week\b|\s+(?<next>after\s+next)\b)?",
        Options
    )]
    private static partial Regex EnglishWeekday();

    [GeneratedRegex(
        @"(?:(?<next>下+)|这|本)个?"
            + WeekWord
            + @"(?![一二三四五六日天末1-7])[之以]?内?|\b(?:(?:by\s+)?(?:the\s+)?end\s+of\s+)?(?:(?<next>next|following)|this|the(?<=end\s+of\s+the))\s+week\b|\b(?:the\s+)?week\s+(?<next>after\s+next)\b",
        Options
    )]
    private static partial Regex WholeWeek();

    [GeneratedRegex(
        @"(?<on4>大大后[天日])|(?<on3>大后[天日]|大后(?=[早晚]))|(?<on2>(?<![之以然最课学饭随])后[天日]|(?<![之以然最课学饭随])后(?=[晚早])|(?<!(?:\d|\b(?:one|two|three|four|five|an?))\s{1,2})\b(?:the\s+)?day\s+after\s+(?:tomorrow|tmrw?)\b)"
            + @"|(?<on1>\bthe\s+day\s+after(?=\s*[.?!]?\s*$)|明[天儿]|明日(?!之)|明(?=[晚早])|听[日晚]|\btomor?row\b|\btmrw?\b|\b(?:the\s+)?next\s+day\b)"
            + @"|(?<ony>(?<=\b(?:from|after)\s)yesterday\b)|(?<on0>今[天儿]|今日(?!头条)|今(?=[晚早朝夜])|\btoday\b|\bthis\s+(?=(?:early\s+|late\s+)?(?:morning|afternoon|evening|night))|(?<night>\btonite\b|\btonight\b))",
        Options
    )]
    private static partial Regex NamedDay();

    [GeneratedRegex(
        @"(?:再?过)?(?:"
            + Amounts.Chinese
            + @")(?:之后|以后|过后|后(?![端天期悔])|之内|以内|内(?![容部存]))|再?过(?:"
            + Amounts.Chinese
            + ")",
        Options
    )]
    private static partial Regex ChineseLater();

    [GeneratedRegex(
        @"(?:\b(?:in|within)(?:\s+(?:less\s+than|about|around|approximately|the\s+next))*\s*~?\s*|\b(?:in\s+)?(?:the\s+)?next\s+(?=\d|two|three|four|couple|few)|\bafter\s+(?=an?\s)|(?<!\S)\+\s*)"
            + Amounts.English
            + @"(?:['’]s?\s+time)?(?:\s+from\s+(?:now|today)\b)?(?![a-z])|\b"
            + Amounts.English
            + @"\s*(?:from\s+(?:now|today)|after\s+(?:now|today)|later|hence|out)\b"
            + @"|\b(?:timer|alarm|wait)\s+for\s+"
            + Amounts.English
            + @"(?![a-z])|\bgive\s+it\s+"
            + Amounts.English
            + @"(?![a-z])|^\s*"
            + Amounts.English
            + @"\s*$|\bnext\s+(?<u>hour|quarter|qtr)\b|\bthe\s+(?<u>min(?:ute)?|hour)\s+after(?=\s*$)",
        Options
    )]
    private static partial Regex EnglishLater();

    [GeneratedRegex(
        @"(?<=[日号天节旦诞秋午明夕一二三四五六末底])(?<doubt>)[之以]?(?:(?<before>前)|后)(?:的)?"
            + Amounts.Chinese
            + "(?![后内之])",
        Options
    )]
    private static partial Regex ChineseShift();

    [GeneratedRegex(
        @"\b(?:in\s+)?"
            + Amounts.English
            + @"\s+(?:(?<before>before)|from|after|following)\s+(?!now\b|today\b)(?=\S)|\bthe\s+(?<u>day|week)\s+(?:(?<before>before)|after)\s+(?=\S)"
            + @"|\b(?<n>an?|one|two|three)\s+(?<u>weeks?|fortnights?)\s+on\s+(?="
            + Weekdays
            + @")|(?<=day|tomorrow)\s(?<u>week)\b(?!\s*end)",
        Options
    )]
    private static partial Regex EnglishShift();
}
