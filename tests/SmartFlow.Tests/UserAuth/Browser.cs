using System.Net;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What a browser gets and sends: cookies, and no token as text.</summary>
internal static class Browser
{
    public const string Web = "X-SmartFlow-Client";

    public static async Task<Answer> SignUpAsync(SmartFlowApp app, string name = "mei") =>
        (
            await app.Anonymous.PostAsync(
                "/api/v1/auth/register",
                new { username = name, password = TestUser.DefaultPassword },
                (Web, "web")
            )
        ).ShouldBe(HttpStatusCode.Created);

    public static Session Cookies(Answer answer)
    {
        var values = answer
            .Header("Set-Cookie")!
            .Split('\n')
            .Select(c => c.Split(';')[0].Split('=', 2))
            .ToDictionary(c => c[0], c => c[1]);
        return new Session(values["sf_access"], values["sf_refresh"], values["sf_csrf"]);
    }

    public sealed record Session(string Access, string Refresh, string Csrf)
    {
        public string All => $"sf_access={Access}; sf_refresh={Refresh}; sf_csrf={Csrf}";
    }
}
