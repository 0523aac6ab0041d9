using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Notification.Mails;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

public sealed class ConfirmChannelTests
{
    [Fact]
    public async Task A_code_is_good_for_five_tries_and_half_an_hour()
    {
        await using var smtp = new SmtpPeer();
        await using var f = await StartAsync(smtp);
        var path =
            $"{Channels}/{(await f.AddAsync(new { type = "email", address = "mei@example.org" })).GetProperty("id")}/confirm";
        var code = Code().Match(Read((await smtp.ReceivesAsync(1)).Mail).Subject!).Value;
        var wrong = code == "000000" ? "111111" : "000000";
        for (var i = 0; i < 5; i++)
            (await f.User.PostAsync(path, new { code = wrong })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await f.User.PostAsync(path, new { code })).ShouldBeRefused(ErrorCodes.Conflict);
        await f.AddAsync(new { type = "email", address = "mei@example.org" });
        code = Code().Match(Read((await smtp.ReceivesAsync(2)).Mail).Subject!).Value;
        f.App.Clock.Advance(TimeSpan.FromMinutes(31));
        var mei = await f.App.SignInAsync(f.User.Name);
        (await mei.PostAsync(path, new { code })).ShouldBeRefused(ErrorCodes.Conflict);
    }
}
