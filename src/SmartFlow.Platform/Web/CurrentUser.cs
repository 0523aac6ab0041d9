using System.Globalization;
using System.Security.Claims;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>Who asks, as every endpoint reads it.</summary>
public static class CurrentUser
{
    /// <summary>The role that opens /api/v1/admin.</summary>
    public const string OperatorRole = "operator";

    internal const string ApiKeyClaim = "api_key_id";

    /// <exception cref="RefusedException">unauthenticated.</exception>
    public static ulong UserId(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return ulong.TryParse(user.FindFirstValue("sub"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RefusedException(ErrorCodes.Unauthenticated, "Sign in first.");
    }

    /// <summary>The API key that the request came with; 0: none.</summary>
    public static long ApiKeyId(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return long.TryParse(user.FindFirstValue(ApiKeyClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}
