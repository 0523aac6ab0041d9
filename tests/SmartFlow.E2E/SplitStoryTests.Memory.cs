using System.Net.Http.Json;
using System.Text.Json;
using SmartFlow.Tests;

namespace SmartFlow.E2E;

/// <summary>What one process remembers binds another, and what a third one suggests is taken.</summary>
public sealed partial class SplitStoryTests
{
    [Fact]
    public async Task What_is_said_in_the_chat_is_remembered_by_one_process_and_kept_by_another()
    {
        using var mei = await SignUpAsync("split-memory");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date);
        (
            await mei.PutAsJsonAsync(
                "/api/v1/terms/current",
                new
                {
                    name = "term",
                    first_monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7)),
                    weeks = 4,
                }
            )
        ).EnsureSuccessStatusCode();
        var task = await PostedAsync(
            mei,
            "/api/v1/tasks",
            new
            {
                title = "essay",
                priority_group = 2,
                estimated_sections = 1,
            },
            "task"
        );

        using var said = await mei.PostAsJsonAsync("/api/v1/agent/chat", new { message = "我周末不学习" });
        (await said.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).ShouldContain("event: done");
        var conversation = said.Headers.GetValues("X-Conversation-ID").Single();
        var changes = await Eventually.GetAsync(
            () => JsonAsync(mei, $"/api/v1/memory/changes?conversation_id={conversation}"),
            c => c.GetProperty("items").GetArrayLength() > 0
        );
        changes.GetProperty("items")[0].GetProperty("kind").GetString().ShouldBe("added");
        var title = changes.GetProperty("items")[0].GetProperty("title").GetString();

        // The planner hears of it in its own time: a block that is put there by hand is told what it differs from.
        var tries = 0;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var placed = await PostedAsync(
                    mei,
                    "/api/v1/schedule/placements",
                    new
                    {
                        quick_task_id = task.GetProperty("id").GetInt64(),
                        week = 2,
                        day = 7,
                        section_from = 1,
                    },
                    $"place-{++tries}"
                );
                if (
                    placed
                        .GetProperty("warnings")
                        .EnumerateArray()
                        .Any(w =>
                            w.GetProperty("rule").GetString() == "outside_hours"
                            && w.GetProperty("because").GetString() == title
                        )
                )
                    return true;
                (
                    await mei.DeleteAsync(
                        $"/api/v1/schedule/placements/{placed.GetProperty("placed")[0].GetProperty("id")}"
                    )
                ).EnsureSuccessStatusCode();
                return false;
            },
            "the planner keeps what was said"
        );
    }

    [Fact]
    public Task Rest_is_suggested_by_one_process_and_taken_in_the_chat() =>
        new SuggestionTests(site).In_the_chat_the_same_is_asked_with_before_and_after();

    private static async Task<JsonElement> PostedAsync(HttpClient http, string path, object body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }
}
