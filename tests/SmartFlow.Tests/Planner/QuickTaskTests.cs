using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed partial class QuickTaskTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);
    private SmartFlowApp app = null!;
    private TestUser mei = null!;
    private int keys;

    public async ValueTask InitializeAsync()
    {
        app = await SmartFlowApp.StartAsync();
        app.Clock.SetTo(Now);
        mei = await app.SignUpAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_task_is_made_read_changed_completed_opened_again_and_deleted()
    {
        var made = await MakeAsync(
            new
            {
                title = "  交作业 ",
                priority_group = 1,
                estimated_sections = 2,
                deadline_at = "2026-12-01T12:00:00Z",
            }
        );
        made.GetProperty("title").GetString().ShouldBe("交作业");
        var path = $"/api/v1/tasks/{made.GetProperty("id").GetInt64()}";

        var changed = (await mei.PatchAsync(path, new { title = "交论文", deadline_at = (string?)null }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        changed.GetProperty("title").GetString().ShouldBe("交论文");
        changed.GetProperty("deadline_at").ValueKind.ShouldBe(JsonValueKind.Null);
        changed.GetProperty("estimated_sections").GetInt32().ShouldBe(2);

        var done = (await mei.PostAsync(path + "/complete"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("completed_at")
            .GetString();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await mei.PostAsync(path + "/complete")).Json.GetProperty("completed_at").GetString().ShouldBe(done);
        (await ListAsync("completed=false")).ShouldBeEmpty();
        (await ListAsync("completed=true")).Count.ShouldBe(1);
        (await mei.PostAsync(path + "/undo-complete"))
            .Json.GetProperty("completed_at")
            .ValueKind.ShouldBe(JsonValueKind.Null);
        (await ListAsync("completed=false")).Count.ShouldBe(1);

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_task_is_made_once_per_key_and_not_without_one()
    {
        (await mei.PostAsync("/api/v1/tasks", new { title = "a" })).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        var first = await mei.PostAsync("/api/v1/tasks", new { title = "a" }, ("Idempotency-Key", "k"));
        var again = await mei.PostAsync("/api/v1/tasks", new { title = "a" }, ("Idempotency-Key", "k"));
        again.Json.GetProperty("id").GetInt64().ShouldBe(first.Json.GetProperty("id").GetInt64());
        (await ListAsync("")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"title":""}""", "title")]
    [InlineData("""{"title":"a\nb"}""", "title")]
    [InlineData("""{"title":"a","priority_group":0}""", "priority_group")]
    [InlineData("""{"title":"a","priority_group":5}""", "priority_group")]
    [InlineData("""{"title":"a","estimated_sections":5}""", "estimated_sections")]
    [InlineData("""{"title":"a","deadline_at":"1999-12-31T00:00:00Z"}""", "deadline_at")]
    [InlineData(
        """{"title":"a","deadline_at":"2026-12-01T00:00:00Z","urgency_threshold_at":"2026-12-01T00:00:01Z"}""",
        "urgency_threshold_at"
    )]
    public async Task A_field_that_is_wrong_is_refused_by_name(string body, string field)
    {
        using var json = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await mei.PostAsync("/api/v1/tasks", json, ("Idempotency-Key", "x"));
        answer
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty(field, out _)
            .ShouldBeTrue(answer.Text);
        (await ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        var answer = await mei.PostAsync(
            "/api/v1/tasks",
            new
            {
                title = "",
                priority_group = 9,
                estimated_sections = 9,
            },
            ("Idempotency-Key", "x")
        );
        answer.Json.GetProperty("errors").EnumerateObject().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_title_has_255_characters_as_people_count_them()
    {
        await MakeAsync(new { title = string.Concat(Enumerable.Repeat("👩‍🎓", 255)) });
        var answer = await mei.PostAsync(
            "/api/v1/tasks",
            new { title = string.Concat(Enumerable.Repeat("👩‍🎓", 256)) },
            ("Idempotency-Key", "y")
        );
        answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Fact]
    public async Task Open_tasks_come_first_by_quadrant_then_deadline_a_page_at_a_time()
    {
        await MakeAsync(new { title = "d", priority_group = 2 });
        await MakeAsync(
            new
            {
                title = "b",
                priority_group = 1,
                deadline_at = "2026-12-03T00:00:00Z",
            }
        );
        await MakeAsync(
            new
            {
                title = "c",
                priority_group = 2,
                deadline_at = "2026-12-09T00:00:00Z",
            }
        );
        await MakeAsync(
            new
            {
                title = "a",
                priority_group = 1,
                deadline_at = "2026-12-02T00:00:00Z",
            }
        );
        var titles = (await ListAsync("")).Select(t => t.GetProperty("title").GetString());
        titles.ShouldBe(["a", "b", "c", "d"]);
        var page = (await mei.GetAsync("/api/v1/tasks?page=2&page_size=3")).Json;
        page.GetProperty("items").GetArrayLength().ShouldBe(1);
        page.GetProperty("page").GetProperty("has_more").GetBoolean().ShouldBeFalse();
        (await ListAsync("priority_group=2")).Count.ShouldBe(2);
        (await mei.GetAsync("/api/v1/tasks?priority_group=7")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Fact]
    public async Task Somebody_elses_task_does_not_exist()
    {
        var id = (await MakeAsync(new { title = "a" })).GetProperty("id").GetInt64();
        var tom = await app.SignUpAsync("tom");
        (await tom.PatchAsync($"/api/v1/tasks/{id}", new { title = "b" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PostAsync($"/api/v1/tasks/{id}/complete")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.DeleteAsync($"/api/v1/tasks/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.GetAsync("/api/v1/tasks")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_edit_of_an_older_version_is_a_conflict()
    {
        var made = await MakeAsync(new { title = "a" });
        var (path, seen) = (
            $"/api/v1/tasks/{made.GetProperty("id").GetInt64()}",
            made.GetProperty("updated_at").GetString()
        );
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await mei.PatchAsync(path, new { title = "b", updated_at = seen })).ShouldBe(HttpStatusCode.OK);
        (await mei.PatchAsync(path, new { title = "c", updated_at = seen })).ShouldBeRefused(ErrorCodes.Conflict);
    }

    [Fact]
    public async Task Quick_add_reads_the_date_the_title_and_the_quadrant()
    {
        var task = (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = "提醒我下周日前交大作业" }))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        task.GetProperty("title").GetString().ShouldBe("交大作业");
        task.GetProperty("deadline_at").GetString().ShouldBe("2026-12-06T15:59:00Z");
        task.GetProperty("urgency_threshold_at").GetString().ShouldBe("2026-12-05T15:59:00Z");
        task.GetProperty("priority_group").GetInt32().ShouldBe(2);
        await GroupOf("urgent: call the bank", 1);
        await GroupOf("今晚8点开会", 1);
        await GroupOf("顺便买牛奶", 3);
        await GroupOf("read the book whenever", 4);
        (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = " " })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = "a", time_zone = "Mars/Base" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
    }

    [Fact]
    public async Task A_line_that_is_typed_is_read_with_the_places_of_its_date_and_makes_no_task()
    {
        var read = (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = " 提醒我下周日前交大作业" }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        read.GetProperty("title").GetString().ShouldBe("交大作业");
        read.GetProperty("deadline_at").GetString().ShouldBe("2026-12-06T15:59:00Z");
        read.GetProperty("unsure").GetBoolean().ShouldBeFalse();
        var words = read.GetProperty("words").EnumerateArray().Single();
        (words.GetProperty("start").GetInt32(), words.GetProperty("length").GetInt32()).ShouldBe((4, 4));
        (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = "" }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("words")
            .GetArrayLength()
            .ShouldBe(0);
        (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = new string('a', 501) })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_modules_key_makes_one_task_for_ever()
    {
        var planner = app.Services.GetRequiredService<IPlanner>();
        var request = new CreateQuickTaskRequest
        {
            UserId = mei.Id,
            IdempotencyKey = "k",
            Draft = new QuickTaskDraft
            {
                Title = "a",
                PriorityGroup = 2,
                EstimatedSections = 1,
            },
        };
        var tasks = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => planner.CreateQuickTaskAsync(request, default))
        );
        tasks.Select(t => t.Task.Id).Distinct().Count().ShouldBe(1);
        tasks.Count(t => !t.Existed).ShouldBe(1);
        var other = request.Clone();
        other.Draft.Title = "b";
        (await Should.ThrowAsync<RefusedException>(() => planner.CreateQuickTaskAsync(other, default))).Code.ShouldBe(
            ErrorCodes.KeyReused
        );
    }

    [Fact]
    public async Task There_is_a_limit_on_tasks()
    {
        await app.DisposeAsync();
        app = await SmartFlowApp.StartAsync(s => s.Settings["Planner:QuickTasksMax"] = "1");
        mei = await app.SignUpAsync();
        await MakeAsync(new { title = "a" });
        (await mei.PostAsync("/api/v1/tasks", new { title = "b" }, ("Idempotency-Key", "z"))).ShouldBeRefused(
            ErrorCodes.Conflict
        );
    }

    private async Task GroupOf(string text, int group)
    {
        var task = (await mei.PostAsync("/api/v1/tasks/quick-add", new { text })).ShouldBe(HttpStatusCode.Created).Json;
        task.GetProperty("priority_group").GetInt32().ShouldBe(group, text);
    }

    private async Task<JsonElement> MakeAsync(object body) =>
        (await mei.PostAsync("/api/v1/tasks", body, ("Idempotency-Key", $"make-{++keys}")))
            .ShouldBe(HttpStatusCode.Created)
            .Json;

    private async Task<List<JsonElement>> ListAsync(string query) =>
        [
            .. (await mei.GetAsync("/api/v1/tasks?" + query))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];
}
