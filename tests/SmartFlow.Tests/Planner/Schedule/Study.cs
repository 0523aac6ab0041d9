using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Planner;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>
/// A user with four weeks from Monday 2026-11-23: a lecture (Monday 3-4), a filler course (Tuesday 1-4), a class of
/// items of two sections, and quick tasks of one.
/// </summary>
internal sealed class Study
{
    private const string Schedule = "/api/v1/schedule";
    private static int keys;

    private Study(TestUser user) => User = user;

    public TestUser User { get; }

    public long Lecture { get; private set; }

    public long Filler { get; private set; }

    public long FillerCourse { get; private set; }

    public long ClassId { get; private set; }

    public List<long> Items { get; private set; } = [];

    public List<long> Tasks { get; private set; } = [];

    public static async Task<Study> BeginAsync(
        TestUser user,
        int items = 3,
        int tasks = 2,
        Action<TaskClass>? configure = null
    )
    {
        var study = new Study(user);
        (
            await user.PutAsync(
                "/api/v1/terms/current",
                new
                {
                    name = "term",
                    first_monday = "2026-11-23",
                    weeks = 4,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        await study.WriteAsync(db => study.PlantAsync(db, items, tasks, configure));
        return study;
    }

    public Task WriteAsync(Func<PlannerDb, Task> work) =>
        User.App.Services.GetRequiredService<IWriter<PlannerDb>>().SaveAsync((db, _) => work(db), default);

    public Task<Answer> PlaceItemAsync(int index, int week, int day, int from, long? version = null) =>
        PostAsync(
            "placements",
            new
            {
                item_id = Items[index],
                week,
                day,
                section_from = from,
                version,
            }
        );

    public Task<Answer> PlaceTaskAsync(int index, int week, int day, int from, long? version = null) =>
        PostAsync(
            "placements",
            new
            {
                quick_task_id = Tasks[index],
                week,
                day,
                section_from = from,
                version,
            }
        );

    public Task<Answer> MoveAsync(
        long placement,
        int week,
        int day,
        int from,
        bool reorder = false,
        long? version = null
    ) =>
        User.PatchAsync(
            $"{Schedule}/placements/{placement}",
            new
            {
                week,
                day,
                section_from = from,
                allow_reorder = reorder,
                version,
            }
        );

    public Task<Answer> PatchAsync(long placement, object body) =>
        User.PatchAsync($"{Schedule}/placements/{placement}", body);

    public Task<Answer> UnplaceAsync(long placement) => User.DeleteAsync($"{Schedule}/placements/{placement}");

    public Task<Answer> PostAsync(string path, object body) =>
        User.PostAsync($"{Schedule}/{path}", body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    /// <summary>As the editor of study plans does it: the class without that item.</summary>
    public async Task DeleteItemAsync(int index)
    {
        var path = $"/api/v1/task-classes/{ClassId}";
        var plan = (await User.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json;
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(plan.GetRawText())!;
        body["items"] = plan.GetProperty("items")
            .EnumerateArray()
            .Where(i => i.GetProperty("id").GetInt64() != Items[index]);
        (await User.PutAsync(path, body)).ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>A preview; refused where that is what the test is about.</summary>
    public Task<Answer> PlanAsync(object? more = null)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(more ?? new { }))!;
        body.TryAdd("task_class_ids", new[] { ClassId });
        return User.PostAsync($"{Schedule}/plan", body);
    }

    public Task<Answer> ApplyAsync(string preview, string? key = null) =>
        User.PostAsync(
            $"{Schedule}/plan/{preview}/apply",
            new { },
            ("Idempotency-Key", key ?? $"k{Interlocked.Increment(ref keys)}")
        );

    public Task<Answer> AdjustAsync(string preview, object body) => User.PatchAsync($"{Schedule}/plan/{preview}", body);

    /// <summary>Item numbers and places as a plan has them.</summary>
    public IEnumerable<string> PlacesOf(JsonElement plan) =>
        plan.GetProperty("placements")
            .EnumerateArray()
            .Select(p =>
                $"item {Items.IndexOf(p.GetProperty("item_id").GetInt64()) + 1} w{p.GetProperty("week")} d{p.GetProperty("day")} {p.GetProperty("section_from")}-{p.GetProperty("section_to")}"
            );

    public Task<Answer> UndoAsync() => User.PostAsync($"{Schedule}/undo", new { });

    public async Task<JsonElement> WeekAsync(int week) =>
        (await User.GetAsync($"{Schedule}/weeks/{week}")).ShouldBe(HttpStatusCode.OK).Json;

    /// <summary>The study blocks of a week as they are, one line each.</summary>
    public async Task<List<string>> BlocksAsync(int week) =>
        [
            .. (await WeekAsync(week))
                .GetProperty("blocks")
                .EnumerateArray()
                .Where(b => b.GetProperty("kind").GetString() != "course")
                .Select(Line),
        ];

    public async Task<string> AllBlocksAsync()
    {
        var lines = new List<string>();
        for (var week = 1; week <= 4; week++)
            lines.AddRange(await BlocksAsync(week));
        return string.Join('\n', lines);
    }

    public static long IdOf(Answer placed) => placed.Json.GetProperty("placed")[0].GetProperty("id").GetInt64();

    /// <summary>What holds always, found section by section from what a page sees.</summary>
    public async Task CheckAsync()
    {
        var (owners, starts) = (new HashSet<(int, int, int)>(), new List<(int Class, int Item, int Start)>());
        var inside = new HashSet<(int, int, int)>();
        for (var week = 1; week <= 4; week++)
        {
            var blocks = (await WeekAsync(week)).GetProperty("blocks").EnumerateArray().ToList();
            foreach (var block in blocks.Where(b => b.GetProperty("kind").GetString() != "course"))
            {
                var (day, from, to) = (Of(block, "day"), Of(block, "section_from"), Of(block, "section_to"));
                for (var section = from; section <= to; section++)
                    owners.Add((week, day, section)).ShouldBeTrue();
                var courses = blocks
                    .Where(b =>
                        b.GetProperty("kind").GetString() == "course"
                        && Of(b, "day") == day
                        && Of(b, "section_from") <= to
                        && from <= Of(b, "section_to")
                    )
                    .ToList();
                courses.ShouldAllBe(c =>
                    c.GetProperty("embeddable").GetBoolean()
                    && Of(c, "section_from") <= from
                    && to <= Of(c, "section_to")
                );
                courses.TrueForAll(c => inside.Add((week, day, Of(c, "section_from")))).ShouldBeTrue();
                (block.GetProperty("embedded_in").ValueKind != JsonValueKind.Null).ShouldBe(courses.Count == 1);
                block.GetProperty("conflict").GetBoolean().ShouldBeFalse();
                if (
                    block.GetProperty("kind").GetString() == "item"
                    && !block.GetProperty("done").GetBoolean()
                    && !block.GetProperty("passed").GetBoolean()
                )
                    starts.Add((Of(block, "task_class_id"), Of(block, "item_id"), week * 1000 + day * 100 + from));
            }
        }
        foreach (var own in starts.GroupBy(s => s.Class))
            own.OrderBy(s => s.Item).Select(s => s.Start).ShouldBe(own.Select(s => s.Start).Order());
    }

    private static int Of(JsonElement block, string name) => block.GetProperty(name).GetInt32();

    /// <summary>Another class of as many items, of the same days.</summary>
    public async Task<long> AddClassAsync(int items, Action<TaskClass>? configure = null)
    {
        var id = 0L;
        await WriteAsync(async db => id = (await AddClassAsync(db, items, configure)).Id);
        return id;
    }

    private static string Line(JsonElement b) =>
        $"{b.GetProperty("id")} {b.GetProperty("title").GetString()} w{b.GetProperty("week")} d{b.GetProperty("day")} "
        + $"{b.GetProperty("section_from")}-{b.GetProperty("section_to")}{(b.GetProperty("locked").GetBoolean() ? " locked" : "")}"
        + (b.GetProperty("embedded_in").ValueKind == JsonValueKind.Null ? "" : " embedded");

    private async Task PlantAsync(PlannerDb db, int items, int tasks, Action<TaskClass>? configure)
    {
        var term = db.Terms.Single(t => t.UserId == User.Id && t.IsCurrent);
        var lecture = CourseOf(term.Id, "Analysis", day: 1, from: 3, to: 4);
        var filler = CourseOf(term.Id, "Ideology", day: 2, from: 1, to: 4);
        filler.Embeddable = true;
        var todo = Enumerable
            .Range(1, tasks)
            .Select(n => new QuickTask
            {
                UserId = User.Id,
                Title = $"task {n}",
                PriorityGroup = 2,
                EstimatedSections = 1,
                Version = 1,
            })
            .ToList();
        db.AddRange(lecture, filler);
        db.AddRange(todo);
        var plan = await AddClassAsync(db, items, configure);
        var steps = db.TaskItems.Where(i => i.TaskClassId == plan.Id).OrderBy(i => i.Position).ToList();
        (Lecture, Filler, FillerCourse, ClassId) = (
            lecture.Arrangements[0].Id,
            filler.Arrangements[0].Id,
            filler.Id,
            plan.Id
        );
        (Items, Tasks) = (steps.ConvertAll(i => i.Id), todo.ConvertAll(t => t.Id));
    }

    private async Task<TaskClass> AddClassAsync(PlannerDb db, int items, Action<TaskClass>? configure)
    {
        var plan = new TaskClass
        {
            UserId = User.Id,
            Name = "Maths",
            StartDate = new DateOnly(2026, 11, 23),
            EndDate = new DateOnly(2026, 12, 20),
            AllowFillerCourses = true,
            Subject = ClassSubject.Mixed,
            Difficulty = Level.Medium,
            Intensity = Level.Medium,
            Version = 1,
            Hue = 3,
        };
        configure?.Invoke(plan);
        db.Add(plan);
        await db.SaveChangesAsync();
        db.AddRange(
            Enumerable
                .Range(0, items)
                .Select(n => new TaskItem
                {
                    UserId = User.Id,
                    TaskClassId = plan.Id,
                    Position = n,
                    Content = $"item {n + 1}",
                    Sections = 2,
                })
        );
        await db.SaveChangesAsync();
        return plan;
    }

    private Course CourseOf(long termId, string name, int day, int from, int to) =>
        new()
        {
            UserId = User.Id,
            TermId = termId,
            Name = name,
            Teacher = "",
            Place = "",
            Arrangements =
            [
                new Arrangement
                {
                    UserId = User.Id,
                    TermId = termId,
                    Day = day,
                    SectionFrom = from,
                    SectionTo = to,
                    Weeks = 0b1111,
                },
            ],
        };
}
