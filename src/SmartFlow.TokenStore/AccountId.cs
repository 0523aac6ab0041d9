using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>The account of a user has the user's id.</summary>
internal static class AccountId
{
    /// <exception cref="RefusedException">invalid_argument: no user can have this id.</exception>
    public static long Of(ulong userId) =>
        userId is > 0 and <= long.MaxValue ? (long)userId : throw RefusedException.Field("user_id", "must be a user's id");
}
