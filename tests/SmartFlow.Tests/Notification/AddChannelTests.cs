using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

public sealed class AddChannelTests
{
    [Fact]
    public async Task Secrets_are_shown_once_and_stand_nowhere_as_they_are()
    {
        await using var f = await NotificationFixture.StartAsync();
        var secret = (
            await f.AddAsync(
                new
                {
                    type = "webhook",
                    address = f.Peer.Url + "/hook/secret-path",
                    bearer = "let-me-in",
                }
            )
        ).GetProperty("secret").GetString()!;
        var listed = (await f.User.GetAsync(Channels)).ShouldBe(HttpStatusCode.OK);
        listed.Text.ShouldNotContain(secret);
        listed.Text.ShouldNotContain("let-me-in");
        listed.Text.ShouldNotContain("secret-path");
        listed.Json.GetProperty("items")[0].GetProperty("mask").GetString().ShouldBe($"{f.Peer.Url}/***path");
        listed.Json.GetProperty("items")[0].GetProperty("has_bearer").GetBoolean().ShouldBeTrue();
        await using var db = await f
            .App.Services.GetRequiredService<IDbContextFactory<NotificationDb>>()
            .CreateDbContextAsync();
        var stored = Encoding.Latin1.GetString((await db.Channels.SingleAsync()).Sealed);
        foreach (var hidden in new[] { secret, "let-me-in", "secret-path" })
            stored.ShouldNotContain(hidden);
    }

    [Theory]
    [InlineData("webhook", "http://hooks.example.org/x", "address")]
    [InlineData("webhook", "https://user:pass@hooks.example.org/x", "address")]
    [InlineData("webhook", "ftp://hooks.example.org/x", "address")]
    [InlineData("feishu", "not an address", "address")]
    [InlineData("email", "mei@example.org", "type")]
    [InlineData("pigeon", "https://example.org", "type")]
    public async Task What_is_no_address_is_refused_with_its_field(string type, string address, string field)
    {
        await using var f = await NotificationFixture.StartAsync(s =>
            s.Settings["Notification:AllowPrivateNetwork"] = "false"
        );
        (await f.User.PostAsync(Channels, new { type, address }))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty(field, out _)
            .ShouldBeTrue();
    }
}
