using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

[Collection(nameof(MailedApp))]
public sealed class ConfirmEmailTests(MailedApp mailed)
{
    [Fact]
    public async Task A_link_confirms_the_address_that_it_was_mailed_to_and_does_so_once()
    {
        var (user, address) = await mailed.NewUserAsync();
        var token = await mailed.LinkAsync(address, 1, "/confirm-email");
        (await user.GetAsync(Auth + "me")).Json.GetProperty("email_verified").GetBoolean().ShouldBeFalse();
        (await ConfirmAsync(mailed.App, token + "x")).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await ConfirmAsync(mailed.App, token)).ShouldBe(HttpStatusCode.NoContent);
        var me = (await user.GetAsync(Auth + "me")).Json;
        me.GetProperty("email_verified").GetBoolean().ShouldBeTrue();
        me.GetProperty("email").GetString().ShouldBe(address);
        (await ConfirmAsync(mailed.App, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
    }
}
