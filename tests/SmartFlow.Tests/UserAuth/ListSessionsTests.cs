using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

public sealed class ListSessionsTests
{
    private const string Auth = "/api/v1/auth/";

    [Fact]
    public async Task The_sessions_are_listed_with_their_programs_and_end_one_by_one_or_all_others()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var login = new { username = "mei", password = TestUser.DefaultPassword };
        var phone = new TestUser(
            app,
            await app.Anonymous.PostAsync(Auth + "login", login, ("User-Agent", "Phone/1.0"))
        );
        var bob = await app.SignUpAsync("bob");
        var list = (await mei.GetAsync(Auth + "sessions"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToArray();
        list.Select(s => s.GetProperty("is_current").GetBoolean()).ShouldBe([false, true]);
        list[0].GetProperty("client").GetString().ShouldBe("Phone/1.0");
        var id = list[0].GetProperty("id").GetString();

        (await bob.DeleteAsync($"{Auth}sessions/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync($"{Auth}sessions/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{Auth}sessions/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await phone.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);

        var tablet = await app.SignInAsync("mei");
        (await mei.DeleteAsync(Auth + "sessions")).ShouldBe(HttpStatusCode.NoContent);
        (await tablet.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await mei.GetAsync(Auth + "sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await bob.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
    }
}
