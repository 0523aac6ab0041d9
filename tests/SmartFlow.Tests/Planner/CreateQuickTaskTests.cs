using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed class CreateQuickTaskTests : TaskList
{
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
}
