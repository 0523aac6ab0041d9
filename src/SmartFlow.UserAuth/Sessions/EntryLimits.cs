using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>What one network may ask for before anybody is signed in. Every refusal is rate_limited with the time to wait.</summary>
internal sealed class EntryLimits(IOptions<UserAuthOptions> options) : IDisposable
{
    private readonly Pace names = new(options.Value.SignInsPerMinute);
    private readonly Pace passwords = new(options.Value.PasswordsPerMinute);
    private readonly Pace registrations = new(options.Value.RegistrationsPerHour, TimeSpan.FromHours(1));

    /// <summary>Sign-ins a minute under one name.</summary>
    public void SignIn(Network network, string name)
    {
        if (names.Take((network, name), "Too many sign-ins from here under this name; wait a minute.") is { } refused) throw refused;
    }

    /// <summary>Passwords a minute, of sign-ins, registrations and changes: each costs a tenth of a second of a core.</summary>
    public void Password(Network network)
    {
        if (passwords.Take(network, "Too many passwords from here; wait a minute.") is { } refused) throw refused;
    }

    /// <summary>Registrations an hour.</summary>
    public void Register(Network network)
    {
        if (registrations.Take(network, "Too many registrations from here; try again later.") is { } refused) throw refused;
    }

    public void Dispose()
    {
        names.Dispose();
        passwords.Dispose();
        registrations.Dispose();
    }
}
