using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Memory;
using SmartFlow.Memory.Extracting;
using SmartFlow.Tests.Agent;

namespace SmartFlow.Tests.Memory;

/// <summary>
/// One host whose turns are looked at for what is worth keeping, for tests that need no more than a user of their own
/// each.
/// </summary>
public sealed class RememberingApp : IAsyncLifetime
{
    /// <summary>A Wednesday, 15:00 in Shanghai.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);

    private int users;

    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await SmartFlowApp.StartAsync(s => s.Settings["Memory:Extraction"] = "true");
        App.Clock.SetTo(Now);
    }

    public Task<TestUser> NewUserAsync() => App.SignUpAsync($"user{Interlocked.Increment(ref users)}");

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>What users do with their memory.</summary>
internal static class MemoryIntents
{
    private static int keys;

    /// <summary>Says something, and waits until it was looked at.</summary>
    public static async Task<ChatAnswer> TellAsync(this TestUser user, string message, long? conversation = null)
    {
        var answer = (await user.SayAsync(message, conversation)).ShouldEndInOrder();
        await user.LookedAtAsync(answer.ConversationId);
        return answer;
    }

    /// <summary>
    /// All that was said in a conversation was looked at, and whoever follows the memory has heard what came of it.
    /// </summary>
    public static async Task LookedAtAsync(this TestUser user, long conversation)
    {
        var said = (await user.TimelineAsync(conversation)).Kinds().Count(k => k == "user_text");
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await user.MemoryAsync();
                return await db.Looks.CountAsync(l =>
                        l.ConversationId == conversation && l.UserId == user.Id && l.State != LookState.Waiting
                    ) == said;
            },
            "what was said was looked at"
        );
        await user.HeardAsync();
    }

    /// <summary>Whoever follows the memory has heard of every change.</summary>
    public static async Task HeardAsync(this TestUser user)
    {
        var key = user.Id.ToString(null, null);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await user.MemoryAsync();
                return !await db.Outbox.AnyAsync(m => m.Key == key);
            },
            "the memory's events are handled"
        );
    }

    public static async Task<MemoryDb> MemoryAsync(this TestUser user) =>
        await user.App.Services.GetRequiredService<IDbContextFactory<MemoryDb>>().CreateDbContextAsync();

    public static async Task<List<JsonElement>> MemoriesAsync(this TestUser user, string query = "")
    {
        var answer = await user.GetAsync($"/api/v1/memory/items{query}");
        return [.. answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("items").EnumerateArray()];
    }

    /// <summary>What the turns of a conversation did to the memory.</summary>
    public static async Task<List<JsonElement>> ChangesAsync(this TestUser user, long conversation)
    {
        var answer = (
            await user.GetAsync($"/api/v1/memory/changes?conversation_id={conversation.ToString(null, null)}")
        )
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        answer.GetProperty("looking").GetBoolean().ShouldBeFalse();
        return [.. answer.GetProperty("items").EnumerateArray()];
    }

    public static Task<Answer> WriteDownAsync(this TestUser user, object item) =>
        user.PostAsync("/api/v1/memory/items", item, ("Idempotency-Key", $"memory-{Interlocked.Increment(ref keys)}"));

    public static string Text(this JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
