using System.Net;

namespace SmartFlow.Tests.UserAuth;

/// <summary>A session that goes on by its refresh token.</summary>
internal static class Renewal
{
    private const string Auth = "/api/v1/auth/";

    public static async Task<Answer> RefreshAsync(SmartFlowApp app, TestUser user, TimeSpan later)
    {
        app.Clock.Advance(later);
        return (await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = user.RefreshToken })).ShouldBe(
            HttpStatusCode.OK
        );
    }
}
