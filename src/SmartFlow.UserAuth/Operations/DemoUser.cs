using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// The user of a scenario, with the password demo-password. It is public, so production never has such a user.
/// </summary>
internal sealed class DemoUser(
    string scenario,
    string username,
    string displayName,
    IHostEnvironment environment,
    IDbContextFactory<UserAuthDb> factory,
    Register register,
    Me me
) : ISeedScenario
{
    /// <summary>Whom the sign-in page offers.</summary>
    public const string StarterName = "demo";
    public const string ExamsName = "exams";
    private const string Password = "demo-password";

    /// <summary>
    /// Everybody knows its password, so that nobody is its owner. Outside of Development nobody has been given such a
    /// name by us.
    /// </summary>
    public static bool IsShared(IHostEnvironment environment, string normalisedName) =>
        environment.IsDevelopment() && normalisedName is (StarterName or ExamsName);

    public string Name => scenario;

    public int Order => 10;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            throw new SetupException(
                $"The scenario {scenario} makes a user with a public password: it runs in Development only."
            );
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AnyAsync(u => u.NormalisedName == username, cancellationToken))
            return;
        var opened = await register.RunAsync(new RegisterRequest(username, Password), "seed", cancellationToken);
        await me.ChangeAsync(opened.User.Id, new ChangeMeRequest(displayName), cancellationToken);
    }
}
