using System.Net;
using SmartFlow.Tests.Notification;

namespace SmartFlow.Tests.UserAuth;

/// <summary>One host with a mail server for the tests that need no more than users of their own.</summary>
public sealed class MailedApp : IAsyncLifetime
{
    private readonly SmtpPeer smtp = new();
    private int users;

    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await MailedLinks.StartAsync(smtp);

    /// <summary>Signed in, with an address that nobody has confirmed yet.</summary>
    public async Task<(TestUser User, string Address)> NewUserAsync()
    {
        var name = $"user{Interlocked.Increment(ref users)}";
        var address = $"{name}@example.org";
        var registered = await App.Anonymous.PostAsync(
            MailedLinks.Auth + "register",
            new
            {
                username = name,
                password = TestUser.DefaultPassword,
                email = address,
            }
        );
        return (new TestUser(App, registered.ShouldBe(HttpStatusCode.Created)), address);
    }

    /// <summary>As above, with the address confirmed by the first mail that went there.</summary>
    public async Task<(TestUser User, string Address)> ConfirmedUserAsync()
    {
        var (user, address) = await NewUserAsync();
        var token = await LinkAsync(address, 1, "/confirm-email");
        (await MailedLinks.ConfirmAsync(App, token)).ShouldBe(HttpStatusCode.NoContent);
        return (user, address);
    }

    /// <summary>The token in the mail of this number to the address, whose link leads to the page.</summary>
    public async Task<string> LinkAsync(string address, int number, string page)
    {
        var mails = await Eventually.GetAsync(
            () => Task.FromResult(smtp.Received.Where(m => m.To == address).ToArray()),
            m => m.Length >= number
        );
        return MailedLinks.TokenIn(mails[number - 1].Mail, page);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await smtp.DisposeAsync();
    }
}

[CollectionDefinition(nameof(MailedApp))]
public sealed class MailedAppCollection : ICollectionFixture<MailedApp>;
