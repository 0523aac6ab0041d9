using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner.TaskClasses;

/// <summary>
/// What the other tests prove on SQLite runs on PostgreSQL, too: dates, words and sums are stored by other means there.
/// </summary>
public sealed class ClassesOnPostgresTests(PostgresServer postgres)
{
    private const string Path = "/api/v1/task-classes";

    [Fact]
    public async Task A_class_lives_and_a_stale_edit_is_refused_on_PostgreSQL()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        app.Clock.SetTo(StartedApp.Now);
        var mei = await app.SignUpAsync();
        var made = (await mei.PostAsync(Path, Body(1, "a", "b"), ("Idempotency-Key", "k")))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        var (path, item) = (
            $"{Path}/{made.GetProperty("id").GetInt64()}",
            made.GetProperty("items")[1].GetProperty("id").GetInt64()
        );
        (
            await mei.PostAsync(
                "/api/v1/schedule/placements",
                new
                {
                    item_id = item,
                    week = 2,
                    day = 3,
                    section_from = 9,
                },
                ("Idempotency-Key", "p")
            )
        ).ShouldBe(HttpStatusCode.Created);
        (await mei.PostAsync($"{path}/items/{item}/done"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("placement")
            .ValueKind.ShouldBe(JsonValueKind.Object);
        var listed = (await mei.GetAsync(Path)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("items")[0];
        listed
            .GetProperty("progress")
            .GetRawText()
            .ShouldBe("""{"items":2,"placed":1,"done":1,"sections":4,"placed_sections":2}""");
        listed.GetProperty("start_date").GetString().ShouldBe("2026-11-30");

        var edits = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => mei.PutAsync(path, Body(1, $"c{n}"))));
        edits.Count(e => e.Status == HttpStatusCode.OK).ShouldBe(1);
        edits.Count(e => e.Status == HttpStatusCode.Conflict).ShouldBe(3);
        var after = (await mei.GetAsync(path)).Json;
        after.GetProperty("items").GetArrayLength().ShouldBe(1);
        after.GetProperty("version").GetInt32().ShouldBe(2);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync("/api/v1/schedule/weeks/2")).Json.GetProperty("blocks").GetArrayLength().ShouldBe(0);
    }

    private static object Body(int version, params string[] items) =>
        new
        {
            version,
            name = "高数期末",
            start_date = "2026-11-30",
            end_date = "2026-12-20",
            subject = "memory",
            strategy = "rapid",
            items = items.Select(content => new { content, deadline_at = "2026-12-10T15:59:00Z" }),
        };
}
