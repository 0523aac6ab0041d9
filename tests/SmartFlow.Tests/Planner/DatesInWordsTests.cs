using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using SmartFlow.Planner.QuickTasks.Language;

namespace SmartFlow.Tests.Planner;

/// <summary>
/// Kinds of phrases, read on Sunday, 29 November 2026, 18:50 in Shanghai unless the case says otherwise.
/// </summary>
public sealed partial class DatesInWordsTests
{
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private static readonly LocalDateTime Sunday = new(2026, 11, 29, 18, 50);

    public static IEnumerable<TheoryDataRow<string, string, string[]>> Students()
    {
        using var json = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "tests/fixtures/dates.json"))
        );
        return
        [
            .. json
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Select(c => new TheoryDataRow<string, string, string[]>(
                    c.GetProperty("text").GetString()!,
                    c.GetProperty("now").GetString()!,
                    [.. c.GetProperty("due").EnumerateArray().Select(d => d.GetString()!)]
                )),
        ];
    }

    [Theory]
    [MemberData(nameof(Students))]
    public void What_students_wrote_is_read(string text, string now, string[] due)
    {
        var at = Local(
            Parse(text, LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(now).Value)
        );
        due.Any(d => Accepts(d, at)).ShouldBeTrue($"{text}: {at}, not {string.Join(" or ", due)}");
    }

    [Theory]
    [InlineData("周五18:00前交作业", "2026-12-04T18:00")]
    [InlineData("12/15晚上8点交作业", "2026-12-15T20:00")]
    [InlineData("12-5 23:59前交作业", "2026-12-05T23:59")]
    [InlineData("2026.12.5 18:30 社团例会", "2026-12-05T18:30")]
    [InlineData("一个半小时后开会", "2026-11-29T20:20")]
    [InlineData("两个小时三十分钟后开会", "2026-11-29T21:20")]
    [InlineData("一刻钟后集合", "2026-11-29T19:05")]
    [InlineData("零点前提交", "2026-11-30T00:00")]
    [InlineData("明天15时30分答辩", "2026-11-30T15:30")]
    [InlineData("下下周三交作业", "2026-12-09T23:59")]
    [InlineData("后天晚上8点半班会", "2026-12-01T20:30")]
    [InlineData("大后天下午三点一刻见导师", "2026-12-02T15:15")]
    [InlineData("明早差一刻八点集合", "2026-11-30T07:45")]
    [InlineData("本月底交材料", "2026-11-30T23:59")]
    [InlineData("下月底前交材料", "2026-12-31T23:59")]
    [InlineData("半年后复查", "2027-05-29T23:59")]
    [InlineData("三天后的晚上8点交", "2026-12-02T20:00")]
    [InlineData("下周的周三交作业", "2026-12-02T23:59")]
    [InlineData("下个月第二个周一开会", "2026-12-14T23:59")]
    [InlineData("国庆前交计划", "2027-10-01T23:59")]
    [InlineData("中秋节前寄月饼", "2027-09-15T23:59")]
    [InlineData("端午节前交论文", "2027-06-09T23:59")]
    [InlineData("除夕前到家", "2027-02-05T23:59")]
    [InlineData("清明前交", "2027-04-05T23:59")]
    [InlineData("农历八月十五前交", "2027-09-15T23:59")]
    [InlineData("12月1日到5日值班", "2026-12-05T23:59")]
    [InlineData("周一到周五值班", "2026-12-04T23:59")]
    [InlineData("明天下午2点到4点开会", "2026-11-30T16:00")]
    [InlineData("DDL：12月8日23:59 交实验报告", "2026-12-08T23:59")]
    [InlineData("１２／８　２３：５９前交", "2026-12-08T23:59")]
    [InlineData("週五前交報告", "2026-12-04T23:59")]
    [InlineData("下禮拜三下午兩點半開會", "2026-12-02T14:30")]
    [InlineData("後天晚上八點社團活動", "2026-12-01T20:00")]
    [InlineData("一個半小時後開會", "2026-11-29T20:20")]
    public void A_kind_of_Chinese_phrase_has_its_value(string text, string due) => Check(text, due);

    [Theory]
    [InlineData("essay a week from Friday", "2026-12-11T23:59")]
    [InlineData("essay Friday week", "2026-12-11T23:59")]
    [InlineData("essay by the 20th of next month", "2026-12-20T23:59")]
    [InlineData("essay this Friday", "2026-12-04T23:59")]
    [InlineData("call in half an hour", "2026-11-29T19:20")]
    [InlineData("call in an hour and a half", "2026-11-29T20:20")]
    [InlineData("call in 1 day 2 hours", "2026-11-30T20:50")]
    [InlineData("essay by EOD tomorrow", "2026-11-30T23:59")]
    [InlineData("essay by COB Friday", "2026-12-04T18:00")]
    [InlineData("essay on the second Monday of next month", "2026-12-14T23:59")]
    [InlineData("essay 2 weeks before Christmas", "2026-12-11T23:59")]
    [InlineData("essay the day before Christmas", "2026-12-24T23:59")]
    [InlineData("essay Monday the 21st", "2026-12-21T23:59")]
    [InlineData("essay Monday 21st", "2026-12-21T23:59")]
    [InlineData("essay Dec 4 to 6", "2026-12-06T23:59")]
    [InlineData("meeting tomorrow from 2 to 3pm", "2026-11-30T15:00")]
    [InlineData("meeting tomorrow 8pm - 11", "2026-11-30T23:00")]
    [InlineData("essay 20261204", "2026-12-04T23:59")]
    [InlineData("essay 2026-12-04T10:00Z", "2026-12-04T18:00")]
    [InlineData("essay by the thirty-first of December", "2026-12-31T23:59")]
    [InlineData("essay by Easter", "2027-03-28T23:59")]
    [InlineData("essay by Thanksgiving 2027", "2027-11-25T23:59")]
    [InlineData("essay at quarter past nine pm tomorrow", "2026-11-30T21:15")]
    [InlineData("exam Wed 2 Dec 9am", "2026-12-02T09:00")]
    public void A_kind_of_English_phrase_has_its_value(string text, string due) => Check(text, due);

    [Theory]
    [InlineData("不是周五，是周六交作业", "2026-12-05T23:59")]
    [InlineData("not Friday but Saturday: essay", "2026-12-05T23:59")]
    public void What_is_denied_is_no_date_and_the_rest_is_doubted(string text, string due)
    {
        Written(Local(Parse(text))).ShouldBe(due);
        Parse(text).Confidence.ShouldBeLessThan(Sentence.Sure);
    }

    [Theory]
    [InlineData("周五交作业 12")]
    [InlineData("周五交作业 3/4")]
    [InlineData("每周三的作业周五交")]
    [InlineData("昨天的作业明天交")]
    [InlineData("周四开始写，周五前交")]
    [InlineData("essay Friday 12")]
    [InlineData("yesterday's essay by Friday")]
    [InlineData("every Monday essay, this one by Friday")]
    [InlineData("notes of last week by Friday")]
    public void A_figure_or_a_word_of_a_date_that_is_left_over_is_doubted(string text) =>
        Parse(text).Confidence.ShouldBeInRange(0.01, Sentence.Sure - 0.01, text);

    [Theory]
    [InlineData("周五前交第3章作业", "交第3章作业")]
    [InlineData("周五前做完5道题", "做完5道题")]
    [InlineData("CS101 HW2 by Friday", "CS101 HW2")]
    [InlineData("read chapters 3 to 5 by Friday", "read chapters 3 to 5")]
    public void The_number_of_a_chapter_is_no_date_and_no_doubt(string text, string title)
    {
        Parse(text).Title.ShouldBe(title);
        Written(Local(Parse(text))).ShouldBe("2026-12-04T23:59");
        Parse(text).Confidence.ShouldBeGreaterThanOrEqualTo(Sentence.Sure);
    }

    [Fact]
    public void Whatever_is_written_is_read_without_an_error_and_what_is_left_over_is_doubted()
    {
        string[] parts =
        [
            "下",
            "周",
            "五",
            "12",
            "/",
            "-",
            ".",
            ":",
            "30",
            "月",
            "日",
            "号",
            "点",
            "半",
            "前",
            "后",
            "内",
            "个",
            "小时",
            "初",
            "农历",
            "底",
            "晚上",
            "明天",
            "到",
            "2026",
            "2月30日",
            "春节",
            "九九",
            "一百",
            "99",
            "the ",
            "first ",
            "of ",
            "next ",
            "month ",
            "week ",
            "from ",
            "Friday ",
            "Feb ",
            "29",
            "th ",
            "in ",
            "half ",
            "an hour ",
            "to ",
            "past ",
            "pm",
            "am ",
            "tomorrow ",
            "before ",
            "Christmas ",
            "T",
            "Z",
            "+08:00",
            " ",
            "\n",
            "🙂",
            "İ",
            "ß",
            "㍿",
            "\ud800",
            "９",
        ];
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)])
            );
            var sentence = Parse(text);
            sentence.Confidence.ShouldBeInRange(0, 1, text);
            (sentence.Deadline is null).ShouldBe(sentence.Confidence == 0, text);
            if (sentence.Confidence >= Sentence.Sure)
                LooseFigure().IsMatch(sentence.Title).ShouldBeFalse($"{text} → {sentence.Title}");
        }
    }

    [GeneratedRegex(@"(?<![\w第#-]\s?)\d+\s*$")]
    private static partial Regex LooseFigure();

    private static void Check(string text, string due)
    {
        var sentence = Parse(text);
        Written(Local(sentence)).ShouldBe(due, text);
        sentence.Title.ShouldNotBeEmpty();
    }

    private static Sentence Parse(string text, LocalDateTime? now = null) =>
        Sentence.Parse(text, (now ?? Sunday).InZoneLeniently(Shanghai).ToInstant(), Shanghai);

    private static LocalDateTime? Local(Sentence sentence) => sentence.Deadline?.InZone(Shanghai).LocalDateTime;

    private static string Written(LocalDateTime? at) =>
        at is { } known ? LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Format(known) : "none";

    /// <summary>A minute; any time of a day; from one hour of a day to another, 2026-12-05~0-6.</summary>
    private static bool Accepts(string due, LocalDateTime? at)
    {
        if (at is not { } known)
            return false;
        if (due.Contains('T', StringComparison.Ordinal))
            return Written(at) == due;
        var day = LocalDatePattern.Iso.Parse(due[..10]).Value;
        if (due.Length == 10)
            return known.Date == day;
        var hours = due[11..].Split('-').Select(int.Parse).ToArray();
        return known >= day.AtMidnight().PlusHours(hours[0]) && known <= day.AtMidnight().PlusHours(hours[1]);
    }
}
