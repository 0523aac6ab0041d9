using System.Security.Claims;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Authors;

internal static class Reader
{
    /// <summary>Who reads; 0 where nobody is signed in, which reading does not need.</summary>
    public static ulong Of(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? user.UserId() : 0;
}
