using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Notification;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

public sealed class ChangeEmailTests
{
    [Fact]
    public async Task Another_address_takes_the_password_and_a_link_and_the_one_before_hears_of_it()
    {
        await using var smtp = new SmtpPeer();
        await using var app = await StartAsync(smtp);
        var mei = await app.SignUpAsync();
        (
            await mei.PutAsync(Auth + "email", new { email = "no address", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await mei.PutAsync(Auth + "email", new { email = "a@example.org", password = "not this one at all" })
        ).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        smtp.Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 nobody here" : null;
        (await ChangeAsync("a@example.org")).ShouldBeRefused(ErrorCodes.Unavailable).Text.ShouldContain("smtp_550");
        smtp.Says = _ => null;
        (await ChangeAsync("a@example.org")).ShouldBe(HttpStatusCode.Accepted);
        (await mei.GetAsync(Auth + "me")).Json.TryGetProperty("email", out var none).ShouldBeTrue();
        none.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await ConfirmAsync(app, await LinkAsync(smtp, 1, "/confirm-email"))).ShouldBe(HttpStatusCode.NoContent);
        (await ChangeAsync("b@example.org")).ShouldBe(HttpStatusCode.Accepted);
        (await ConfirmAsync(app, await LinkAsync(smtp, 2, "/confirm-email"))).ShouldBe(HttpStatusCode.NoContent);
        (await smtp.ReceivesAsync(3)).To.ShouldBe("a@example.org");
        (await mei.GetAsync(Auth + "me")).Json.GetProperty("email").GetString().ShouldBe("b@example.org");
        (
            await mei.Http.SendAsync(HttpMethod.Delete, Auth + "email", new { password = TestUser.DefaultPassword })
        ).ShouldBe(HttpStatusCode.NoContent);
        (await smtp.ReceivesAsync(4)).To.ShouldBe("b@example.org");
        (await mei.GetAsync(Auth + "me")).Json.GetProperty("email_verified").GetBoolean().ShouldBeFalse();

        Task<Answer> ChangeAsync(string email) =>
            mei.PutAsync(Auth + "email", new { email, password = TestUser.DefaultPassword });
    }
}
