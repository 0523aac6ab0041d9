using System.Text.Json;

namespace SmartFlow.Tests.Memory;

/// <summary>What a turn did to the memory is told below its answer, and taken back from there.</summary>
internal static class TurnChanges
{
    public static string From(JsonElement item) => item.GetProperty("hours").Text("from");

    public static Task<Answer> UndoAsync(TestUser user, JsonElement change) =>
        user.PostAsync(
            $"/api/v1/memory/changes/{change.GetProperty("id")}/undo",
            null,
            ("Idempotency-Key", Guid.CreateVersion7().ToString())
        );
}
