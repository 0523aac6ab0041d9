using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Errors;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>A session and the only copy of its newest refresh token.</summary>
internal sealed record OpenedSession(User User, Session Session, string RefreshToken)
{
    // A record would print the token.
    public override string ToString() => $"session of user {User.Id}";
}

/// <summary>Why a session ended early.</summary>
internal static class RevokedFor
{
    public const string SignOut = "sign-out";
    public const string Elsewhere = "ended-elsewhere";
    public const string PasswordChanged = "password-changed";
    public const string Disabled = "disabled";
    public const string Deleted = "deleted";
    public const string Reuse = "reuse";
    public const string TooMany = "too-many";
    public const string Restored = "restored";
}

/// <summary>
/// What changes sessions inside a transaction of the caller, who tells OpenSessions after the commit.
/// </summary>
internal sealed class SessionStore(IOptions<UserAuthOptions> options, TimeProvider time)
{
    private const string Prefix = "rt-";
    private const int RandomBytes = 32;
    private const int ClientLength = 200;

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Adds a session; ends the oldest when the user has too many. The caller saves.</summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="user">Whose.</param>
    /// <param name="client">What the program that signs in calls itself, for the list of sessions.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async Task<OpenedSession> OpenAsync(
        UserAuthDb db,
        User user,
        string client,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var old = await db
            .Sessions.Where(s => s.UserId == user.Id && s.RevokedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt)
            .Skip(options.Value.MaxSessions - 1)
            .ToListAsync(cancellationToken);
        foreach (var session in old)
            Revoke(session, RevokedFor.TooMany);
        var opened = new Session
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            UserId = user.Id,
            Client = Shown(client),
            CreatedAt = now,
        };
        db.Sessions.Add(opened);
        return new OpenedSession(user, opened, AddToken(db, opened));
    }

    /// <summary>
    /// Adds the next refresh token of a session and moves its end, at most to the absolute one. The caller saves.
    /// </summary>
    public string AddToken(UserAuthDb db, Session session)
    {
        var token = Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        session.LastUsedAt = time.GetUtcNow();
        var (unused, last) = (
            session.LastUsedAt.AddDays(options.Value.RefreshTokenDays),
            session.CreatedAt.AddDays(options.Value.SessionDays)
        );
        session.ExpiresAt = unused < last ? unused : last;
        db.RefreshTokens.Add(
            new RefreshToken
            {
                Hash = Hash(token),
                SessionId = session.Id,
                ExpiresAt = session.ExpiresAt,
            }
        );
        return token;
    }

    public void Revoke(Session session, string reason)
    {
        if (session.RevokedAt is not null)
            return;
        session.RevokedAt = time.GetUtcNow();
        session.RevokedFor = reason;
    }

    /// <summary>Ends every open session of a user, but one that is named.</summary>
    public Task<int> RevokeAllAsync(
        UserAuthDb db,
        long userId,
        string? keptSession,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        return db
            .Sessions.Where(s => s.UserId == userId && s.Id != keptSession && s.RevokedAt == null)
            .ExecuteUpdateAsync(
                s => s.SetProperty(x => x.RevokedAt, now).SetProperty(x => x.RevokedFor, reason),
                cancellationToken
            );
    }

    /// <summary>
    /// For work that outlives the session, in the transaction that does it: what ends the session waits for it.
    /// </summary>
    /// <exception cref="RefusedException">unauthenticated: it has ended.</exception>
    public async Task HoldAsync(UserAuthDb db, string sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var open = await db
            .Sessions.Where(s => s.Id == sessionId && s.RevokedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastUsedAt, x => x.LastUsedAt), cancellationToken);
        if (open == 0)
            throw new RefusedException(ErrorCodes.Unauthenticated, "The session has ended: sign in again.");
    }

    private static string Shown(string client)
    {
        var text = new string([.. client.Where(c => !char.IsControl(c)).Take(ClientLength)]);
        return text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
    }
}
