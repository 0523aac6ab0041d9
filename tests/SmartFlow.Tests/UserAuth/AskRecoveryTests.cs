using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

[Collection(nameof(MailedApp))]
public sealed class AskRecoveryTests(MailedApp mailed)
{
    [Fact]
    public async Task A_link_goes_to_the_confirmed_address_and_an_empty_account_is_refused_by_its_field()
    {
        var (user, address) = await mailed.ConfirmedUserAsync();
        (await AskAsync(mailed.App, user.Name)).Text.ShouldBeEmpty();
        (await mailed.LinkAsync(address, 2, "/recover")).ShouldNotBeEmpty();
        var refused = (await mailed.App.Anonymous.PostAsync(Auth + "recovery", new { account = "" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        refused.Json.GetProperty("errors").GetProperty("account").GetArrayLength().ShouldBe(1);
    }
}
