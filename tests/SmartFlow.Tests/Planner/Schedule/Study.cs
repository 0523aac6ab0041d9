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
/// A user with four weeks from Monday 2026-11-23: a lecture (Monday 3-4), a filler course (Tuesday 1-4), a class of items of
/// two sections, and quick tasks of one.
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

    public static async Task<Study> BeginAsync(TestUser user, int items = 3, int tasks = 2, Action<TaskClass>? configure = null)
    {
        var study = new Study(user);
        (await user.PutAsync("/api/v1/terms/current", new { name = "term", first_monday = "2026-11-23", weeks = 4 })).ShouldBe(HttpStatusCode.OK);
        await study.WriteAsync(db => study.PlantAsync(db, items, tasks, configure));
        return study;
    }

    public Task WriteAsync(Func<PlannerDb, Task> work) =>
        User.App.Services.GetRequiredService<IWriter<PlannerDb>>().SaveAsync((db, _) => work(db), default);

    public Task<Answer> PlaceItemAsync(int index, int week, int day, int from, long? version = null) =>
        PostAsync("placements", new { item_id = Items[index], week, day, section_from = from, version });

    public Task<Answer> PlaceTaskAsync(int index, int week, int day, int from, long? version = null) =>
        PostAsync("placements", new { quick_task_id = Tasks[index], week, day, section_from = from, version });

    public Task<Answer> MoveAsync(long placement, int week, int day, int from, bool reorder = false, long? version = null) =>
        User.PatchAsync($"{Schedule}/placements/{placement}", new { week, day, section_from = from, allow_reorder = reorder, version });

    public Task<Answer> PatchAsync(long placement, object body) => User.PatchAsync($"{Schedule}/placements/{placement}", body);

    public Task<Answer> UnplaceAsync(long placement) => User.DeleteAsync($"{Schedule}/placements/{placement}");

    public Task<Answer> PostAsync(string path, object body) =>
        User.PostAsync($"{Schedule}/{path}", body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    /// <summary>As the editor of study plans does it: the class without that item.</summary>
    public async Task DeleteItemAsync(int index)
    {
        var path = $"/api/v1/task-classes/{ClassId}";
        var plan = (await User.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json;
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(plan.GetRawText())!;
        body["items"] = plan.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("id").GetInt64() != Items[index]);
        (await User.PutAsync(path, body)).ShouldBe(HttpStatusCode.OK);
    }

    public Task<Answer> UndoAsync() => User.PostAsync($"{Schedule}/undo", new { });

    public async Task<JsonElement> WeekAsync(int week) => (await User.GetAsync($"{Schedule}/weeks/{week}")).ShouldBe(HttpStatusCode.OK).Json;

    /// <summary>The study blocks of a week as they are, one line each.</summary>
    public async Task<List<string>> BlocksAsync(int week) =>
        [.. (await WeekAsync(week)).GetProperty("blocks").EnumerateArray().Where(b => b.GetProperty("kind").GetString() != "course").Select(Line)];

    public async Task<string> AllBlocksAsync()
    {
        var lines = new List<string>();
        for (var week = 1; week <= 4; week++) lines.AddRange(await BlocksAsync(week));
        return string.Join('\n', lines);
    }

    public static long IdOf(Answer placed) => placed.Json.GetProperty("placed")[0].GetProperty("id").GetInt64();

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
        var plan = new TaskClass
        {
            UserId = User.Id, Name = "Maths", StartDate = term.FirstMonday, EndDate = term.FirstMonday.AddDays(27), AllowFillerCourses = true,
            Subject = ClassSubject.Mixed, Difficulty = Level.Medium, Intensity = Level.Medium, Version = 1, Hue = 3,
        };
        configure?.Invoke(plan);
        var todo = Enumerable.Range(1, tasks).Select(n => new QuickTask
        {
            UserId = User.Id, Title = $"task {n}", PriorityGroup = 2, EstimatedSections = 1, Version = 1,
        }).ToList();
        db.AddRange(lecture, filler, plan);
        db.AddRange(todo);
        await db.SaveChangesAsync();
        var steps = Enumerable.Range(0, items).Select(n => new TaskItem
        {
            UserId = User.Id, TaskClassId = plan.Id, Position = n, Content = $"item {n + 1}", Sections = 2,
        }).ToList();
        db.AddRange(steps);
        await db.SaveChangesAsync();
        (Lecture, Filler, FillerCourse, ClassId) = (lecture.Arrangements[0].Id, filler.Arrangements[0].Id, filler.Id, plan.Id);
        (Items, Tasks) = (steps.ConvertAll(i => i.Id), todo.ConvertAll(t => t.Id));
    }

    private Course CourseOf(long termId, string name, int day, int from, int to) => new()
    {
        UserId = User.Id, TermId = termId, Name = name, Teacher = "", Place = "",
        Arrangements = [new Arrangement { UserId = User.Id, TermId = termId, Day = day, SectionFrom = from, SectionTo = to, Weeks = 0b1111 }],
    };
}
