using SmartFlow.Planner.Courses;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Seed;

/// <summary>A third-year student's week as it is at some moment of the term: pure, relative to now.</summary>
internal sealed class StudentWeek
{
    private const int TermWeeks = 18;
    private const int CourseWeeks = 17;
    private readonly ulong userId;
    private readonly DateTimeOffset now;
    private readonly int week;
    private readonly TermCalendar calendar;

    /// <param name="userId">Whose.</param>
    /// <param name="timeZone">An IANA name.</param>
    /// <param name="now">The moment.</param>
    /// <param name="week">Which week of 18 it is.</param>
    public StudentWeek(ulong userId, string timeZone, DateTimeOffset now, int week)
    {
        (this.userId, this.now, this.week) = (userId, now, week);
        Term = DefaultTerm.For(userId, timeZone, now);
        Term.Name = "大三上";
        Term.Weeks = TermWeeks;
        Term.FirstMonday = Term.FirstMonday.AddDays(-7 * (week - 1));
        calendar = new TermCalendar(Term);
    }

    public Term Term { get; }

    /// <summary>Ten courses; two of them are filler courses.</summary>
    public IReadOnlyList<Course> Courses(long termId) =>
        [
            Course(termId, "操作系统", "陈立新", "教三-201", (1, 1, 2), (3, 3, 4)),
            Course(termId, "计算机网络", "王海燕", "教三-305", (1, 3, 4), (4, 1, 2)),
            Course(termId, "数据库系统", "刘建国", "教二-108", (2, 1, 2)),
            Course(termId, "概率论与数理统计", "周敏", "教一-410", (2, 3, 4), (5, 1, 2)),
            Course(termId, "软件工程", "赵一鸣", "教三-112", (3, 1, 2)),
            Course(termId, "编译原理", "孙志强", "教二-216", (4, 3, 4)),
            Course(termId, "大学英语", "Linda Brown", "外语楼-302", (3, 5, 6)),
            Course(termId, "体育（羽毛球）", "郭涛", "体育馆", (4, 5, 6)),
            Filler(Course(termId, "形势与政策", "李文静", "大礼堂", (1, 5, 6))),
            Filler(Course(termId, "职业生涯规划", "张蕾", "教一-101", (5, 3, 4))),
        ];

    /// <summary>Three study plans with their items and where some of these stand.</summary>
    public IReadOnlyList<Plan> Plans() =>
        [
            new(
                Class("概率论期末复习", 0, ClassSubject.Quantitative, Level.High, Level.High, ClassStrategy.Steady),
                [
                    Item("随机事件与概率", 2, 0, 1, 9),
                    Item("一维随机变量及其分布", 2, 0, 3, 9),
                    Item("多维随机变量", 2, 0, 5, 9),
                    Item("数字特征", 2, 0, 7, 3),
                    Item("大数定律与中心极限定理", 2, 1, 2, 9),
                    Item("参数估计", 2, 1, 4, 9),
                    Item("假设检验", 2),
                    Item("真题两套", 3),
                ]
            ),
            new(
                Class("四级词汇冲刺", 1, ClassSubject.Memory, Level.Low, Level.Medium, ClassStrategy.Rapid),
                [
                    Item("词汇 Unit 1", 1, 0, 1, 5),
                    Item("词汇 Unit 2", 1, 0, 2, 8),
                    Item("词汇 Unit 3", 1, 0, 4, 8),
                    Item("词汇 Unit 4", 1, 0, 5, 3),
                    Item("词汇 Unit 5", 1, 0, 6, 3),
                    Item("词汇 Unit 6", 1),
                    Item("词汇 Unit 7", 1),
                    Item("词汇 Unit 8", 1),
                    Item("听力真题一套", 2),
                    Item("作文模板整理", 2),
                ]
            ),
            new(
                Class("操作系统课程设计", 2, ClassSubject.Mixed, Level.High, Level.Medium, ClassStrategy.Steady),
                [
                    Item("需求与分工", 1, 0, 2, 9),
                    Item("进程调度模块", 3, 0, 4, 9),
                    Item("内存管理模块", 3, 0, 6, 5),
                    Item("文件系统模块", 4, 1, 3, 9),
                    Item("联调与测试", 2),
                    Item("报告与答辩稿", 2),
                ]
            ),
        ];

    /// <summary>Something in each quadrant, and one that is done.</summary>
    public IReadOnlyList<QuickTask> Tasks() =>
        [
            Task("交操作系统实验三报告", 1, 2, InDays(1)),
            Task("预习编译原理第六章", 2, 1, InDays(4)),
            Task("准备软件工程小组答辩", 2, 2, InDays(6)),
            Task("还图书馆的书", 3, 1, InDays(3)),
            Task("买打印纸和签字笔", 3, 1, null),
            Task("整理电脑里的照片", 4, 2, null),
            Task("看完那部纪录片", 4, 2, null),
            Done(Task("缴住宿费", 2, 1, null)),
        ];

    /// <summary>Where an item of a plan stands; null: nowhere yet. What has passed counts as done.</summary>
    public Placement? Place(TaskItem item, PlannedItem planned, long termId, IReadOnlyList<Arrangement> courses)
    {
        if (planned.Day == 0 || week + planned.WeeksOn > TermWeeks)
            return null;
        var (at, to) = (week + planned.WeeksOn, planned.Section + planned.Sections - 1);
        var course = courses.FirstOrDefault(c =>
            c.Day == planned.Day && c.SectionFrom <= planned.Section && to <= c.SectionTo && WeekMask.Has(c.Weeks, at)
        );
        var (_, ends) = calendar.TimesOf(at, planned.Day, planned.Section, to);
        if (ends <= now)
            item.DoneAt = ends;
        item.Status = ItemStatus.Applied;
        return new Placement
        {
            UserId = userId,
            TermId = termId,
            ItemId = item.Id,
            Week = at,
            Day = planned.Day,
            SectionFrom = planned.Section,
            SectionTo = to,
            ArrangementId = course?.Id,
            Origin = Origin.Plan,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private Course Course(
        long termId,
        string name,
        string teacher,
        string place,
        params (int Day, int From, int To)[] at
    ) =>
        new()
        {
            UserId = userId,
            TermId = termId,
            Name = name,
            Teacher = teacher,
            Place = place,
            CreatedAt = now,
            UpdatedAt = now,
            Arrangements =
            [
                .. at.Select(a => new Arrangement
                {
                    UserId = userId,
                    TermId = termId,
                    Day = a.Day,
                    SectionFrom = a.From,
                    SectionTo = a.To,
                    Weeks = WeekMask.Until(CourseWeeks),
                }),
            ],
        };

    private static Course Filler(Course course)
    {
        course.Embeddable = true;
        return course;
    }

    /// <summary>From this Monday to the Sunday after the next.</summary>
    private TaskClass Class(
        string name,
        int hue,
        ClassSubject subject,
        Level difficulty,
        Level intensity,
        ClassStrategy strategy
    ) =>
        new()
        {
            UserId = userId,
            Name = name,
            StartDate = calendar.DateOf(week, 1),
            EndDate = calendar.DateOf(week, 1).AddDays(13),
            Subject = subject,
            Difficulty = difficulty,
            Intensity = intensity,
            Strategy = strategy,
            AllowFillerCourses = true,
            Hue = hue,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };

    private QuickTask Task(string title, int group, int sections, DateTimeOffset? deadline)
    {
        var threshold = group is 2 or 4 ? deadline - Quadrants.UrgentWithin : null;
        return new QuickTask
        {
            UserId = userId,
            Title = title,
            PriorityGroup = group,
            EstimatedSections = sections,
            DeadlineAt = deadline,
            UrgencyThresholdAt = threshold,
            PromoteAt = Quadrants.PromoteAt(group, threshold),
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
        };
    }

    private QuickTask Done(QuickTask task)
    {
        task.CompletedAt = now;
        return task;
    }

    /// <summary>The end of the last section of that day.</summary>
    private DateTimeOffset InDays(int days)
    {
        var (at, day) = calendar.SlotDayOf(calendar.DateAt(now))!.Value;
        var (weeks, weekday) = Math.DivRem(day - 1 + days, 7);
        return calendar.TimesOf(at + weeks, weekday + 1, calendar.SectionsPerDay, calendar.SectionsPerDay).To;
    }

    private static PlannedItem Item(string content, int sections, int weeksOn = 0, int day = 0, int section = 0) =>
        new(content, sections, weeksOn, day, section);
}

/// <summary>A study plan of the seed.</summary>
internal sealed record Plan(TaskClass Class, IReadOnlyList<PlannedItem> Items);

/// <param name="Content">What to do.</param>
/// <param name="Sections">How long it takes.</param>
/// <param name="WeeksOn">0: this week.</param>
/// <param name="Day">0: it stands nowhere yet.</param>
/// <param name="Section">The first one.</param>
internal sealed record PlannedItem(string Content, int Sections, int WeeksOn, int Day, int Section);
