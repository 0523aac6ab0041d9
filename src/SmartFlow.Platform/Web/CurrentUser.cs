using System.Globalization;
using System.Security.Claims;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Web;

/// <summary>Who asks, as every endpoint reads it.</summary>
public static class CurrentUser
{
    /// <summary>The role that opens /api/v1/admin.</summary>
    public const string OperatorRole = "operator";

    /// <exception cref="RefusedException">unauthenticated.</exception>
    public static ulong UserId(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return ulong.TryParse(user.FindFirstValue("sub"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RefusedException(ErrorCodes.Unauthenticated, "Sign in first.");
    }

    /// <summary>The API key that the request came with; null: none.</summary>
    public static ApiKeyOwner? ApiKey(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return (user.Identity as ApiKeyIdentity)?.Key;
    }
}
