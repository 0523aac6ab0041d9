using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner.Events;

/// <summary>Personal events of a user, and the weeks in which they stand.</summary>
public abstract class OwnEvents(StartedApp started)
{
    private protected const string Events = "/api/v1/events";
    private protected const string Term = "/api/v1/terms/current";
    private protected readonly StartedApp started = started;
    private int keys;

    /// <summary>Eight weeks from Monday 2026-11-23.</summary>
    private protected async Task<TestUser> BeginAsync()
    {
        var mei = await started.NewUserAsync();
        (
            await mei.PutAsync(
                Term,
                new
                {
                    name = "term",
                    first_monday = "2026-11-23",
                    weeks = 8,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        return mei;
    }

    private protected Task<Answer> MakeAsync(TestUser user, object body) => PostAsync(user, Events, body);

    private protected Task<Answer> PostAsync(TestUser user, string path, object body) =>
        user.PostAsync(path, body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    private protected static async Task<JsonElement> WeekAsync(TestUser user, int week) =>
        (await user.GetAsync($"/api/v1/schedule/weeks/{week}")).ShouldBe(HttpStatusCode.OK).Json;

    private protected static IEnumerable<JsonElement> Of(JsonElement week, string? kind) =>
        week.GetProperty("blocks").EnumerateArray().Where(b => kind is null || Text(b, "kind") == kind);

    private protected static JsonElement Single(JsonElement week, string kind) => Of(week, kind).ShouldHaveSingleItem();

    private protected static string Conflict(Answer refused)
    {
        var one = refused.Json.GetProperty("conflicts").EnumerateArray().ShouldHaveSingleItem();
        return $"{Text(one, "kind")} {Text(one, "title")} {string.Join(',', one.GetProperty("weeks").EnumerateArray().Select(w => w.GetInt32()))}";
    }

    private protected static string[] Dates(JsonElement made) =>
        [.. made.GetProperty("dates").EnumerateArray().Select(d => d.GetString()!)];

    private protected static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private protected static int Int(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}
