using System.Net;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>Sign-ins a minute per address and name.</summary>
internal sealed class SignInLimit(IOptions<UserAuthOptions> options) : IDisposable
{
    private readonly Pace pace = new(options.Value.SignInsPerMinute);

    /// <exception cref="RefusedException">rate_limited.</exception>
    public void Take(IPAddress? address, string name)
    {
        if (pace.Take((address, name), "Too many sign-ins from here under this name; wait a minute.") is { } refused) throw refused;
    }

    public void Dispose() => pace.Dispose();
}
