using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>Looks at the row of a session, with its user's roles.</summary>
internal sealed class SessionDirectory(IDbContextFactory<UserAuthDb> factory, TimeProvider time) : ISessionDirectory
{
    public async Task<OpenSession?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var session = await db
            .Sessions.AsNoTracking()
            .Include(s => s.User!.Roles)
            .SingleOrDefaultAsync(
                s => s.Id == sessionId && s.RevokedAt == null && s.ExpiresAt > now && s.User!.DisabledAt == null,
                cancellationToken
            );
        return session is null
            ? null
            : new OpenSession(
                session.Id,
                (ulong)session.UserId,
                [.. session.User!.Roles.Select(r => r.Role)],
                session.ExpiresAt
            );
    }
}
