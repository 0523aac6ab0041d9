using NodaTime;
using NodaTime.Text;
using SmartFlow.Planner.QuickTasks.Language;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai unless a test says otherwise.</summary>
public sealed class SentenceTests
{
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private static readonly LocalDateTime Wednesday = new(2026, 11, 25, 15, 0);

    private static Sentence Parse(string text, LocalDateTime? now = null, DateTimeZone? zone = null) =>
        Sentence.Parse(text, (now ?? Wednesday).InZoneLeniently(zone ?? Shanghai).ToInstant(), zone ?? Shanghai);

    private static string? Local(Sentence sentence, DateTimeZone? zone = null) =>
        sentence.Deadline is { } at
            ? LocalDateTimePattern
                .CreateWithInvariantCulture("uuuu-MM-dd HH:mm")
                .Format(at.InZone(zone ?? Shanghai).LocalDateTime)
            : null;

    [Theory]
    [InlineData("今天交作业", "2026-11-25 23:59", "交作业")]
    [InlineData("明天交作业", "2026-11-26 23:59", "交作业")]
    [InlineData("后天交作业", "2026-11-27 23:59", "交作业")]
    [InlineData("大后天交作业", "2026-11-28 23:59", "交作业")]
    [InlineData("周五交作业", "2026-11-27 23:59", "交作业")]
    [InlineData("星期一交作业", "2026-11-30 23:59", "交作业")]
    [InlineData("下周五交作业", "2026-12-04 23:59", "交作业")]
    [InlineData("下下周五交作业", "2026-12-11 23:59", "交作业")]
    [InlineData("下星期天交作业", "2026-12-06 23:59", "交作业")]
    [InlineData("这周五交作业", "2026-11-27 23:59", "交作业")]
    [InlineData("本周日交作业", "2026-11-29 23:59", "交作业")]
    [InlineData("提醒我下周日前交大作业", "2026-12-06 23:59", "交大作业")]
    [InlineData("周五前交报告", "2026-11-27 23:59", "交报告")]
    [InlineData("周五之前交报告", "2026-11-27 23:59", "交报告")]
    [InlineData("月底交房租", "2026-11-30 23:59", "交房租")]
    [InlineData("下个月底交房租", "2026-12-31 23:59", "交房租")]
    [InlineData("12月底前交论文", "2026-12-31 23:59", "交论文")]
    [InlineData("3天后还书", "2026-11-28 23:59", "还书")]
    [InlineData("三天内还书", "2026-11-28 23:59", "还书")]
    [InlineData("两周后考试", "2026-12-09 23:59", "考试")]
    [InlineData("12月1日交论文", "2026-12-01 23:59", "交论文")]
    [InlineData("十二月一号交论文", "2026-12-01 23:59", "交论文")]
    [InlineData("1月5日交论文", "2027-01-05 23:59", "交论文")]
    [InlineData("2027年3月8日交论文", "2027-03-08 23:59", "交论文")]
    [InlineData("28号交论文", "2026-11-28 23:59", "交论文")]
    [InlineData("下个月5号交论文", "2026-12-05 23:59", "交论文")]
    [InlineData("2026-12-04 交论文", "2026-12-04 23:59", "交论文")]
    [InlineData("2026/12/4交论文", "2026-12-04 23:59", "交论文")]
    [InlineData("１２月１日交论文", "2026-12-01 23:59", "交论文")]
    public void A_Chinese_date_alone_is_due_at_the_end_of_that_day(string text, string deadline, string title) =>
        Check(text, deadline, title);

    [Theory]
    [InlineData("明晚8点开会", "2026-11-26 20:00", "开会")]
    [InlineData("今晚八点开会", "2026-11-25 20:00", "开会")]
    [InlineData("下午3点半开会", "2026-11-25 15:30", "开会")]
    [InlineData("明天下午3点半开会", "2026-11-26 15:30", "开会")]
    [InlineData("明天下午三点一刻开会", "2026-11-26 15:15", "开会")]
    [InlineData("明天早上背单词", "2026-11-26 09:00", "背单词")]
    [InlineData("明早八点跑步", "2026-11-26 08:00", "跑步")]
    [InlineData("周五 18:30 吃饭", "2026-11-27 18:30", "吃饭")]
    [InlineData("下周五下午5点20分交报告", "2026-12-04 17:20", "交报告")]
    [InlineData("周五中午12点交报告", "2026-11-27 12:00", "交报告")]
    [InlineData("周五晚上12点交报告", "2026-11-28 00:00", "交报告")]
    [InlineData("周五凌晨1点看球", "2026-11-27 01:00", "看球")]
    [InlineData("明天20点上线", "2026-11-26 20:00", "上线")]
    [InlineData("2小时后喝水", "2026-11-25 17:00", "喝水")]
    [InlineData("半小时后喝水", "2026-11-25 15:30", "喝水")]
    [InlineData("下午5点前交", "2026-11-25 17:00", "交")]
    public void A_Chinese_time_of_day_is_read_with_its_part_of_the_day(string text, string deadline, string title) =>
        Check(text, deadline, title);

    [Theory]
    [InlineData("remind me to hand in the essay next Friday", "2026-12-04 23:59", "hand in the essay")]
    [InlineData("Remind me to hand in the essay by Friday", "2026-11-27 23:59", "hand in the essay")]
    [InlineData("finish the report by Friday.", "2026-11-27 23:59", "finish the report")]
    [InlineData("call mum tomorrow 6pm", "2026-11-26 18:00", "call mum")]
    [InlineData("call mum tomorrow at 6:30 pm", "2026-11-26 18:30", "call mum")]
    [InlineData("return the book in 3 days", "2026-11-28 23:59", "return the book")]
    [InlineData("return the book in a week", "2026-12-02 23:59", "return the book")]
    [InlineData("drink water in 2 hours", "2026-11-25 17:00", "drink water")]
    [InlineData("exam on Dec 1", "2026-12-01 23:59", "exam")]
    [InlineData("exam on December 1st, 2027", "2027-12-01 23:59", "exam")]
    [InlineData("exam on 1 Dec", "2026-12-01 23:59", "exam")]
    [InlineData("pay rent by the end of the month", "2026-11-30 23:59", "pay rent")]
    [InlineData("submit 2026-12-04", "2026-12-04 23:59", "submit")]
    [InlineData("submit 2026-12-04T18:00", "2026-12-04 18:00", "submit")]
    [InlineData("submit 2026-12-04T10:00:00Z", "2026-12-04 18:00", "submit")]
    [InlineData("the day after tomorrow: dentist", "2026-11-27 23:59", "dentist")]
    [InlineData("Remind me on Friday to submit the form", "2026-11-27 23:59", "submit the form")]
    [InlineData("please remind me tomorrow morning to run", "2026-11-26 09:00", "run")]
    [InlineData("todo: buy milk tonight", "2026-11-25 21:00", "buy milk")]
    [InlineData("add a task to buy milk today", "2026-11-25 23:59", "buy milk")]
    public void English_dates_and_times_are_read(string text, string deadline, string title) =>
        Check(text, deadline, title);

    [Theory]
    [InlineData("写三点总结")]
    [InlineData("早一点复习")]
    [InlineData("去1号楼交材料")]
    [InlineData("每周三的作业")]
    [InlineData("buy sun screen")]
    [InlineData("完成3/4的练习")]
    [InlineData("2月30日交论文")]
    [InlineData("2026-13-45 交论文")]
    [InlineData("3小时的录音")]
    [InlineData("read chapters 3 to 5")]
    [InlineData("学前端")]
    [InlineData("")]
    public void What_only_looks_like_a_date_is_none(string text)
    {
        var sentence = Parse(text);
        sentence.Deadline.ShouldBeNull();
        sentence.Confidence.ShouldBe(0);
        sentence.Title.ShouldBe(text);
    }

    [Theory]
    [InlineData("请帮我记一下买牛奶", "买牛奶")]
    [InlineData("记得买牛奶", "买牛奶")]
    [InlineData("别忘了买牛奶！", "买牛奶")]
    [InlineData("添加一个任务：买牛奶", "买牛奶")]
    [InlineData("我要买牛奶，提醒我", "买牛奶")]
    [InlineData("Could you please remind me to buy milk?", "buy milk?")]
    [InlineData("don't forget to buy milk", "buy milk")]
    [InlineData("urgent: buy milk", "buy milk")]
    [InlineData("提醒我", "提醒我")]
    [InlineData("请假", "请假")]
    [InlineData("要点整理", "要点整理")]
    public void The_request_around_a_task_is_not_its_title(string text, string title) =>
        Parse(text).Title.ShouldBe(title);

    [Fact]
    public void The_matched_words_are_told() => Parse("提醒我下周日前交大作业").Matched.ShouldBe(["下周日前"]);

    [Fact]
    public void The_matched_date_and_time_are_one_phrase() =>
        Parse("明天下午3点半开会").Matched.ShouldBe(["明天下午3点半"]);

    [Fact]
    public void Of_two_dates_the_one_with_a_deadlines_word_is_meant_and_the_rules_are_unsure()
    {
        var sentence = Parse("周四开始写，周五前交报告");
        Local(sentence).ShouldBe("2026-11-27 23:59");
        sentence.Confidence.ShouldBeLessThan(Sentence.Sure);
    }

    [Fact]
    public void A_weekday_of_this_week_that_has_passed_is_unsure() =>
        Parse("这周一交作业").Confidence.ShouldBeLessThan(Sentence.Sure);

    [Fact]
    public void A_time_that_has_passed_without_a_date_is_tomorrow() =>
        Local(Parse("早上8点跑步")).ShouldBe("2026-11-26 08:00");

    [Fact]
    public void An_hour_without_morning_or_evening_is_unsure()
    {
        var sentence = Parse("明天3点开会");
        Local(sentence).ShouldBe("2026-11-26 15:00");
        sentence.Confidence.ShouldBeLessThan(Sentence.Sure);
    }

    [Fact]
    public void On_a_Sunday_next_week_begins_tomorrow() =>
        Local(Parse("下周一交作业", new LocalDateTime(2026, 11, 29, 10, 0))).ShouldBe("2026-11-30 23:59");

    [Fact]
    public void At_the_end_of_the_year_next_month_is_in_the_next_year() =>
        Local(Parse("下个月5号交", new LocalDateTime(2026, 12, 31, 10, 0))).ShouldBe("2027-01-05 23:59");

    [Fact]
    public void The_day_after_the_28th_of_February_in_a_leap_year_exists() =>
        Local(Parse("明天交", new LocalDateTime(2028, 2, 28, 10, 0))).ShouldBe("2028-02-29 23:59");

    [Fact]
    public void A_time_that_the_clocks_skip_moves_forward()
    {
        var newYork = DateTimeZoneProviders.Tzdb["America/New_York"];
        var sentence = Parse("tomorrow 2:30 am call", new LocalDateTime(2027, 3, 13, 12, 0), newYork);
        Local(sentence, newYork).ShouldBe("2027-03-14 03:30");
    }

    [Theory]
    [InlineData("尽快交报告", Urgency.Urgent)]
    [InlineData("fix the bug ASAP", Urgency.Urgent)]
    [InlineData("不紧急，有空再看", Urgency.Whenever)]
    [InlineData("not urgent: read the book", Urgency.Whenever)]
    [InlineData("顺便买牛奶", Urgency.Aside)]
    [InlineData("read the book whenever", Urgency.Whenever)]
    [InlineData("买牛奶", Urgency.Unsaid)]
    internal void The_wording_says_how_pressing_it_is(string text, Urgency urgency) =>
        Parse(text).Urgency.ShouldBe(urgency);

    [Fact]
    public void Whatever_the_text_the_parser_answers_with_a_title_and_a_bounded_confidence()
    {
        string[] parts =
        [
            "提醒我",
            "下周五",
            "前",
            "明天",
            "晚上",
            "8点",
            "半",
            " ",
            "交作业",
            "12月",
            "31日",
            "next ",
            "Friday",
            " by ",
            "in 3 days",
            "99",
            ":",
            "月底",
            "的",
            "remind me to ",
            "一",
            "号",
            "\n",
            "🙂",
            "2026-02-30",
            "T25:99",
            "点",
        ];
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)])
            );
            var sentence = Parse(text);
            sentence.Confidence.ShouldBeInRange(0, 1);
            (sentence.Deadline is null).ShouldBe(sentence.Confidence == 0, text);
            sentence.Title.Length.ShouldBeLessThanOrEqualTo(text.Length);
        }
    }

    [Theory]
    [InlineData("明天")]
    [InlineData("next Friday ")]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("下")]
    [InlineData("by ")]
    [InlineData("3点")]
    [InlineData("一")]
    [InlineData("提醒我")]
    public void The_longest_message_of_one_phrase_is_read_in_a_moment(string phrase)
    {
        var text = string.Concat(Enumerable.Repeat(phrase, 8_000 / phrase.Length));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Parse(text).Confidence.ShouldBeInRange(0, 1);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("next Fri 6pm dentist", "2026-12-04 18:00", "dentist")]
    [InlineData("in 3 days return the book", "2026-11-28 23:59", "return the book")]
    [InlineData("Call mum tomorrow 06:30", "2026-11-26 06:30", "Call mum")]
    [InlineData("明天06:30晨跑", "2026-11-26 06:30", "晨跑")]
    [InlineData("周五前交实验报告", "2026-11-27 23:59", "交实验报告")]
    [InlineData("明晚8点小组会", "2026-11-26 20:00", "小组会")]
    public void What_people_type_into_the_one_line_is_read(string text, string deadline, string title) =>
        Check(text, deadline, title);

    [Theory]
    [InlineData("买牛奶", false)]
    [InlineData("read the book", false)]
    [InlineData("buy a present for Amy", false)]
    [InlineData("下周五交作业", false)]
    [InlineData("tomorrow 8pm gym", false)]
    [InlineData("端午节前交论文", false)]
    [InlineData("期末前复习完线代", true)]
    [InlineData("放假之前还书", true)]
    [InlineData("finish the essay before the exams", true)]
    [InlineData("hand it in by the weekend after", true)]
    [InlineData("3点交作业", true)]
    [InlineData("这周一交作业", true)]
    public void A_model_is_wanted_only_where_words_of_time_are_left_or_doubtful(string text, bool unsure) =>
        Parse(text).IsUnsure.ShouldBe(unsure);

    private static void Check(string text, string deadline, string title)
    {
        var sentence = Parse(text);
        Local(sentence).ShouldBe(deadline, text);
        sentence.Title.ShouldBe(title, text);
        sentence.Confidence.ShouldBeGreaterThan(0.5);
    }
}
