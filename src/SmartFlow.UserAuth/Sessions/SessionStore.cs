using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>A session and the only copy of its newest refresh token.</summary>
internal sealed record OpenedSession(User User, string SessionId, string RefreshToken)
{
    // A record would print the token.
    public override string ToString() => $"session of user {User.Id}";
}

/// <summary>Why a session ended early.</summary>
internal static class RevokedFor
{
    public const string SignOut = "sign-out";
    public const string PasswordChanged = "password-changed";
    public const string Reuse = "reuse";
    public const string TooMany = "too-many";
}

/// <summary>What changes sessions inside a transaction of the caller.</summary>
internal sealed class SessionStore(IOptions<UserAuthOptions> options, TimeProvider time)
{
    private const string Prefix = "rt-";
    private const int RandomBytes = 32;

    public TimeSpan Lifetime => TimeSpan.FromDays(options.Value.RefreshTokenDays);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Adds a session; ends the oldest when the user has too many. The caller saves.</summary>
    public async Task<OpenedSession> OpenAsync(UserAuthDb db, User user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = await db.Sessions.Where(s => s.UserId == user.Id && s.RevokedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt).Skip(options.Value.MaxSessions - 1).ToListAsync(cancellationToken);
        foreach (var session in old) Revoke(session, RevokedFor.TooMany);
        var opened = new Session { Id = Guid.CreateVersion7(now).ToString("N"), UserId = user.Id, CreatedAt = now };
        db.Sessions.Add(opened);
        return new OpenedSession(user, opened.Id, AddToken(db, opened));
    }

    /// <summary>Adds the next refresh token of a session and moves its end. The caller saves.</summary>
    public string AddToken(UserAuthDb db, Session session)
    {
        var token = Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        session.ExpiresAt = time.GetUtcNow() + Lifetime;
        db.RefreshTokens.Add(new RefreshToken { Hash = Hash(token), SessionId = session.Id, ExpiresAt = session.ExpiresAt });
        return token;
    }

    public void Revoke(Session session, string reason)
    {
        if (session.RevokedAt is not null) return;
        session.RevokedAt = time.GetUtcNow();
        session.RevokedFor = reason;
    }

    /// <summary>Ends every open session of a user but one.</summary>
    /// <returns>How many.</returns>
    public Task<int> RevokeAllAsync(UserAuthDb db, long userId, string keptSession, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.Sessions.Where(s => s.UserId == userId && s.Id != keptSession && s.RevokedAt == null).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.RevokedAt, now).SetProperty(x => x.RevokedFor, reason), cancellationToken);
    }
}
