using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Users;

namespace SmartFlow.Memory;

/// <summary>
/// On user.deleted: all that is known of the user goes, and what waits to be looked at. A number that is switched off
/// stays, so that a model that is being asked brings nothing back.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-memory-user-auth-consumer";

    public static async Task RunAsync(MemoryDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        var id = (long)user;
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO memory_owners (user_id, enabled, on_since, revision) VALUES ({id}, {false}, {0L}, {0L})
            ON CONFLICT (user_id) DO UPDATE SET enabled = excluded.enabled
            """,
            cancellationToken
        );
        await db.Looks.Where(l => l.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Items.Where(i => i.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
    }
}
