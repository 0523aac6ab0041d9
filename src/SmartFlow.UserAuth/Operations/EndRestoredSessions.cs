using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Data;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// After a restore: sessions that ended since the back-up would live again, so all of them end, and the links of
/// accounts with them; and users who registered since are unknown, so their numbers are passed over: what still names
/// them elsewhere (tokens, caches, events) must not mean somebody new.
/// </summary>
internal sealed class EndRestoredSessions(IWriter<UserAuthDb> writer, IOptions<DataOptions> data, TimeProvider time)
    : IRestoreStep
{
    private const int SkippedIds = 1_000_000;

    public int Order => 20;

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = await writer.WriteAsync(
            async (db, token) =>
            {
                await SkipIdsAsync(db, token);
                // A link that was used since would be good again.
                await db.Links.ExecuteDeleteAsync(token);
                return await db
                    .Sessions.Where(s => s.RevokedAt == null)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.RevokedAt, now).SetProperty(x => x.RevokedFor, RevokedFor.Restored),
                        token
                    );
            },
            cancellationToken
        );
        return $"userauth: {ended} sessions ended; new users get numbers from {SkippedIds} further on";
    }

    private Task<int> SkipIdsAsync(UserAuthDb db, CancellationToken cancellationToken) =>
        data.Value.UsesPostgres
            ? db.Database.ExecuteSqlAsync(
                $"""
                SELECT setval(pg_get_serial_sequence('users', 'id'),
                    greatest((SELECT coalesce(max(id), 0) FROM users), (SELECT last_value FROM pg_sequences
                        WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence('users', 'id'))) + {SkippedIds})
                """,
                cancellationToken
            )
            : db.Database.ExecuteSqlAsync(
                $"UPDATE sqlite_sequence SET seq = seq + {SkippedIds} WHERE name = 'users'",
                cancellationToken
            );
}
