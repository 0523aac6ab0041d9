using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

public sealed class MakeRecoveryLinkTests
{
    [Fact]
    public async Task Without_mail_it_says_so_and_an_operator_makes_a_link_that_works_once()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        (await app.Anonymous.FetchAsync(Auth + "capabilities"))
            .Json.GetProperty("recovery")
            .GetString()
            .ShouldBe("operator");
        (await app.Anonymous.PostAsync(Auth + "recovery", new { account = "mei" })).ShouldBeRefused(ErrorCodes.MailOff);
        (
            await mei.PutAsync(Auth + "email", new { email = "a@example.org", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.MailOff);

        (await MakeAsync(mei.Id, "x")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await MakeAsync(boss.Id)).ShouldBeRefused(ErrorCodes.Conflict);
        (await MakeAsync(999_999)).ShouldBeRefused(ErrorCodes.NotFound);
        var before = TokenOf((await MakeAsync(mei.Id)).ShouldBe(HttpStatusCode.OK));
        var made = (await MakeAsync(mei.Id)).ShouldBe(HttpStatusCode.OK);
        made.Header("Cache-Control").ShouldBe("no-store");
        var token = TokenOf(made);
        (await EveryTable.FindAsync(app, token)).ShouldBeEmpty("neither the link nor the audit log keeps it");
        var line = (await boss.GetAsync($"/api/v1/admin/audit?subject=user:{mei.Id}")).Json.GetProperty("items")[0];
        (line.GetProperty("action").GetString(), line.GetProperty("reason").GetString()).ShouldBe(
            ("user.recovery_link", "asked at the desk")
        );
        (await SetAsync(app, before)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/disable", new { reason = "for a moment" })).ShouldBe(
            HttpStatusCode.OK
        );
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await MakeAsync(mei.Id)).ShouldBeRefused(ErrorCodes.Conflict);
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/enable", new { reason = "for a moment" })).ShouldBe(
            HttpStatusCode.OK
        );
        (await SetAsync(app, token)).ShouldBe(HttpStatusCode.NoContent);
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        await app.SignInAsync("mei", NewPassword);

        Task<Answer> MakeAsync(ulong id, string reason = "asked at the desk") =>
            boss.PostAsync($"/api/v1/admin/users/{id}/recovery-link", new { reason });
    }

    private static string TokenOf(Answer made)
    {
        var path = made.Json.GetProperty("path").GetString()!;
        path.ShouldStartWith("/recover#token=");
        return path.Split("#token=")[1];
    }
}
