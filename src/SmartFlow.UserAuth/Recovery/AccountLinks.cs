using System.Linq.Expressions;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Recovery;

/// <summary>
/// Makes and takes links, inside a transaction of the caller. Of a user one link for a new password and one for an
/// address is good at a time: the next one ends those before it, and a new password ends all.
/// </summary>
internal sealed class AccountLinks(IOptions<UserAuthOptions> options, TimeProvider time)
{
    private const string Prefix = "al-";
    private const int RandomBytes = 32;
    private const int MaxToken = 100;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The mails say so.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);

    /// <summary>How long links are kept after they were made.</summary>
    public static TimeSpan Kept => Day;

    /// <summary>
    /// A link that goes out by mail; the only copy of its token. Null: enough of them went to this user or this address
    /// within a day.
    /// </summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="userId">Whose account it is; the row is held, so that of two at once the later one stays.</param>
    /// <param name="purpose">recovery or email.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async Task<string?> MailedAsync(
        UserAuthDb db,
        long userId,
        string purpose,
        string address,
        CancellationToken cancellationToken
    )
    {
        var (now, to) = (time.GetUtcNow(), Accounts.Emails.Normalise(address));
        await HoldAsync(db, userId, cancellationToken);
        var since = now - Day;
        var sent = await db.Links.CountAsync(
            l => (l.UserId == userId || l.Address == to) && l.Address != null && l.CreatedAt > since,
            cancellationToken
        );
        return sent >= options.Value.LinksPerDay
            ? null
            : await AddAsync(db, userId, purpose, to, now + GoodFor, cancellationToken);
    }

    /// <summary>A link that an operator hands over.</summary>
    /// <returns>The only copy of its token, and its end.</returns>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> HandedAsync(
        UserAuthDb db,
        long userId,
        CancellationToken cancellationToken
    )
    {
        await HoldAsync(db, userId, cancellationToken);
        var end = time.GetUtcNow().AddHours(options.Value.OperatorLinkHours);
        return (await AddAsync(db, userId, LinkPurpose.Operator, null, end, cancellationToken), end);
    }

    /// <summary>The link of this token, if it is still good for the purpose and its user may come in.</summary>
    public Expression<Func<AccountLink, bool>> Good(string token, params string[] purposes)
    {
        var (hash, now) = (Hash(token), time.GetUtcNow());
        return l => l.Hash == hash && purposes.Contains(l.Purpose) && l.EndedAt == null && l.ExpiresAt > now;
    }

    /// <summary>Uses it up: of two who bring it at once one has it.</summary>
    /// <exception cref="RefusedException">link_ended.</exception>
    public async Task TakeAsync(UserAuthDb db, AccountLink link, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var taken = await db
            .Links.Where(l => l.Id == link.Id && l.EndedAt == null && l.ExpiresAt > now)
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.EndedAt, now), cancellationToken);
        if (taken == 0)
            throw Ended();
    }

    /// <summary>With a new password nothing that was on its way is good any more.</summary>
    public Task<int> EndAllAsync(UserAuthDb db, long userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db
            .Links.Where(l => l.UserId == userId && l.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.EndedAt, now), cancellationToken);
    }

    public static RefusedException Ended() =>
        new(
            ErrorCodes.LinkEnded,
            "This link is no longer good: it was used, a later one took its place, or its time is over. Ask for another one."
        );

    /// <summary>Behind the #, so that no server, proxy or other site reads it.</summary>
    public static string Path(string page, string token) => $"{page}#token={token}";

    private static Task<int> HoldAsync(UserAuthDb db, long userId, CancellationToken cancellationToken) =>
        db
            .Users.Where(u => u.Id == userId)
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, u => u.PasswordHash), cancellationToken);

    private async Task<string> AddAsync(
        UserAuthDb db,
        long userId,
        string purpose,
        string? address,
        DateTimeOffset end,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var ofEmail = purpose == LinkPurpose.Email;
        await db
            .Links.Where(l => l.UserId == userId && l.EndedAt == null && l.Purpose == LinkPurpose.Email == ofEmail)
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.EndedAt, now), cancellationToken);
        var token = Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        db.Links.Add(
            new AccountLink
            {
                Hash = Hash(token),
                UserId = userId,
                Purpose = purpose,
                Address = address,
                CreatedAt = now,
                ExpiresAt = end,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    private static byte[] Hash(string token) => SessionStore.Hash(token.Length > MaxToken ? token[..MaxToken] : token);
}
