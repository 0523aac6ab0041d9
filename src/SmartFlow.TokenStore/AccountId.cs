using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>The account of a user has the user's id.</summary>
internal static class AccountId
{
    /// <exception cref="RefusedException">invalid_argument: no user can have this id.</exception>
    public static long Of(ulong userId, string field = "user_id") =>
        userId is > 0 and <= long.MaxValue ? (long)userId : throw RefusedException.Field(field, "must be a user's id");

    /// <exception cref="RefusedException">not_found: nobody has opened it.</exception>
    public static async Task RequireAccountAsync(
        this TokenStoreDb db,
        long account,
        CancellationToken cancellationToken
    )
    {
        if (!await db.Accounts.AnyAsync(a => a.AccountId == account, cancellationToken))
            throw RefusedException.NotFound("account");
    }
}
