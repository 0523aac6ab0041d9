using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner.Terms;

/// <summary>The terms of a user, of which one is the current one.</summary>
public abstract class OwnTerms(StartedApp started)
{
    private protected const string Path = "/api/v1/terms";
    private protected const string Current = $"{Path}/current";
    private protected readonly StartedApp started = started;
    private static int keys;

    private protected async Task<TestUser> BeginAsync(TestUser? user = null)
    {
        var mei = user ?? await started.NewUserAsync();
        (
            await mei.PutAsync(
                $"{Path}/current",
                new
                {
                    name = "autumn",
                    first_monday = "2026-11-23",
                    weeks = 4,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        return mei;
    }

    private protected static Task<Answer> StartAsync(TestUser user, object body) =>
        user.PostAsync(Path, body, ("Idempotency-Key", $"term{Interlocked.Increment(ref keys)}"));

    private protected static Task<Answer> SwitchAsync(TestUser user, long id) => user.PostAsync($"{Path}/{id}/current");

    private protected static long Id(JsonElement term) => term.GetProperty("id").GetInt64();
}
