using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

[Collection(nameof(MailedApp))]
public sealed class SetNewPasswordTests(MailedApp mailed)
{
    [Fact]
    public async Task A_link_sets_a_new_password_and_one_that_is_too_short_is_refused_by_its_field()
    {
        var (user, address) = await mailed.ConfirmedUserAsync();
        await AskAsync(mailed.App, user.Name);
        var token = await mailed.LinkAsync(address, 2, "/recover");
        var refused = (await SetAsync(mailed.App, token, "short")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        refused.Json.GetProperty("errors").GetProperty("new_password").GetArrayLength().ShouldBe(1);
        (await user.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
        (await SetAsync(mailed.App, token)).ShouldBe(HttpStatusCode.NoContent);
        (await user.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        await mailed.App.SignInAsync(user.Name, NewPassword);
    }
}
