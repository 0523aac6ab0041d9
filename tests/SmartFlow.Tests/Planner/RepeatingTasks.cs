using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner;

/// <summary>Tasks that repeat, as their user makes, sees and completes them.</summary>
internal static class RepeatingTasks
{
    public const string Tasks = "/api/v1/tasks";
    private static int keys;

    public static async Task CompleteAllAsync(TestUser user)
    {
        foreach (
            var task in (await user.GetAsync($"{Tasks}?completed=false"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .ToList()
        )
            (await user.PostAsync($"{Tasks}/{Id(task)}/complete", new { })).ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Deadlines of open tasks in Shanghai, in the order of time.</summary>
    public static async Task<List<string>> OpenAsync(TestUser user) =>
        [
            .. (await user.GetAsync($"{Tasks}?completed=false"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(t =>
                    $"{t.GetProperty("deadline_at").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(8)):yyyy-MM-dd HH:mm}"
                )
                .Order(),
        ];

    public static Task<Answer> QuickAsync(TestUser user, string text) =>
        user.PostAsync($"{Tasks}/quick-add", new { text, time_zone = "Asia/Shanghai" });

    public static Task<Answer> PostAsync(TestUser user, object body) =>
        user.PostAsync(Tasks, body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    public static long Id(JsonElement task) => task.GetProperty("id").GetInt64();

    public static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
