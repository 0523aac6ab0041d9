using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Operations;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>How many characters there may be, both inclusive.</summary>
internal sealed record LengthRule(int Least, int Most);

/// <param name="DemoAccount">Whether the demo account can be signed in to.</param>
/// <param name="Username">The length of user names.</param>
/// <param name="Password">The length of passwords.</param>
/// <param name="Recovery">mail: a link is sent to a confirmed address; operator: no mail goes out from here, an
/// operator makes a link.</param>
/// <param name="Features">What the operators have on, by name: registration, plaza, image_import, agent,
/// active_scheduler, web_push, mcp.</param>
internal sealed record AuthCapabilities(
    bool DemoAccount,
    LengthRule Username,
    LengthRule Password,
    [property: AllowedValues("mail", "operator")] string Recovery,
    IReadOnlyDictionary<string, bool> Features
);

/// <summary>
/// GET /auth/capabilities: what the sign-in page can offer here. Open, because it is asked before anybody is signed in.
/// </summary>
internal static class GetCapabilities
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapGet("/capabilities", HandleAsync)
            .AllowAnonymous()
            .RequireRateLimiting(RateLimits.Anonymous)
            .WithName("GetAuthCapabilities")
            .WithSummary("What the sign-in can offer here");

    private static async Task<Ok<AuthCapabilities>> HandleAsync(
        IHostEnvironment environment,
        IDbContextFactory<UserAuthDb> databases,
        AccountMails mails,
        FeatureSwitches switches,
        CancellationToken cancellationToken
    )
    {
        // Its password is public, so outside of Development nobody has been given that name by us.
        var demo = false;
        if (environment.IsDevelopment())
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            demo = await db.Users.AnyAsync(
                u => u.NormalisedName == DemoUser.StarterName && u.DisabledAt == null,
                cancellationToken
            );
        }
        return TypedResults.Ok(
            new AuthCapabilities(
                demo,
                new(Usernames.MinLength, Usernames.MaxLength),
                new(Passwords.MinLength, Passwords.MaxLength),
                await mails.IsOnAsync(cancellationToken) ? "mail" : "operator",
                switches.All()
            )
        );
    }
}
