using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>
/// What one network may ask for before anybody is signed in. Every refusal is rate_limited with the time to wait.
/// </summary>
internal sealed class EntryLimits(IOptions<UserAuthOptions> options, ISharedCounts shared) : IDisposable
{
    private readonly Pace names = new("sign-ins", shared, options.Value.SignInsPerMinute);
    private readonly Pace passwords = new("passwords", shared, options.Value.PasswordsPerMinute);
    private readonly Pace registrations = new(
        "registrations",
        shared,
        options.Value.RegistrationsPerHour,
        TimeSpan.FromHours(1)
    );

    private readonly Pace recoveries = new(
        "recoveries",
        shared,
        options.Value.RecoveriesPerHour,
        TimeSpan.FromHours(1)
    );
    private readonly Pace links = new("account-links", shared, options.Value.SignInsPerMinute);

    /// <summary>Links that are asked for because a password is forgotten, whoever's it is.</summary>
    public async ValueTask RecoverAsync(Network network)
    {
        if (
            await recoveries.TakeAsync(network, "Too many links were asked for from here; try again in an hour.") is
            { } refused
        )
            throw refused;
    }

    /// <summary>Links that are used, good or not.</summary>
    public async ValueTask UseLinkAsync(Network network)
    {
        if (await links.TakeAsync(network, "Too many links were tried from here; wait a minute.") is { } refused)
            throw refused;
    }

    /// <summary>Sign-ins a minute under one name.</summary>
    public async ValueTask SignInAsync(Network network, string name)
    {
        if (
            await names.TakeAsync((network, name), "Too many sign-ins from here under this name; wait a minute.") is
            { } refused
        )
            throw refused;
    }

    /// <summary>
    /// Passwords a minute, of sign-ins, registrations and changes: each costs a tenth of a second of a core.
    /// </summary>
    public async ValueTask PasswordAsync(Network network)
    {
        if (await passwords.TakeAsync(network, "Too many passwords from here; wait a minute.") is { } refused)
            throw refused;
    }

    /// <summary>Registrations an hour.</summary>
    public async ValueTask RegisterAsync(Network network)
    {
        if (await registrations.TakeAsync(network, "Too many registrations from here; try again later.") is { } refused)
            throw refused;
    }

    public void Dispose()
    {
        names.Dispose();
        passwords.Dispose();
        registrations.Dispose();
        recoveries.Dispose();
        links.Dispose();
    }
}
