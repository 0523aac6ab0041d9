using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// Somebody besides demo in a development copy, whose plans the plaza shows. Nobody knows their password.
/// </summary>
internal sealed class PlazaAuthors(
    IHostEnvironment environment,
    IDbContextFactory<UserAuthDb> factory,
    Register register,
    Me me
) : ISeedScenario
{
    public const string Username = "林晚秋";
    private const int PasswordBytes = 24;

    public string Name => "starter";

    public int Order => 11;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            throw new SetupException("The scenario starter runs in Development only.");
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AnyAsync(u => u.NormalisedName == Username, cancellationToken))
            return;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(PasswordBytes));
        var opened = await register.RunAsync(new RegisterRequest(Username, password), "seed", cancellationToken);
        await me.ChangeAsync(opened.User.Id, new ChangeMeRequest(Username), cancellationToken);
    }
}
