using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Planner.TaskClasses;

/// <summary>Study plans as their editor sends and reads them.</summary>
public abstract class StudyPlans
{
    private protected const string Path = "/api/v1/task-classes";
    private int keys;

    private protected (string, string) Key() => ("Idempotency-Key", $"make-{++keys}");

    private protected async Task<JsonElement> MakeAsync(TestUser user, JsonObject body) =>
        (await user.PostAsync(Path, body, Key())).ShouldBe(HttpStatusCode.Created).Json;

    private protected static JsonObject Body(Action<JsonObject> change)
    {
        var body = new JsonObject
        {
            ["name"] = "高数期末",
            ["start_date"] = "2026-12-01",
            ["end_date"] = "2026-12-20",
        };
        change(body);
        return body;
    }

    private protected static JsonObject Item(string content, int? sections = null, string? deadline = null) =>
        new JsonObject
        {
            ["content"] = content,
            ["sections"] = sections,
            ["deadline_at"] = deadline,
        };

    private protected static JsonObject Kept(long id, string content, int sections) =>
        new JsonObject
        {
            ["id"] = id,
            ["content"] = content,
            ["sections"] = sections,
        };

    private protected static long Id(JsonElement of) => of.GetProperty("id").GetInt64();

    private protected static int[] Numbers(JsonElement of) => [.. of.EnumerateObject().Select(p => p.Value.GetInt32())];
}
