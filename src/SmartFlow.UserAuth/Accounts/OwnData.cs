using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Users;
using SmartFlow.UserAuth.Keys;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// What this module keeps of a user: the profile, sessions and keys, without anything that lets somebody in.
/// </summary>
internal sealed class OwnData(IDbContextFactory<UserAuthDb> databases)
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<UserAuthDb>.ReadAsync(databases, Sections((long)request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<UserAuthDb>> Sections(long user) =>
        [
            Section<UserAuthDb>.Of<User>(
                "account",
                (db, last) =>
                    db.Users.Include(x => x.Roles).Where(x => x.Id == user && last == null).OrderBy(x => x.Id),
                x => new
                {
                    UserId = x.Id,
                    x.Username,
                    x.DisplayName,
                    x.Email,
                    EmailVerified = x.VerifiedEmail != null,
                    Roles = x.Roles.Select(r => r.Role).Order().ToArray(),
                    x.CreatedAt,
                }
            ),
            Section<UserAuthDb>.Of<Session>(
                "sessions",
                db => db.Sessions.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Client,
                    x.CreatedAt,
                    x.LastUsedAt,
                    x.ExpiresAt,
                    x.RevokedAt,
                    x.RevokedFor,
                }
            ),
            Section<UserAuthDb>.Of<ApiKey>(
                "api_keys",
                db => db.ApiKeys.Where(x => x.UserId == user),
                x => x.Id,
                x => new { Key = ApiKeyItem.Of(x), x.RevokedAt }
            ),
            Section<UserAuthDb>.Of<AccountLink>(
                "links",
                db => db.Links.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Purpose,
                    x.Address,
                    x.CreatedAt,
                    x.ExpiresAt,
                    x.EndedAt,
                }
            ),
        ];
}
