using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Users;

/// <summary>
/// The number of a deleted account, which nothing maps to a person any more: what comes late for it is dropped.
/// </summary>
public sealed class GoneUser
{
    public ulong UserId { get; set; }

    public DateTimeOffset GoneAt { get; set; }
}

public static class GoneUsers
{
    /// <summary>For a migration of each module: creates gone_users.</summary>
    public static void CreateGoneUsers(this MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.CreateTable(
            "gone_users",
            t => new { user_id = t.Column<long>(), gone_at = t.Column<long>() },
            constraints: t => t.PrimaryKey("pk_gone_users", x => x.user_id)
        );
        migration.CreateIndex("ix_gone_users_gone_at", "gone_users", "gone_at");
    }

    /// <summary>The account was deleted: what is known of it is to be dropped, and nothing new is to be kept.</summary>
    public static Task<bool> IsGoneAsync(this ModuleDb db, ulong userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.GoneUsers.AnyAsync(g => g.UserId == userId, cancellationToken);
    }

    /// <summary>
    /// In the transaction that deletes: the number stays, the answers that are kept for repeats go. It may run again.
    /// </summary>
    /// <returns>It was noted before.</returns>
    public static async Task<bool> MarkGoneAsync(
        this ModuleDb db,
        ulong userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        var (id, at) = ((long)userId, UnixMicros.From(now));
        var noted = await db.Database.ExecuteSqlAsync(
            $"INSERT INTO gone_users (user_id, gone_at) VALUES ({id}, {at}) ON CONFLICT (user_id) DO NOTHING",
            cancellationToken
        );
        await db.IdempotentRequests.Where(r => r.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        return noted == 0;
    }

    /// <summary>Events about the user that could not be handled; not in a module whose events are money.</summary>
    public static Task<int> DeleteLettersAsync(this ModuleDb db, ulong userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var key = userId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return db.DeadLetters.Where(d => d.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}
