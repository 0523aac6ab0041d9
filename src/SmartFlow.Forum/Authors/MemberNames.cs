using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Authors;

/// <summary>Keeps the names of those who write, so that a list of posts needs no other module.</summary>
internal sealed class MemberNames(IUserAuth users, TimeProvider time)
{
    /// <summary>
    /// What to call the user: their display name, and never the name that they sign in with; empty where they have
    /// chosen none, for which pages have a word.
    /// </summary>
    /// <exception cref="RefusedException">unavailable; unauthenticated: the account is gone.</exception>
    public async Task<string> FindAsync(ulong userId, CancellationToken cancellationToken)
    {
        var request = new GetUsersRequest();
        request.UserIds.Add(userId);
        var found = await users.GetUsersAsync(request, cancellationToken);
        if (found.Items.Count == 0)
            throw new RefusedException(ErrorCodes.Unauthenticated, "This account is gone.");
        return found.Items[0].DisplayName;
    }

    /// <summary>Part of the transaction that writes what the user said.</summary>
    public Task KeepAsync(ForumDb db, ulong userId, string name, CancellationToken cancellationToken)
    {
        var (id, now) = ((long)userId, UnixMicros.From(time.GetUtcNow()));
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO members (user_id, name, updated_at) VALUES ({id}, {name}, {now})
            ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
            WHERE members.name <> excluded.name
            """,
            cancellationToken
        );
    }

    /// <summary>The names of these members, by id.</summary>
    public static async Task<Dictionary<ulong, string>> ReadAsync(
        ForumDb db,
        IEnumerable<ulong> userIds,
        CancellationToken cancellationToken
    )
    {
        var ids = userIds.Where(id => id != 0).Distinct().ToArray();
        return ids.Length == 0
            ? []
            : await db
                .Members.AsNoTracking()
                .Where(m => ids.Contains(m.UserId))
                .ToDictionaryAsync(m => m.UserId, m => m.Name, cancellationToken);
    }
}

/// <summary>Who wrote something; null where the account is gone.</summary>
internal sealed record AuthorView(ulong UserId, string Name)
{
    public static AuthorView? Of(ulong userId, Dictionary<ulong, string> names) =>
        userId == 0 ? null : new(userId, names.GetValueOrDefault(userId, ""));
}
