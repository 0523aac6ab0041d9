using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>The user demo / demo-password of a development copy. Its password is public, so production never has it.</summary>
internal sealed class DemoUser(IHostEnvironment environment, IDbContextFactory<UserAuthDb> factory, Register register) : ISeedScenario
{
    private const string Username = "demo";
    private const string Password = "demo-password";

    public string Name => "starter";

    public int Order => 10;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            throw new SetupException("The scenario starter makes a user with a public password: it runs in Development only.");
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AnyAsync(u => u.NormalisedName == Username, cancellationToken)) return;
        await register.RunAsync(new RegisterRequest(Username, Password), cancellationToken);
    }
}
