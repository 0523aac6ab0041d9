using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>Somebody signs a device of theirs out, and an operator keeps somebody out.</summary>
public sealed class PeopleTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task A_device_is_signed_out_the_password_changed_and_somebody_disabled_is_led_to_the_sign_in()
    {
        await site.MakeOperatorAsync("demo");
        var (laptop, phone, boss) = (
            await site.VisitAsync(),
            await site.VisitAsync(width: 390, height: 800),
            await site.VisitAsync()
        );
        await Site.SignUpAsync(laptop, "两台设备的人");
        await Site.NameAsync(laptop, "读书人");
        await SignInAsync(phone, "两台设备的人");

        await laptop.GotoAsync("/settings");
        await Expect(laptop.GetByTestId("session-row")).ToHaveCountAsync(2);
        await Site.ShootAsync(laptop, "settings-sessions-zh");
        await laptop.GetByTestId("session-end").ClickAsync();
        await Expect(laptop.GetByTestId("session-row")).ToHaveCountAsync(1);
        await phone.GotoAsync("/store");
        await Expect(phone).ToHaveURLAsync(new Regex("/sign-in"));

        await laptop.GetByTestId("password-current").FillAsync("not this one");
        await laptop.GetByTestId("password-next").FillAsync("another good one");
        await laptop.GetByTestId("password-save").ClickAsync();
        await Expect(laptop.GetByText("密码不对")).ToBeVisibleAsync();
        await laptop.GetByTestId("password-current").FillAsync("correct horse battery");
        await laptop.GetByTestId("password-save").ClickAsync();
        await Expect(laptop.GetByTestId("password-next")).ToHaveValueAsync("");
        await laptop.ReloadAsync();
        await Expect(laptop.GetByTestId("session-row")).ToHaveCountAsync(1);

        await boss.GotoAsync("/");
        await boss.GetByTestId("demo-sign-in").ClickAsync();
        await Expect(boss).ToHaveURLAsync(new Regex("/today$"));
        await boss.GotoAsync("/operator/accounts?q=两台设备的人");
        await boss.GetByTestId("user-row").GetByRole(AriaRole.Link).ClickAsync();
        await boss.GetByTestId("disable").ClickAsync();
        await Expect(boss.GetByTestId("standing-form")).ToContainTextAsync("API 密钥");
        await Site.ShootAsync(boss, "operator-disable-zh");
        await boss.GetByTestId("action-confirm").ClickAsync();
        await Expect(boss.GetByTestId("standing-form")).ToContainTextAsync("请写明原因");
        await boss.GetByTestId("standing-form").Locator("textarea").FillAsync("密码被盗");
        await boss.GetByTestId("action-confirm").ClickAsync();
        await Expect(boss.GetByTestId("enable")).ToBeVisibleAsync();

        await laptop.GotoAsync("/store");
        await Expect(laptop).ToHaveURLAsync(new Regex("/sign-in"));
        await laptop.GetByTestId("username").FillAsync("两台设备的人");
        await laptop.GetByTestId("password").FillAsync("another good one");
        await laptop.GetByTestId("sign-in").ClickAsync();
        await Expect(laptop.GetByText("这个账户已被运营禁用")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_takes_their_data_along_and_deletes_the_account()
    {
        var phone = await site.VisitAsync(width: 390, height: 800);
        await Site.SignUpAsync(phone, "要走的人");
        await phone.GotoAsync("/settings");
        await phone.GetByTestId("account-delete").ScrollIntoViewIfNeededAsync();
        await Site.ShootAsync(phone, "settings-data-zh");
        await phone.GetByTestId("account-delete").ClickAsync();
        var file = await phone.RunAndWaitForDownloadAsync(() => phone.GetByTestId("delete-export").ClickAsync());
        var text = await File.ReadAllTextAsync(await file.PathAsync());
        text.ShouldContain("要走的人");
        text.ShouldEndWith("\"complete\":true}");
        await Site.ShootAsync(phone, "settings-delete-zh");

        await phone.GetByTestId("delete-password").FillAsync("not this one");
        await phone.GetByTestId("delete-confirm").ClickAsync();
        await Expect(phone.GetByText("密码不对")).ToBeVisibleAsync();
        await phone.GetByTestId("delete-password").FillAsync("correct horse battery");
        await phone.GetByTestId("delete-confirm").ClickAsync();
        await phone.WaitForURLAsync(new Regex("/sign-in"));
        await Expect(phone.GetByTestId("why")).ToContainTextAsync("账户已删除");
        await phone.GetByTestId("username").FillAsync("要走的人");
        await phone.GetByTestId("password").FillAsync("correct horse battery");
        await phone.GetByTestId("sign-in").ClickAsync();
        await Expect(phone.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page, string name)
    {
        await page.GotoAsync("/");
        await page.GetByTestId("username").FillAsync(name);
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("sign-in").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
    }
}
